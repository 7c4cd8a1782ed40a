# Forty changes of Chinook on PostgreSQL, one after the other.

edit("a column that can be empty",
     add("customer", "loyalty integer"))
edit("a column with a default",
     add("track", "rating smallint NOT NULL DEFAULT 3"))
edit("a column is dropped",
     drop("customer", "fax"), lost=["customer.fax"])
edit("a column is renamed",
     change("customer", "email", "mail varchar(60) NOT NULL"), options="--rename customer.email:mail")
edit("longer text",
     change("album", "title", "title varchar(400) NOT NULL"))
edit("a wider number",
     change("track", "bytes", "bytes bigint"))
edit("text without a limit",
     change("artist", "name", "name text"))
edit("more digits",
     change("invoice", "total", "total numeric(14,4) NOT NULL"), written=["invoice.total"])
edit("a number becomes text",
     change("track", "rating", "rating varchar(10) NOT NULL DEFAULT '3'"))
edit("text becomes a number again",
     change("track", "rating", "rating integer NOT NULL DEFAULT 3"))
edit("a default",
     change("invoice", "invoice_date", "invoice_date timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP"))
edit("another default, and none",
     change("track", "rating", "rating integer NOT NULL DEFAULT 5"),
     change("invoice", "invoice_date", "invoice_date timestamp NOT NULL"))
edit("NULL is no longer allowed",
     change("customer", "country", "country varchar(40) NOT NULL"))
edit("NULL is allowed",
     change("customer", "last_name", "last_name varchar(20)"))
edit("a check",
     add("track", "CONSTRAINT track_length CHECK (milliseconds > 0)"))
edit("another check of the same name",
     change("track", "track_length", "CONSTRAINT track_length CHECK (milliseconds BETWEEN 1 AND 100000000)"))
edit("no check, but one of two columns",
     drop("track", "track_length"),
     add("track", "CONSTRAINT track_sizes CHECK (bytes IS NULL OR bytes > milliseconds / 1000)"))
edit("unique",
     add("customer", "CONSTRAINT customer_mail_key UNIQUE (mail)"))
edit("what happens when the other row goes",
     text("FOREIGN KEY (album_id) REFERENCES album (album_id) ON DELETE NO ACTION",
          "FOREIGN KEY (album_id) REFERENCES album (album_id) ON DELETE CASCADE"))
edit("foreign keys with all actions",
     add("customer", "favourite integer CONSTRAINT customer_favourite_fkey REFERENCES track (track_id)"
         " ON DELETE SET NULL ON UPDATE CASCADE",
         "gift integer DEFAULT 1 CONSTRAINT customer_gift_fkey REFERENCES track (track_id)"
         " ON DELETE SET DEFAULT ON UPDATE RESTRICT"))
edit("a foreign key that waits",
     text("FOREIGN KEY (reports_to) REFERENCES employee (employee_id) ON DELETE NO ACTION ON UPDATE NO ACTION",
          "FOREIGN KEY (reports_to) REFERENCES employee (employee_id) DEFERRABLE INITIALLY DEFERRED"))
edit("no foreign key",
     gone("ALTER TABLE playlist_track ADD CONSTRAINT playlist_track_playlist_id_fkey"))
edit("indexes of all kinds",
     new("CREATE INDEX customer_mail_lower ON customer (lower(mail));",
         "CREATE INDEX track_long ON track (name DESC NULLS LAST) WHERE milliseconds > 300000;",
         "CREATE UNIQUE INDEX invoice_once ON invoice (customer_id, invoice_date) INCLUDE (total);",
         "CREATE INDEX artist_hash ON artist USING hash (name);",
         "CREATE INDEX track_words ON track USING gin (to_tsvector('simple', name));"))
edit("indexes change, go and are renamed",
     instead("CREATE INDEX track_long", "CREATE INDEX track_long ON track (name) WHERE milliseconds > 200000;"),
     gone("CREATE INDEX artist_hash"),
     gone("CREATE INDEX track_genre_id_idx"),
     new("CREATE INDEX track_by_genre ON track (genre_id);"))
edit("an enum and a column of it",
     new("CREATE TYPE quality AS ENUM ('low', 'high');"),
     add("track", "quality quality NOT NULL DEFAULT 'low'"))
edit("a value in the middle",
     text("ENUM ('low', 'high')", "ENUM ('low', 'middle', 'high')"))
edit("a value less",
     text("ENUM ('low', 'middle', 'high')", "ENUM ('low', 'high')"))
edit("views, one on the other",
     new("CREATE VIEW long_tracks AS SELECT track_id, name, milliseconds FROM track WHERE milliseconds > 200000;",
         "CREATE VIEW long_names AS SELECT upper(name) AS name, milliseconds / 1000 AS seconds FROM long_tracks;"))
edit("a column changes under the views",
     change("track", "milliseconds", "milliseconds bigint NOT NULL"))
edit("the lower view gets another column",
     instead("CREATE VIEW long_tracks", "CREATE VIEW long_tracks AS SELECT name, track_id, milliseconds, composer"
             " FROM track WHERE milliseconds > 250000;"))
edit("a view that is kept",
     new("CREATE MATERIALIZED VIEW sales AS SELECT customer_id, sum(total) AS total FROM invoice GROUP BY customer_id;",
         "CREATE UNIQUE INDEX sales_customer ON sales (customer_id);"))
edit("a function and a trigger",
     new("CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.changed := now();\n"
         "  RETURN NEW;\nEND $$;",
         "CREATE TRIGGER customer_stamp BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION stamp();"),
     add("customer", "changed timestamp with time zone"))
edit("both change",
     text("NEW.changed := now()", "NEW.changed := clock_timestamp()"),
     text("BEFORE UPDATE ON customer", "BEFORE INSERT OR UPDATE ON customer"))
edit("comments",
     new("COMMENT ON TABLE customer IS 'who buys; ''people''';", "COMMENT ON COLUMN customer.mail IS 'an address';",
         "COMMENT ON INDEX track_by_genre IS 'for the lists';"))
edit("a table is renamed",
     word("playlist", "collection"), options="--rename-table playlist:collection")
edit("tables that refer to each other and to themselves",
     new("CREATE TABLE label (label_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,"
         " parent_id integer REFERENCES label (label_id) ON DELETE CASCADE, main_contract_id integer);",
         "CREATE TABLE contract (contract_id serial PRIMARY KEY, label_id integer NOT NULL REFERENCES label (label_id),"
         " artist_id integer REFERENCES artist (artist_id), signed date NOT NULL DEFAULT CURRENT_DATE);",
         "ALTER TABLE label ADD CONSTRAINT label_main_contract FOREIGN KEY (main_contract_id)"
         " REFERENCES contract (contract_id) ON DELETE SET NULL;"))
edit("a table is split",
     drop("customer", "address", "city", "state", "postal_code"),
     new("CREATE TABLE customer_address (customer_id integer PRIMARY KEY REFERENCES customer (customer_id)"
         " ON DELETE CASCADE, address varchar(70), city varchar(40), state varchar(40), postal_code varchar(10));"),
     options="--no-renames",
     lost=["customer.address", "customer.city", "customer.state", "customer.postal_code"])
edit("another primary key",
     change("playlist_track", "playlist_track_pkey", "CONSTRAINT playlist_track_key UNIQUE (playlist_id, track_id)"),
     add("playlist_track", "id bigint GENERATED BY DEFAULT AS IDENTITY CONSTRAINT playlist_track_pkey PRIMARY KEY"))
edit("a domain, and a column that is computed",
     new("CREATE DOMAIN money_amount AS numeric(12,2) CHECK (VALUE >= 0);"),
     change("invoice_line", "unit_price", "unit_price money_amount NOT NULL"),
     add("invoice_line", "amount numeric GENERATED ALWAYS AS (unit_price * quantity) STORED"))
edit("a table goes, and what refers to it",
     gone("CREATE TABLE genre", "ALTER TABLE track ADD CONSTRAINT track_genre_id_fkey", "CREATE INDEX track_by_genre",
          "COMMENT ON INDEX track_by_genre"),
     drop("track", "genre_id"), lost=["track.genre_id"])
