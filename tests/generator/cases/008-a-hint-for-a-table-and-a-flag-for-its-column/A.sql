CREATE TABLE "hash#tag" (
    "c307" INTEGER
);
