# Forty changes of Authelia's newest schema on SQLite, one after the other.

edit("columns with and without a default",
     add("authentication_logs", "user_agent TEXT", "country CHAR(2) NOT NULL DEFAULT 'zz'"))
edit("a column is dropped",
     drop("identity_verification", "consumed_ip"), lost=["identity_verification.consumed_ip"])
edit("a column is renamed that indexes are on",
     word("ip", "address"), options="--rename banned_ip.ip:address")
edit("longer names",
     change("totp_configurations", "username", "username VARCHAR(255) NOT NULL"),
     change("totp_history", "username", "username VARCHAR(255) NOT NULL"))
edit("a number that was used is not given again",
     change("duo_devices", "id", "id INTEGER NOT NULL PRIMARY KEY"))
edit("text without a limit",
     change("user_preferences", "second_factor_method", "second_factor_method TEXT NOT NULL"))
edit("another affinity",
     change("totp_configurations", "digits", "digits TEXT NOT NULL DEFAULT '6'"),
     written=["totp_configurations.digits"])
edit("a number again",
     change("totp_configurations", "digits", "digits SMALLINT NOT NULL DEFAULT 6"),
     written=["totp_configurations.digits"])
edit("a default comes, one changes, one goes",
     change("duo_devices", "method", "method VARCHAR(16) NOT NULL DEFAULT 'push'"),
     change("totp_configurations", "algorithm", "algorithm VARCHAR(6) NOT NULL DEFAULT 'SHA256'"),
     change("webauthn_credentials", "sign_count", "sign_count INTEGER"))
edit("a default that is computed",
     add("totp_history", "token TEXT NOT NULL DEFAULT (hex(randomblob(8)))"),
     lost=["totp_history.token"])
edit("NULL is no longer allowed",
     change("encryption", "name", "name VARCHAR(100) NOT NULL"))
edit("NULL is allowed",
     change("webauthn_credentials", "discoverable", "discoverable BOOLEAN"))
edit("checks of one column and of two",
     add("totp_configurations", "CONSTRAINT totp_digits CHECK (digits IN (6, 8))",
         "CONSTRAINT totp_sane CHECK (period > 0 AND digits < period)"))
edit("a check changes, one goes",
     change("totp_configurations", "totp_digits", "CONSTRAINT totp_digits CHECK (digits BETWEEN 6 AND 8)"),
     drop("totp_configurations", "totp_sane"))
edit("a check at the column",
     change("banned_user", "source", "source VARCHAR(10) NOT NULL CHECK (source <> '')"))
edit("a unique index becomes a constraint",
     gone("CREATE UNIQUE INDEX duo_devices_username_key"),
     add("duo_devices", "UNIQUE (username)"))
edit("unique in more columns, conflicts ignored",
     gone("CREATE UNIQUE INDEX user_preferences_username_key"),
     add("user_preferences", "UNIQUE (username, second_factor_method) ON CONFLICT IGNORE"))
edit("a foreign key to a unique index",
     add("totp_history", "CONSTRAINT totp_history_of FOREIGN KEY (username) REFERENCES totp_configurations (username)"
         " ON DELETE CASCADE ON UPDATE CASCADE"))
edit("another action",
     change("oauth2_consent_session", "oauth2_consent_session_subject_fkey",
            "CONSTRAINT oauth2_consent_session_subject_fkey FOREIGN KEY (subject)"
            " REFERENCES user_opaque_identifier (identifier) ON UPDATE CASCADE ON DELETE SET NULL"))
edit("a foreign key of two columns",
     add("webauthn_credentials", "CONSTRAINT credentials_user FOREIGN KEY (rpid, username)"
         " REFERENCES webauthn_users (rpid, username)"))
edit("it waits",
     change("webauthn_credentials", "credentials_user", "CONSTRAINT credentials_user FOREIGN KEY (rpid, username)"
            " REFERENCES webauthn_users (rpid, username) DEFERRABLE INITIALLY DEFERRED"))
edit("a foreign key goes",
     drop("oauth2_access_token_session", "oauth2_access_token_session_subject_fkey"))
edit("indexes of more kinds",
     new("CREATE INDEX logs_name ON authentication_logs (username COLLATE NOCASE, remote_ip DESC);",
         "CREATE INDEX claims ON oauth2_consent_preconfiguration (json_extract(requested_claims, '$.a'));",
         "CREATE INDEX banned_open ON banned_user (username) WHERE NOT revoked;"))
edit("indexes change and go",
     instead("CREATE INDEX banned_open", "CREATE INDEX banned_open ON banned_user (username DESC) WHERE revoked = 0;"),
     gone("CREATE INDEX banned_user_username_idx"),
     instead("CREATE INDEX claims", "CREATE INDEX claims ON oauth2_consent_preconfiguration (client_id);"))
edit("views over several tables",
     new("CREATE VIEW people AS SELECT username, second_factor_method, t.digits FROM user_preferences"
         " LEFT JOIN totp_configurations t USING (username);",
         "CREATE VIEW failures AS SELECT username, auth_type, count(*) AS n FROM authentication_logs"
         " WHERE NOT successful GROUP BY username, auth_type;"))
edit("columns change under the views",
     change("totp_configurations", "digits", "digits INTEGER NOT NULL DEFAULT 6"),
     change("user_preferences", "username", "username VARCHAR(120) NOT NULL"))
edit("a column under a view is renamed",
     change("user_preferences", "second_factor_method", "method TEXT NOT NULL"),
     change("user_preferences", "UNIQUE (username", "UNIQUE (username, method) ON CONFLICT IGNORE"),
     instead("CREATE VIEW people", "CREATE VIEW people AS SELECT username, method, t.digits FROM user_preferences"
             " LEFT JOIN totp_configurations t USING (username);"),
     options="--rename user_preferences.second_factor_method:method")
edit("triggers that refuse and that write",
     new("CREATE TRIGGER encryption_kept BEFORE UPDATE OF value ON encryption BEGIN\n"
         "  SELECT raise(ABORT, 'no; never');\nEND;",
         "CREATE TRIGGER logs_count AFTER INSERT ON authentication_logs WHEN NEW.banned BEGIN\n"
         "  INSERT INTO banned_user (username, source) VALUES (NEW.username, 'log');\nEND;"))
edit("one trigger changes, one goes",
     text("'no; never'", "'not this'"),
     gone("CREATE TRIGGER logs_count"))
edit("a table with a trigger is made anew",
     change("encryption", "value", "value BLOB NOT NULL CHECK (length(value) > 0)"))
edit("a view with triggers",
     new("CREATE TRIGGER people_renamed INSTEAD OF UPDATE OF username ON people BEGIN\n"
         "  UPDATE user_preferences SET username = NEW.username WHERE username = OLD.username;\nEND;"))
edit("columns that are computed",
     add("authentication_logs", "seen TEXT AS (username || '@' || coalesce(remote_ip, '')) VIRTUAL",
         "short TEXT AS (substr(username, 1, 3)) STORED"),
     new("CREATE INDEX logs_seen ON authentication_logs (seen);"))
edit("a table is renamed",
     word("duo_devices", "duo_phones"), options="--rename-table duo_devices:duo_phones")
edit("a table that others refer to is renamed",
     word("user_opaque_identifier", "identifiers"),
     options="--rename-table user_opaque_identifier:identifiers")
edit("a table is split",
     drop("webauthn_credentials", "backup_eligible", "backup_state", "attestation"),
     new("CREATE TABLE webauthn_backups (credential INTEGER PRIMARY KEY REFERENCES webauthn_credentials (id)"
         " ON DELETE CASCADE, eligible BOOLEAN DEFAULT FALSE NOT NULL, state BOOLEAN DEFAULT FALSE NOT NULL);"),
     lost=["webauthn_credentials.backup_eligible", "webauthn_credentials.backup_state",
           "webauthn_credentials.attestation"])
edit("another primary key",
     change("encryption", "id", "id INTEGER NOT NULL"),
     add("encryption", "PRIMARY KEY (name)"),
     gone("CREATE UNIQUE INDEX encryption_name_key"))
edit("tables of other kinds, a table of words",
     new("CREATE TABLE shift (day TEXT NOT NULL, who TEXT NOT NULL, PRIMARY KEY (day, who)) WITHOUT ROWID;",
         "CREATE TABLE flag (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;",
         "CREATE VIRTUAL TABLE words USING fts5(title, body);"))
edit("a table becomes strict",
     text("CREATE TABLE shift (day TEXT NOT NULL, who TEXT NOT NULL, PRIMARY KEY (day, who)) WITHOUT ROWID",
          "CREATE TABLE shift (day TEXT NOT NULL, who TEXT NOT NULL, PRIMARY KEY (day, who)) STRICT, WITHOUT ROWID"))
edit("tables that refer to each other",
     new("CREATE TABLE team (id INTEGER PRIMARY KEY, lead INTEGER REFERENCES member (id) ON DELETE SET NULL);",
         "CREATE TABLE member (id INTEGER PRIMARY KEY, team INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE,"
         " boss INTEGER REFERENCES member (id));"))
edit("a table goes",
     gone("CREATE TABLE migrations"))
