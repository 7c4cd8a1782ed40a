# Forty changes of Pagila, one after the other.

edit("a column that can be empty",
     add("film", "imdb text"))
edit("a column with a default",
     add("customer", "vip boolean NOT NULL DEFAULT false"))
edit("a column is dropped",
     drop("address", "address2"), lost=["address.address2"])
edit("a column is renamed that views show",
     word("phone", "telephone"), options="--rename address.phone:telephone")
edit("a column is renamed",
     word("picture", "portrait"), options="--rename staff.picture:portrait")
edit("text with a limit, under many views",
     change("category", "name", "name character varying(60) NOT NULL"))
edit("a wider number under views",
     change("film", "length", "length integer"))
edit("more digits, in all partitions",
     everywhere("amount numeric(5,2) NOT NULL", "amount numeric(9,2) NOT NULL"))
edit("another column of all partitions",
     everywhere("amount numeric(9,2) NOT NULL,", "amount numeric(9,2) NOT NULL, currency character(3) NOT NULL"
                " DEFAULT 'EUR'::bpchar,"))
edit("another check of a domain",
     text("((VALUE >= 1901) AND (VALUE <= 2155))", "((VALUE >= 1888) AND (VALUE <= 2155))"))
edit("a value at the end of an enum",
     text("'R', 'NC-17'", "'R', 'NC-17', 'X'"))
edit("two values less, under views and a default",
     text("'R', 'NC-17', 'X'", "'R'"))
edit("a value under another name",
     text("'PG-13', 'R'", "'PG13', 'R'"), options="--rename-value mpaa_rating.PG-13:PG13", written=["film.rating"])
edit("defaults change and go",
     change("film", "rental_rate", "rental_rate numeric(4,2) DEFAULT 3.99 NOT NULL"),
     change("customer", "create_date", "create_date date NOT NULL"))
edit("NULL is no longer allowed",
     change("customer", "email", "email text NOT NULL"))
edit("NULL is allowed",
     change("film", "replacement_cost", "replacement_cost numeric(5,2) DEFAULT 19.99"))
edit("checks of one column and of two",
     add("film", "CONSTRAINT film_length CHECK (length > 0)",
         "CONSTRAINT film_cost CHECK (replacement_cost >= rental_rate)"))
edit("a check changes, one goes",
     change("film", "film_length", "CONSTRAINT film_length CHECK (length BETWEEN 1 AND 1000)"),
     drop("film", "film_cost"))
edit("unique",
     new("ALTER TABLE staff ADD CONSTRAINT staff_username_key UNIQUE (username);"))
edit("another action",
     text("ADD CONSTRAINT customer_address_id_fkey FOREIGN KEY (address_id) REFERENCES public.address(address_id)"
          " ON UPDATE CASCADE ON DELETE RESTRICT",
          "ADD CONSTRAINT customer_address_id_fkey FOREIGN KEY (address_id) REFERENCES public.address(address_id)"
          " ON DELETE CASCADE"))
edit("a foreign key that closes a circle, and waits",
     new("ALTER TABLE store ADD CONSTRAINT store_manager_fkey FOREIGN KEY (manager_staff_id) REFERENCES staff (staff_id)"
         " DEFERRABLE INITIALLY DEFERRED;"))
edit("no foreign key",
     gone("ALTER TABLE ONLY public.film ADD CONSTRAINT film_original_language_id_fkey"))
edit("indexes of all kinds",
     new("CREATE INDEX film_features ON film USING gin (special_features);",
         "CREATE UNIQUE INDEX customer_mail ON customer (lower(email));",
         "CREATE INDEX rental_open ON rental (customer_id) INCLUDE (inventory_id) WHERE return_date IS NULL;"))
edit("indexes change and go",
     instead("CREATE INDEX idx_title", "CREATE INDEX idx_title ON film (title text_pattern_ops);"),
     instead("CREATE INDEX film_fulltext_idx", "CREATE INDEX film_fulltext_idx ON film USING gin (fulltext);"),
     gone("CREATE INDEX idx_actor_last_name"))
edit("a view shows more",
     text("a.postal_code AS \"zip code\", a.telephone, city.city, country.country, CASE",
          "a.postal_code AS \"zip code\", a.telephone, a.district, city.city, country.country, CASE"))
edit("a view on a view",
     new("CREATE VIEW people AS SELECT name, city FROM customer_list UNION ALL SELECT name, city FROM staff_list;"))
edit("columns change under both",
     change("customer", "first_name", "first_name character varying(80) NOT NULL"),
     change("city", "city", "city character varying(100) NOT NULL"))
edit("a view that is kept changes, with its index",
     text("CREATE MATERIALIZED VIEW public.rental_by_category AS SELECT c.name AS category,",
          "CREATE MATERIALIZED VIEW public.rental_by_category AS SELECT c.name AS category, count(*) AS n,"))
edit("another one",
     new("CREATE MATERIALIZED VIEW film_counts AS SELECT category_id, count(*) AS films FROM film_category"
         " GROUP BY category_id;",
         "CREATE UNIQUE INDEX film_counts_category ON film_counts (category_id);"))
edit("the body of a function",
     text("'Minimum monthly purchases parameter must be > 0'", "'Monthly purchases: more than 0; please'"))
edit("the arguments of a function",
     everywhere("film_not_in_stock(p_film_id integer, p_store_id integer,",
                "film_not_in_stock(p_film_id bigint, p_store_id bigint,"))
edit("triggers change and go",
     gone("CREATE TRIGGER last_updated BEFORE UPDATE ON public.language"),
     instead("CREATE TRIGGER last_updated BEFORE UPDATE ON public.store",
             "CREATE TRIGGER last_updated BEFORE UPDATE OF address_id ON public.store FOR EACH ROW"
             " WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.last_updated();"))
edit("columns that are computed",
     add("staff", "full_name text GENERATED ALWAYS AS (first_name || ' ' || last_name) STORED"))
edit("a table is split",
     drop("staff", "password", "portrait"),
     new("CREATE TABLE staff_secret (staff_id integer PRIMARY KEY REFERENCES staff (staff_id) ON DELETE CASCADE,"
         " password text, portrait bytea);"),
     options="--no-renames", lost=["staff.password", "staff.portrait"])
edit("another primary key",
     text("ADD CONSTRAINT film_actor_pkey PRIMARY KEY (actor_id, film_id)",
          "ADD CONSTRAINT film_actor_once UNIQUE (actor_id, film_id)"),
     add("film_actor", "film_actor_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT film_actor_pkey PRIMARY KEY"))
edit("comments",
     new("COMMENT ON TABLE film IS 'what is lent; ''all'' of it';", "COMMENT ON COLUMN film.length IS 'minutes';",
         "COMMENT ON VIEW people IS 'everybody';", "COMMENT ON TYPE mpaa_rating IS 'who may see it';"))
edit("a table is renamed that others refer to",
     word("language", "tongue"), options="--rename-table language:tongue")
edit("a partition comes and one goes",
     gone("CREATE TABLE public.payment_p2026_07", "ALTER TABLE public.payment_p2026_07 OWNER",
          "ALTER TABLE ONLY public.payment ATTACH PARTITION public.payment_p2026_07"),
     new("CREATE TABLE payment_later PARTITION OF payment FOR VALUES FROM ('2027-01-01 00:00:00+00') TO (MAXVALUE);"),
     options="--no-renames")
edit("rows that only some may see",
     new("ALTER TABLE staff_secret ENABLE ROW LEVEL SECURITY;",
         "CREATE POLICY own_secret ON staff_secret USING (staff_id = 1) WITH CHECK (staff_id = 1);"))
edit("views and a table go",
     gone("CREATE VIEW people", "COMMENT ON VIEW people", "CREATE MATERIALIZED VIEW film_counts",
          "CREATE UNIQUE INDEX film_counts_category", "CREATE VIEW public.nicer_but_slower_film_list",
          "ALTER TABLE public.nicer_but_slower_film_list OWNER"))
