INSERT INTO "dash--dash" VALUES (1);
