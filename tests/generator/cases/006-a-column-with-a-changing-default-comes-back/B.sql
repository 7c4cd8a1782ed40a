CREATE TABLE "column" (
    "c821" BLOB
);
