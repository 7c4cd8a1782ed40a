CREATE DOMAIN "d1" AS int8;
CREATE TABLE "t" (
    "c" "d1"
);
