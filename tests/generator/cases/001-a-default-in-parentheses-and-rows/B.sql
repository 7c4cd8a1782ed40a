CREATE TABLE "dash--dash" (
    "a" INT,
    "b" SMALLINT DEFAULT (1 + 2)
);
