# Forty changes of Chinook on MySQL and MariaDB, one after the other.

edit("a column that can be empty",
     add("Customer", "Loyalty INT"))
edit("a column with a default",
     add("Track", "Rating SMALLINT NOT NULL DEFAULT 3"))
edit("a column is dropped",
     drop("Customer", "Fax"), lost=["Customer.Fax"])
edit("a column is renamed",
     change("Customer", "Email", "Mail VARCHAR(60) NOT NULL"), options="--rename Customer.Email:Mail")
edit("longer text, in another character set",
     change("Album", "Title", "Title VARCHAR(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL"))
edit("a wider number without a sign",
     change("Track", "Bytes", "Bytes BIGINT UNSIGNED"))
edit("text without a limit",
     change("Artist", "Name", "Name MEDIUMTEXT"))
edit("more digits",
     change("Invoice", "Total", "Total NUMERIC(14,4) NOT NULL"), written=["Invoice.Total"])
edit("a number becomes text",
     change("Track", "Rating", "Rating VARCHAR(10) NOT NULL DEFAULT '3'"))
edit("text becomes a number again",
     change("Track", "Rating", "Rating INT NOT NULL DEFAULT 3"))
edit("times by themselves",
     change("Invoice", "InvoiceDate", "InvoiceDate DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP"),
     add("Invoice", "Changed TIMESTAMP NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP"))
edit("another default, and none",
     change("Track", "Rating", "Rating INT NOT NULL DEFAULT 5"),
     change("Invoice", "InvoiceDate", "InvoiceDate DATETIME NOT NULL"))
edit("defaults of all kinds",
     add("Employee", "Note VARCHAR(20) DEFAULT 'it''s'", "Token CHAR(36) DEFAULT (uuid())", "Share DOUBLE DEFAULT -0.5",
         "Flags BIT(3) DEFAULT b'101'"), lost=["Employee.Token"])
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
     add("Track", "CONSTRAINT TrackSizes CHECK (Bytes IS NULL OR Bytes > Milliseconds / 1000)"))
edit("unique",
     add("Customer", "CONSTRAINT CustomerMail UNIQUE (Mail)"))
edit("what happens when the other row goes",
     text("FOREIGN KEY (`AlbumId`) REFERENCES `Album` (`AlbumId`) ON DELETE NO ACTION",
          "FOREIGN KEY (`AlbumId`) REFERENCES `Album` (`AlbumId`) ON DELETE CASCADE"))
edit("foreign keys with all actions",
     add("Customer", "Favourite INT", "Gift INT",
         "CONSTRAINT CustomerFavourite FOREIGN KEY (Favourite) REFERENCES Track (TrackId) ON DELETE SET NULL"
         " ON UPDATE CASCADE",
         "CONSTRAINT CustomerGift FOREIGN KEY (Gift) REFERENCES Track (TrackId) ON DELETE RESTRICT"))
edit("no foreign key",
     gone("ALTER TABLE `PlaylistTrack` ADD CONSTRAINT `FK_PlaylistTrackPlaylistId`"))
edit("indexes of all kinds",
     new("CREATE INDEX ArtistStart ON Artist (Name(20));",
         "CREATE UNIQUE INDEX InvoiceOnce ON Invoice (CustomerId, InvoiceDate);",
         "CREATE FULLTEXT INDEX TrackWords ON Track (Name, Composer);",
         "CREATE INDEX TrackSizes ON Track (Bytes DESC, Milliseconds) COMMENT 'the big ones';"))
edit("indexes change, go and are renamed",
     instead("CREATE INDEX TrackSizes", "CREATE INDEX TrackSizes ON Track (Bytes, Milliseconds, Rating);"),
     gone("CREATE INDEX ArtistStart"),
     gone("CREATE INDEX `IFK_TrackGenreId`"),
     new("CREATE INDEX TrackByGenre ON Track (GenreId);"))
edit("a column of an enum and one of a set",
     add("Track", "Quality ENUM('low','high') NOT NULL DEFAULT 'low'", "Tags SET('live','cover')"))
edit("a value at the end, a value in the middle",
     change("Track", "Quality", "Quality ENUM('low','middle','high','best') NOT NULL DEFAULT 'low'"))
edit("a value less",
     change("Track", "Quality", "Quality ENUM('low','high','best') NOT NULL DEFAULT 'low'"))
edit("views, one on the other",
     new("CREATE VIEW LongTracks AS SELECT TrackId, Name, Milliseconds FROM Track WHERE Milliseconds > 200000;",
         "CREATE VIEW LongNames AS SELECT upper(Name) AS Name, Milliseconds / 1000 AS Seconds FROM LongTracks;"))
edit("a column changes under the views",
     change("Track", "Milliseconds", "Milliseconds BIGINT NOT NULL"))
edit("the lower view gets another column",
     instead("CREATE VIEW LongTracks", "CREATE VIEW LongTracks AS SELECT Name, TrackId, Milliseconds, Composer"
             " FROM Track WHERE Milliseconds > 250000;"))
edit("a function and a trigger",
     add("Customer", "Changed DATETIME"),
     new("DELIMITER ;;\nCREATE FUNCTION Stamp(d DATETIME) RETURNS DATETIME DETERMINISTIC\nBEGIN\n  RETURN d;\nEND;;\n"
         "DELIMITER ;",
         "DELIMITER ;;\nCREATE TRIGGER CustomerStamp BEFORE UPDATE ON Customer FOR EACH ROW\nBEGIN\n"
         "  SET NEW.Changed = Stamp(now());\nEND;;\nDELIMITER ;"))
edit("both change",
     text("RETURN d;", "RETURN d + INTERVAL 1 SECOND;"),
     text("BEFORE UPDATE ON Customer", "BEFORE INSERT ON Customer"))
edit("comments and options",
     text("""CREATE TABLE `MediaType`
(
    `MediaTypeId` INT NOT NULL,
    `Name` NVARCHAR(120),
    CONSTRAINT `PK_MediaType` PRIMARY KEY  (`MediaTypeId`)
);""", """CREATE TABLE `MediaType`
(
    `MediaTypeId` INT NOT NULL COMMENT 'it''s a number',
    `Name` NVARCHAR(120),
    CONSTRAINT `PK_MediaType` PRIMARY KEY  (`MediaTypeId`)
) COMMENT='what it is on' ROW_FORMAT=COMPRESSED;"""))
edit("numbers by themselves",
     change("MediaType", "MediaTypeId", "`MediaTypeId` INT NOT NULL AUTO_INCREMENT COMMENT 'by itself'"))
edit("a table is renamed",
     word("Playlist", "Collection"), options="--rename-table Playlist:Collection")
edit("tables that refer to each other and to themselves",
     new("CREATE TABLE Label (LabelId INT AUTO_INCREMENT PRIMARY KEY, Name VARCHAR(80) NOT NULL, ParentId INT,"
         " MainContractId INT, CONSTRAINT LabelParent FOREIGN KEY (ParentId) REFERENCES Label (LabelId)"
         " ON DELETE CASCADE);",
         "CREATE TABLE Contract (ContractId INT AUTO_INCREMENT PRIMARY KEY, LabelId INT NOT NULL, Signed DATE,"
         " CONSTRAINT ContractLabel FOREIGN KEY (LabelId) REFERENCES Label (LabelId));",
         "ALTER TABLE Label ADD CONSTRAINT LabelMainContract FOREIGN KEY (MainContractId)"
         " REFERENCES Contract (ContractId) ON DELETE SET NULL;"))
edit("a table is split",
     drop("Customer", "Address", "City", "State", "PostalCode"),
     new("CREATE TABLE CustomerAddress (CustomerId INT PRIMARY KEY, Address VARCHAR(70), City VARCHAR(40),"
         " State VARCHAR(40), PostalCode VARCHAR(10), CONSTRAINT CustomerAddressOf FOREIGN KEY (CustomerId)"
         " REFERENCES Customer (CustomerId) ON DELETE CASCADE);"),
     options="--no-renames",
     lost=["Customer.Address", "Customer.City", "Customer.State", "Customer.PostalCode"])
edit("another primary key",
     change("PlaylistTrack", "PK_PlaylistTrack", "CONSTRAINT PlaylistTrackOnce UNIQUE (PlaylistId, TrackId)"),
     add("PlaylistTrack", "Id BIGINT NOT NULL AUTO_INCREMENT", "PRIMARY KEY (Id)"))
edit("columns that are computed",
     add("InvoiceLine", "Amount NUMERIC(12,2) AS (UnitPrice * Quantity) VIRTUAL",
         "Doubled NUMERIC(12,2) AS (UnitPrice * Quantity * 2) STORED"))
edit("a table goes, and what refers to it",
     gone("CREATE TABLE `Genre`", "ALTER TABLE `Track` ADD CONSTRAINT `FK_TrackGenreId`", "CREATE INDEX TrackByGenre"),
     drop("Track", "GenreId"), lost=["Track.GenreId"])
