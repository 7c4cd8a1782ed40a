SELECT a FROM "dash--dash";
