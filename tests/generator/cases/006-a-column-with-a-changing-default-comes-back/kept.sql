SELECT quote(c821) FROM "column";
