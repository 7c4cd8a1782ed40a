INSERT INTO "column" (c821) VALUES (x'01');
