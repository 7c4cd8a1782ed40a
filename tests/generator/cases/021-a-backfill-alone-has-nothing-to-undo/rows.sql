SET session_replication_role = replica;
SET session_replication_role = origin;
