SELECT * FROM "old";
