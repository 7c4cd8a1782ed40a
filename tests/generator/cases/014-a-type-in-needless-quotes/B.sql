CREATE DOMAIN "d1" AS int8 CHECK (VALUE > 0);
CREATE TABLE "t" (
    "c" "d1"
);
