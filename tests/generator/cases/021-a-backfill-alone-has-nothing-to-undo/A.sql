CREATE TABLE "t424" (
    "c612" varchar(20)[]
);
