SELECT c307 FROM "hash#tag";
