CREATE TYPE "trigger" AS ENUM ('a', 'b');
