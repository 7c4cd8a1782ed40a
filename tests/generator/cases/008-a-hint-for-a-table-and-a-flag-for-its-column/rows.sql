INSERT INTO "hash#tag" VALUES (1);
