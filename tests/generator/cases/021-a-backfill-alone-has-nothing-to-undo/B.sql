CREATE TABLE "t424" (
    "c612" text[]
);
