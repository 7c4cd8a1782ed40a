CREATE TABLE "dash--dash" (
    "a" INT
);
