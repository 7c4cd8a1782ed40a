# Forty changes of Authelia's newest schema on PostgreSQL, one after the other.

edit("columns with and without a default",
     add("authentication_logs", "user_agent text", "country character(2) NOT NULL DEFAULT 'zz'"))
edit("a column is dropped",
     drop("identity_verification", "consumed_ip"), lost=["identity_verification.consumed_ip"])
edit("a column is renamed that indexes are on",
     word("ip", "address"), options="--rename banned_ip.ip:address")
edit("longer names",
     change("totp_configurations", "username", "username character varying(255) NOT NULL"),
     change("totp_history", "username", "username character varying(255) NOT NULL"))
edit("a wider key of a table with a sequence",
     change("authentication_logs", "id", "id bigint NOT NULL"),
     text("CREATE SEQUENCE public.authentication_logs_id_seq AS integer",
          "CREATE SEQUENCE public.authentication_logs_id_seq"))
edit("text without a limit",
     change("user_preferences", "second_factor_method", "second_factor_method text NOT NULL"))
edit("characters become a uuid",
     change("webauthn_credentials", "aaguid", "aaguid uuid"))
edit("text becomes json",
     change("oauth2_consent_preconfiguration", "requested_claims", "requested_claims jsonb"))
edit("a time without its zone",
     change("banned_user", "expires", "expires timestamp without time zone"),
     written=["banned_user.expires"])
edit("a smaller number",
     change("totp_configurations", "digits", "digits smallint NOT NULL DEFAULT 6"))
edit("a default comes, one changes, one goes",
     change("duo_devices", "method", "method character varying(16) NOT NULL DEFAULT 'push'"),
     change("totp_configurations", "algorithm", "algorithm character varying(6) NOT NULL DEFAULT 'SHA256'"),
     change("webauthn_credentials", "sign_count", "sign_count integer"))
edit("NULL is no longer allowed",
     change("encryption", "name", "name character varying(100) NOT NULL"))
edit("NULL is allowed",
     change("webauthn_credentials", "attachment", "attachment character varying(64)"))
edit("checks of one column and of two",
     add("totp_configurations", "CONSTRAINT totp_digits CHECK (digits IN (6, 8))",
         "CONSTRAINT totp_sane CHECK (period > 0 AND digits < period)"))
edit("a check changes, one goes",
     change("totp_configurations", "totp_digits", "CONSTRAINT totp_digits CHECK (digits BETWEEN 6 AND 8)"),
     drop("totp_configurations", "totp_sane"))
edit("a unique index becomes a constraint of its name",
     gone("CREATE UNIQUE INDEX duo_devices_username_key"),
     add("duo_devices", "CONSTRAINT duo_devices_username_key UNIQUE (username)"))
edit("unique in more columns",
     instead("CREATE UNIQUE INDEX user_preferences_username_key",
             "CREATE UNIQUE INDEX user_preferences_username_key ON user_preferences (username, second_factor_method);"))
edit("a foreign key to a unique index",
     add("totp_history", "CONSTRAINT totp_history_of FOREIGN KEY (username) REFERENCES totp_configurations (username)"
         " ON DELETE CASCADE ON UPDATE CASCADE"))
edit("another action",
     text("ADD CONSTRAINT oauth2_consent_session_subject_fkey FOREIGN KEY (subject) REFERENCES"
          " public.user_opaque_identifier(identifier) ON UPDATE CASCADE ON DELETE RESTRICT",
          "ADD CONSTRAINT oauth2_consent_session_subject_fkey FOREIGN KEY (subject) REFERENCES"
          " public.user_opaque_identifier(identifier) ON UPDATE CASCADE ON DELETE SET NULL"))
edit("a foreign key that does not look at the rows there are",
     new("ALTER TABLE webauthn_credentials ADD CONSTRAINT credentials_user FOREIGN KEY (rpid, username)"
         " REFERENCES webauthn_users (rpid, username) NOT VALID;"))
edit("it looks at them",
     text("REFERENCES webauthn_users (rpid, username) NOT VALID", "REFERENCES webauthn_users (rpid, username)"))
edit("it waits",
     text("REFERENCES webauthn_users (rpid, username)", "REFERENCES webauthn_users (rpid, username) DEFERRABLE"))
edit("indexes of more kinds",
     new("CREATE INDEX logs_time ON authentication_logs USING brin (\"time\") WITH (pages_per_range = 32);",
         "CREATE INDEX logs_name ON authentication_logs (username text_pattern_ops, remote_ip COLLATE \"C\");",
         "CREATE INDEX claims ON oauth2_consent_preconfiguration USING gin (requested_claims jsonb_path_ops);",
         "CREATE INDEX banned_open ON banned_user (username) INCLUDE (source) WHERE NOT revoked;"))
edit("indexes change and go",
     instead("CREATE INDEX logs_time", "CREATE INDEX logs_time ON authentication_logs USING brin (\"time\");"),
     instead("CREATE INDEX banned_open", "CREATE INDEX banned_open ON banned_user (username DESC) WHERE NOT revoked;"),
     gone("CREATE INDEX banned_user_username_idx"))
edit("text becomes an enum",
     new("CREATE TYPE auth_kind AS ENUM ('1FA', 'TOTP');"),
     change("authentication_logs", "auth_type", "auth_type auth_kind NOT NULL DEFAULT '1FA'"))
edit("the enum gets a value at the beginning",
     text("ENUM ('1FA', 'TOTP')", "ENUM ('none', '1FA', 'TOTP')"))
edit("and loses one",
     text("ENUM ('none', '1FA', 'TOTP')", "ENUM ('1FA', 'TOTP')"))
edit("views over several tables",
     new("CREATE VIEW people AS SELECT username, second_factor_method, t.digits FROM user_preferences"
         " LEFT JOIN totp_configurations t USING (username);",
         "CREATE VIEW failures AS SELECT username, auth_type, count(*) AS n FROM authentication_logs"
         " WHERE NOT successful GROUP BY username, auth_type;"))
edit("columns change under the views",
     change("totp_configurations", "digits", "digits integer NOT NULL DEFAULT 6"),
     change("user_preferences", "username", "username character varying(120) NOT NULL"))
edit("a function that an index, a check and a column need",
     new("CREATE FUNCTION plain(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(t) $$;",
         "CREATE INDEX preferences_plain ON user_preferences (plain(username));"),
     add("user_preferences", "CONSTRAINT preferences_named CHECK (plain(username) <> '')",
         "plain_name text GENERATED ALWAYS AS (plain(username)) STORED"))
edit("a trigger with a condition, then a function of it",
     new("CREATE FUNCTION no_change() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION 'no; never'; END $f$;",
         "CREATE TRIGGER encryption_kept BEFORE UPDATE OF value OR DELETE ON encryption FOR EACH ROW"
         " EXECUTE FUNCTION no_change();",
         "CREATE TRIGGER logs_kept AFTER UPDATE ON authentication_logs FOR EACH ROW WHEN (OLD.id <> NEW.id)"
         " EXECUTE FUNCTION no_change();"))
edit("one trigger goes, the function changes",
     gone("CREATE TRIGGER logs_kept"),
     text("'no; never'", "'not %', TG_OP"))
edit("a schema with a table and a view",
     new("CREATE SCHEMA audit;",
         "CREATE TABLE audit.entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz DEFAULT now(),"
         " who integer REFERENCES public.user_opaque_identifier (id) ON DELETE SET NULL);",
         "CREATE VIEW audit.latest AS SELECT e.at, u.username FROM audit.entry e"
         " JOIN public.user_opaque_identifier u ON u.id = e.who;"))
edit("an identity instead of a sequence",
     gone("CREATE SEQUENCE public.totp_history_id_seq", "ALTER SEQUENCE public.totp_history_id_seq",
          "ALTER TABLE ONLY public.totp_history ALTER COLUMN id"),
     change("totp_history", "id", "id integer NOT NULL GENERATED BY DEFAULT AS IDENTITY (START WITH 100)"))
edit("a table is renamed",
     word("duo_devices", "duo_phones"), options="--rename-table duo_devices:duo_phones")
edit("a table is split",
     drop("webauthn_credentials", "backup_eligible", "backup_state", "attestation"),
     new("CREATE TABLE webauthn_backups (credential integer PRIMARY KEY REFERENCES webauthn_credentials (id)"
         " ON DELETE CASCADE, eligible boolean DEFAULT false NOT NULL, state boolean DEFAULT false NOT NULL);"),
     lost=["webauthn_credentials.backup_eligible", "webauthn_credentials.backup_state",
           "webauthn_credentials.attestation"])
edit("another primary key",
     text("ADD CONSTRAINT encryption_pkey PRIMARY KEY (id)", "ADD CONSTRAINT encryption_pkey PRIMARY KEY (name)"),
     gone("CREATE UNIQUE INDEX encryption_name_key"))
edit("rows that only some may see, and comments",
     new("ALTER TABLE banned_ip ENABLE ROW LEVEL SECURITY;",
         "CREATE POLICY banned_seen ON banned_ip FOR SELECT USING (NOT revoked);",
         "COMMENT ON POLICY banned_seen ON banned_ip IS 'not all';",
         "COMMENT ON TABLE banned_ip IS 'who stays outside';"))
edit("times that do not overlap, and a table in parts",
     new("CREATE TABLE shift (id serial PRIMARY KEY, during tstzrange NOT NULL,"
         " CONSTRAINT shift_apart EXCLUDE USING gist (during WITH &&));",
         "CREATE TABLE visit (at date NOT NULL, who text) PARTITION BY RANGE (at);",
         "CREATE TABLE visit_old PARTITION OF visit FOR VALUES FROM (MINVALUE) TO ('2024-01-01');",
         "CREATE TABLE visit_new PARTITION OF visit FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);"))
edit("a table goes",
     gone("CREATE TABLE public.migrations", "CREATE SEQUENCE public.migrations_id_seq",
          "ALTER SEQUENCE public.migrations_id_seq", "ALTER TABLE ONLY public.migrations ALTER",
          "ALTER TABLE ONLY public.migrations ADD"))
