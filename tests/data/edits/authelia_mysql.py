# Forty changes of Authelia's newest schema on MySQL and MariaDB, one after the other.

edit("columns with and without a default",
     add("authentication_logs", "user_agent text", "country char(2) NOT NULL DEFAULT 'zz'"))
edit("a column is dropped",
     drop("identity_verification", "consumed_ip"), lost=["identity_verification.consumed_ip"])
edit("a column is renamed that indexes are on",
     word("ip", "address"), options="--rename banned_ip.ip:address")
edit("longer names",
     change("totp_configurations", "username", "username varchar(255) NOT NULL"),
     change("totp_history", "username", "username varchar(255) NOT NULL"))
edit("a wider key",
     change("authentication_logs", "id", "id bigint NOT NULL AUTO_INCREMENT"))
edit("text without a limit",
     change("user_preferences", "second_factor_method", "second_factor_method mediumtext NOT NULL"))
edit("text becomes json",
     change("oauth2_consent_preconfiguration", "requested_claims", "requested_claims json"))
edit("a time without its zone, and one with fractions",
     change("banned_user", "expires", "expires datetime DEFAULT NULL"),
     change("banned_user", "expired", "expired timestamp(3) NULL DEFAULT NULL"))
edit("a smaller number",
     change("totp_configurations", "digits", "digits tinyint NOT NULL DEFAULT 6"))
edit("a default comes, one changes, one goes",
     change("duo_devices", "method", "method varchar(16) NOT NULL DEFAULT 'push'"),
     change("totp_configurations", "algorithm", "algorithm varchar(6) NOT NULL DEFAULT 'SHA256'"),
     change("webauthn_credentials", "sign_count", "sign_count int"))
edit("NULL is no longer allowed",
     change("encryption", "name", "name varchar(100) NOT NULL"))
edit("NULL is allowed",
     change("webauthn_credentials", "attachment", "attachment varchar(64)"))
edit("another character set",
     change("banned_ip", "reason", "reason varchar(100) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT NULL"))
edit("checks of one column and of two",
     add("totp_configurations", "CONSTRAINT totp_digits CHECK (digits IN (6, 8))",
         "CONSTRAINT totp_sane CHECK (period > 0 AND digits < period)"))
edit("a check changes, one goes",
     change("totp_configurations", "totp_digits", "CONSTRAINT totp_digits CHECK (digits BETWEEN 6 AND 8)"),
     drop("totp_configurations", "totp_sane"))
edit("unique no more, and unique in more columns",
     change("duo_devices", "duo_devices_username_key", "KEY duo_devices_username_key (username)"),
     change("user_preferences", "user_preferences_username_key",
            "UNIQUE KEY user_preferences_username_key (username, second_factor_method(20))"))
edit("a foreign key to a unique index",
     add("totp_history", "CONSTRAINT totp_history_of FOREIGN KEY (username) REFERENCES totp_configurations (username)"
         " ON DELETE CASCADE ON UPDATE CASCADE"))
edit("another action",
     change("oauth2_consent_session", "CONSTRAINT `oauth2_consent_session_subject_fkey`",
            "CONSTRAINT `oauth2_consent_session_subject_fkey` FOREIGN KEY (subject)"
            " REFERENCES user_opaque_identifier (identifier) ON UPDATE CASCADE ON DELETE SET NULL"))
edit("a foreign key of two columns",
     add("webauthn_credentials", "CONSTRAINT credentials_user FOREIGN KEY (rpid, username)"
         " REFERENCES webauthn_users (rpid, username)"))
edit("a foreign key goes, and its index",
     drop("oauth2_access_token_session", "CONSTRAINT `oauth2_access_token_session_subject_fkey`",
          "KEY `oauth2_access_token_session_subject_fkey`"))
edit("indexes of more kinds",
     new("CREATE INDEX logs_uri ON authentication_logs (request_uri(30));",
         "CREATE FULLTEXT INDEX logs_agent ON authentication_logs (user_agent);",
         "CREATE INDEX banned_open ON banned_user (username DESC, revoked) COMMENT 'who is out';"))
edit("indexes change and go",
     instead("CREATE INDEX banned_open", "CREATE UNIQUE INDEX banned_open ON banned_user (username, revoked, time);"),
     drop("banned_user", "banned_user_username_idx"),
     gone("CREATE INDEX logs_uri"))
edit("text becomes an enum",
     change("authentication_logs", "auth_type", "auth_type enum('1FA','TOTP') NOT NULL DEFAULT '1FA'"))
edit("the enum gets a value at the beginning",
     change("authentication_logs", "auth_type", "auth_type enum('none','1FA','TOTP') NOT NULL DEFAULT '1FA'"))
edit("and loses one",
     change("authentication_logs", "auth_type", "auth_type enum('1FA','TOTP') NOT NULL DEFAULT '1FA'"))
edit("views over several tables",
     new("CREATE VIEW people AS SELECT p.username, second_factor_method, t.digits FROM user_preferences p"
         " LEFT JOIN totp_configurations t ON t.username = p.username;",
         "CREATE VIEW failures AS SELECT username, auth_type, count(*) AS n FROM authentication_logs"
         " WHERE NOT successful GROUP BY username, auth_type;"))
edit("columns change under the views",
     change("totp_configurations", "digits", "digits int NOT NULL DEFAULT 6"),
     change("user_preferences", "username", "username varchar(120) NOT NULL"))
edit("a column under a view is renamed",
     change("user_preferences", "second_factor_method", "method mediumtext NOT NULL"),
     change("user_preferences", "user_preferences_username_key",
            "UNIQUE KEY user_preferences_username_key (username, method(20))"),
     instead("CREATE VIEW people", "CREATE VIEW people AS SELECT p.username, method, t.digits FROM user_preferences p"
             " LEFT JOIN totp_configurations t ON t.username = p.username;"),
     options="--rename user_preferences.second_factor_method:method")
edit("a trigger, a procedure and an event",
     new("DELIMITER ;;\nCREATE TRIGGER encryption_kept BEFORE UPDATE ON encryption FOR EACH ROW\nBEGIN\n"
         "  IF NEW.name <> OLD.name THEN\n    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no; never';\n  END IF;\nEND;;\n"
         "CREATE PROCEDURE forget(IN days INT)\nBEGIN\n  DELETE FROM authentication_logs WHERE time < now() - INTERVAL"
         " days DAY;\nEND;;\nDELIMITER ;",
         "CREATE EVENT forget_daily ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO DELETE FROM totp_history WHERE id < 0;"))
edit("all three change",
     text("'no; never'", "'not this'"),
     text("DELETE FROM authentication_logs WHERE time < now() - INTERVAL days DAY",
          "DELETE FROM authentication_logs WHERE time < now() - INTERVAL days HOUR"),
     text("EVERY 1 DAY STARTS", "EVERY 2 DAY STARTS"))
edit("columns that are computed",
     add("authentication_logs", "seen varchar(150) AS (concat(username, '@', coalesce(remote_ip, ''))) VIRTUAL",
         "short varchar(3) AS (left(username, 3)) STORED", "KEY logs_seen (seen)"))
edit("one is computed in another way",
     change("authentication_logs", "short", "short varchar(3) AS (right(username, 3)) STORED"))
edit("a table is renamed",
     word("duo_devices", "duo_phones"), options="--rename-table duo_devices:duo_phones")
edit("a table that others refer to is renamed",
     word("user_opaque_identifier", "identifiers"),
     options="--rename-table user_opaque_identifier:identifiers")
edit("a table is split",
     drop("webauthn_credentials", "backup_eligible", "backup_state", "attestation"),
     new("CREATE TABLE webauthn_backups (credential int PRIMARY KEY, eligible boolean DEFAULT false NOT NULL,"
         " state boolean DEFAULT false NOT NULL, CONSTRAINT backup_of FOREIGN KEY (credential)"
         " REFERENCES webauthn_credentials (id) ON DELETE CASCADE);"),
     lost=["webauthn_credentials.backup_eligible", "webauthn_credentials.backup_state",
           "webauthn_credentials.attestation"])
edit("another primary key",
     change("encryption", "id", "id int NOT NULL"),
     change("encryption", "PRIMARY KEY", "PRIMARY KEY (name)"),
     drop("encryption", "encryption_name_key"))
edit("a table in parts",
     new("CREATE TABLE visit (at date NOT NULL, who varchar(20)) PARTITION BY RANGE COLUMNS (at)"
         " (PARTITION visit_old VALUES LESS THAN ('2024-01-01'), PARTITION visit_new VALUES LESS THAN (MAXVALUE));"))
edit("comments, and an order of columns",
     change("banned_user", "source", "source varchar(10) NOT NULL COMMENT 'who; ''why'''"),
     text("CREATE TABLE webauthn_backups (", "CREATE TABLE webauthn_backups (since date,"))
edit("tables that refer to each other",
     new("CREATE TABLE team (id int PRIMARY KEY, lead_id int);",
         "CREATE TABLE member (id int PRIMARY KEY, team int NOT NULL, CONSTRAINT member_team FOREIGN KEY (team)"
         " REFERENCES team (id) ON DELETE CASCADE);",
         "ALTER TABLE team ADD CONSTRAINT team_lead FOREIGN KEY (lead_id) REFERENCES member (id) ON DELETE SET NULL;"))
edit("a table goes",
     gone("CREATE TABLE `migrations`"))
