# Forty changes of Chinook on SQLite, one after the other.

edit("a column that can be empty",
     add("Customer", "Loyalty INTEGER"))
edit("a column with a default",
     add("Track", "Rating INTEGER NOT NULL DEFAULT 3"))
edit("a column is dropped",
     drop("Customer", "Fax"), lost=["Customer.Fax"])
edit("a column is renamed",
     change("Customer", "Email", "Mail NVARCHAR(60) NOT NULL"), options="--rename Customer.Email:Mail")
edit("longer text",
     change("Album", "Title", "Title NVARCHAR(400) NOT NULL"))
edit("another type, another affinity",
     change("Track", "Bytes", "Bytes TEXT"), written=["Track.Bytes"])
edit("the type that it was",
     change("Track", "Bytes", "Bytes INTEGER"), written=["Track.Bytes"])
edit("more digits",
     change("Invoice", "Total", "Total NUMERIC(14,4) NOT NULL"))
edit("a default",
     change("Invoice", "InvoiceDate", "InvoiceDate DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP"))
edit("another default, and none",
     change("Track", "Rating", "Rating INTEGER NOT NULL DEFAULT 5"),
     change("Invoice", "InvoiceDate", "InvoiceDate DATETIME NOT NULL"))
edit("defaults of all kinds",
     add("Employee", "Note TEXT DEFAULT 'it''s'", "Since TEXT DEFAULT (date('now'))", "Share REAL DEFAULT -0.5",
         "Photo BLOB DEFAULT x'00ff'"))
edit("NULL is no longer allowed",
     change("Customer", "Country", "Country NVARCHAR(40) NOT NULL"))
edit("NULL is allowed",
     change("Customer", "LastName", "LastName NVARCHAR(20)"))
edit("a check",
     add("Track", "CONSTRAINT TrackLength CHECK (Milliseconds > 0)"))
edit("another check of the same name",
     change("Track", "TrackLength", "CONSTRAINT TrackLength CHECK (Milliseconds BETWEEN 1 AND 100000000)"))
edit("no check, but one of two columns",
     drop("Track", "TrackLength"),
     add("Track", "CHECK (Bytes IS NULL OR Bytes > Milliseconds / 1000)"))
edit("unique",
     add("Customer", "CONSTRAINT CustomerMail UNIQUE (Mail)"))
edit("what happens when the other row goes",
     change("Track", "FOREIGN KEY ([AlbumId])", "FOREIGN KEY (AlbumId) REFERENCES Album (AlbumId) ON DELETE CASCADE"))
edit("foreign keys with all actions",
     add("Customer", "Favourite INTEGER REFERENCES Track (TrackId) ON DELETE SET NULL ON UPDATE CASCADE",
         "Gift INTEGER DEFAULT 1 REFERENCES Track (TrackId) ON DELETE SET DEFAULT ON UPDATE RESTRICT"))
edit("a foreign key that waits",
     change("Employee", "FOREIGN KEY ([ReportsTo])", "FOREIGN KEY (ReportsTo) REFERENCES Employee (EmployeeId)"
            " DEFERRABLE INITIALLY DEFERRED"))
edit("no foreign key",
     drop("PlaylistTrack", "FOREIGN KEY ([PlaylistId])"))
edit("indexes of all kinds",
     new("CREATE INDEX CustomerMailLower ON Customer (lower(Mail));",
         "CREATE INDEX TrackLong ON Track (Name DESC) WHERE Milliseconds > 300000;",
         "CREATE UNIQUE INDEX InvoiceOnce ON Invoice (CustomerId, InvoiceDate);",
         "CREATE INDEX ArtistName ON Artist (Name COLLATE NOCASE);"))
edit("indexes change, go and are renamed",
     instead("CREATE INDEX TrackLong", "CREATE INDEX TrackLong ON Track (Name) WHERE Milliseconds > 200000;"),
     gone("CREATE INDEX ArtistName"),
     gone("CREATE INDEX [IFK_TrackGenreId]"),
     new("CREATE INDEX TrackByGenre ON Track (GenreId);"))
edit("a collation",
     change("Artist", "Name", "Name NVARCHAR(120) COLLATE NOCASE"))
edit("views, one on the other",
     new("CREATE VIEW LongTracks AS SELECT TrackId, Name, Milliseconds FROM Track WHERE Milliseconds > 200000;",
         "CREATE VIEW LongNames AS SELECT upper(Name) AS Name, Milliseconds / 1000 AS Seconds FROM LongTracks;"))
edit("a column changes under the views",
     change("Track", "Milliseconds", "Milliseconds BIGINT NOT NULL"))
edit("a column under the views is renamed",
     change("Track", "Milliseconds", "Length BIGINT NOT NULL"),
     text("CHECK (Bytes IS NULL OR Bytes > Milliseconds / 1000)", "CHECK (Bytes IS NULL OR Bytes > Length / 1000)"),
     instead("CREATE INDEX TrackLong", "CREATE INDEX TrackLong ON Track (Name) WHERE Length > 200000;"),
     instead("CREATE VIEW LongTracks", "CREATE VIEW LongTracks AS SELECT TrackId, Name, Length AS Milliseconds"
             " FROM Track WHERE Length > 200000;"),
     options="--rename Track.Milliseconds:Length")
edit("the lower view gets another column",
     instead("CREATE VIEW LongTracks", "CREATE VIEW LongTracks AS SELECT Name, TrackId, Length AS Milliseconds, Composer"
             " FROM Track WHERE Length > 250000;"))
edit("triggers, on a table and on a view",
     add("Customer", "Changed TEXT"),
     new("CREATE TRIGGER CustomerStamp AFTER UPDATE OF Mail ON Customer BEGIN\n"
         "  UPDATE Customer SET Changed = 'now;' WHERE CustomerId = NEW.CustomerId;\nEND;",
         "CREATE TRIGGER LongTracksDelete INSTEAD OF DELETE ON LongTracks BEGIN\n"
         "  DELETE FROM Track WHERE TrackId = OLD.TrackId;\nEND;"))
edit("a trigger changes",
     text("SET Changed = 'now;'", "SET Changed = datetime('now')"))
edit("a table with triggers, views and indexes is made anew",
     change("Customer", "Changed", "Changed TEXT NOT NULL DEFAULT ''"),
     change("Customer", "Phone", "Phone NVARCHAR(30)"), lost=["Customer.Changed"])
edit("a table is renamed",
     word("Playlist", "Collection"), options="--rename-table Playlist:Collection")
edit("tables that refer to each other and to themselves",
     new("CREATE TABLE Label (LabelId INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT NOT NULL,"
         " ParentId INTEGER REFERENCES Label (LabelId) ON DELETE CASCADE,"
         " MainContractId INTEGER REFERENCES Contract (ContractId) ON DELETE SET NULL);",
         "CREATE TABLE Contract (ContractId INTEGER PRIMARY KEY, LabelId INTEGER NOT NULL REFERENCES Label (LabelId),"
         " ArtistId INTEGER REFERENCES Artist (ArtistId), Signed TEXT NOT NULL DEFAULT CURRENT_DATE);"))
edit("tables of the other kinds",
     new("CREATE TABLE Setting (Name TEXT NOT NULL PRIMARY KEY, Value ANY) STRICT, WITHOUT ROWID;",
         "CREATE TABLE Word (Word TEXT, Language TEXT, PRIMARY KEY (Word, Language)) WITHOUT ROWID;"))
edit("a table is split",
     drop("Customer", "Address", "City", "State", "PostalCode"),
     new("CREATE TABLE CustomerAddress (CustomerId INTEGER PRIMARY KEY REFERENCES Customer (CustomerId)"
         " ON DELETE CASCADE, Address NVARCHAR(70), City NVARCHAR(40), State NVARCHAR(40), PostalCode NVARCHAR(10));"),
     options="--no-renames",
     lost=["Customer.Address", "Customer.City", "Customer.State", "Customer.PostalCode"])
edit("another primary key",
     drop("PlaylistTrack", "PK_PlaylistTrack"),
     add("PlaylistTrack", "CONSTRAINT PK_PlaylistTrack PRIMARY KEY (TrackId, PlaylistId)"))
edit("a column that is computed",
     add("InvoiceLine", "Amount NUMERIC GENERATED ALWAYS AS (UnitPrice * Quantity) VIRTUAL",
         "Doubled NUMERIC AS (Amount * 2) STORED"))
edit("one is computed in another way",
     change("InvoiceLine", "Doubled", "Doubled NUMERIC AS (Amount * 2.0) STORED"))
edit("a table without a primary key",
     drop("MediaType", "PK_MediaType"),
     add("MediaType", "CONSTRAINT MediaTypeOnce UNIQUE (MediaTypeId)"))
edit("a table goes, and what refers to it",
     gone("CREATE TABLE [Genre]", "CREATE INDEX TrackByGenre"),
     drop("Track", "FOREIGN KEY ([GenreId])", "GenreId"), lost=["Track.GenreId"])
