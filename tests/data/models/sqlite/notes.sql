-- A notebook: every kind of table, key and object that SQLite has, as a person writes them.
PRAGMA foreign_keys = ON;
BEGIN;
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email VARCHAR(255) NOT NULL COLLATE NOCASE UNIQUE ON CONFLICT REPLACE,
    name TEXT CONSTRAINT named NOT NULL ON CONFLICT IGNORE DEFAULT 'nobody',
    score NUMERIC(10, 2) DEFAULT 0.00,
    ratio DOUBLE PRECISION DEFAULT -1.5e-3,
    flags INT DEFAULT (1 << 3),
    born DATE DEFAULT CURRENT_DATE,
    joined TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL,
    photo BLOB DEFAULT x'00FF',
    active BOOLEAN DEFAULT TRUE,
    off BOOLEAN DEFAULT FALSE,
    empty_default DEFAULT NULL,
    typeless,
    boss INTEGER REFERENCES users ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    label TEXT GENERATED ALWAYS AS (name || ' <' || email || '>') STORED,
    short TEXT AS (substr(email, 1, 5)),
    CONSTRAINT grown CHECK (born IS NULL OR born > '1900-01-01'),
    CHECK (length(name) > 0)
);
CREATE TABLE IF NOT EXISTS notes (
    owner INTEGER NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL DEFAULT (hex(randomblob(4))),
    body TEXT,
    PRIMARY KEY (owner, number DESC) ON CONFLICT FAIL,
    CONSTRAINT one_title UNIQUE (owner, title COLLATE NOCASE),
    FOREIGN KEY (owner) REFERENCES users (id) ON DELETE CASCADE ON UPDATE NO ACTION
) WITHOUT ROWID;
CREATE TABLE tags (
    word TEXT PRIMARY KEY NOT NULL,
    weight REAL,
    extra ANY,
    amount INT CHECK (amount BETWEEN 0 AND 10)
) STRICT, WITHOUT ROWID;
CREATE TABLE [note tags] (
    owner INTEGER, number INTEGER, 'word' TEXT REFERENCES tags (word) ON UPDATE CASCADE MATCH FULL,
    CONSTRAINT both FOREIGN KEY (owner, number) REFERENCES notes (owner, number)
    CONSTRAINT no_comma_before CHECK (number > 0)
);
CREATE TABLE a_side (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b_side (id));
CREATE TABLE b_side (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a_side (id) NOT DEFERRABLE);
ALTER TABLE b_side ADD COLUMN later TEXT DEFAULT 'x' CHECK (later <> '');

CREATE INDEX notes_title ON notes (title COLLATE NOCASE DESC, number ASC);
CREATE UNIQUE INDEX users_email ON users (lower(email)) WHERE active AND email NOT LIKE '%;%';
CREATE INDEX users_expression ON users (score * 2, born);
CREATE VIEW active_users AS SELECT id, name FROM users WHERE active;
CREATE VIEW numbered (n, t) AS WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < 5) SELECT x, 'a;b' FROM c;
CREATE TRIGGER touched AFTER UPDATE OF title, body ON notes WHEN old.title <> new.title
BEGIN
    UPDATE users SET score = CASE WHEN score > 1 THEN score - 1 ELSE 0 END WHERE id = new.owner;
    SELECT RAISE(ABORT, 'no; not this') WHERE new.title = 'end';
END;
CREATE TRIGGER IF NOT EXISTS view_insert INSTEAD OF INSERT ON active_users BEGIN INSERT INTO users (name) VALUES (new.name); END;
CREATE VIRTUAL TABLE search USING fts5(title, body, content='notes', tokenize = "porter ascii");
COMMIT;
