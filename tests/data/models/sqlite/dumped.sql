PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE IF NOT EXISTS "authors" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(50) NOT NULL);
INSERT INTO authors VALUES(1,'O''Brien; "quoted"');
CREATE TABLE IF NOT EXISTS "books" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(200) NOT NULL, "price" decimal NOT NULL, "author_id" bigint NOT NULL REFERENCES "authors" ("id") DEFERRABLE INITIALLY DEFERRED, "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)), CONSTRAINT "price_positive" CHECK ("price" >= 0));
INSERT INTO books VALUES(1,'multi
line',1.5,1,'{}');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('authors',1);
CREATE UNIQUE INDEX "books_title" ON "books" ("title", "author_id");
CREATE INDEX "books_author_id_1" ON "books" ("author_id");
COMMIT;
