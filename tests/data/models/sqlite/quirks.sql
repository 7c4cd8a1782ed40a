-- Text that is easy to read wrong.
/* A comment does not nest: /* ends with the first one. */
CREATE TABLE quirks (
    "a;b" TEXT DEFAULT 'x;y -- no comment', -- a comment; with a semicolon
    `back``tick` INT,
    [brackets " ` '] INT,
    "with ""quotes""" TEXT DEFAULT 'a "b"',
    'single' TEXT DEFAULT 'it''s',
    backslash TEXT DEFAULT 'a\b\',
    double_default TEXT DEFAULT "a text",
    bare_default TEXT DEFAULT word,
    blob_one BLOB DEFAULT X'1f',
    small REAL DEFAULT .5,
    whole REAL DEFAULT 5.,
    large REAL DEFAULT 1e5,
    exact REAL DEFAULT -1.50e+3,
    hex INT DEFAULT 0x1F,
    plus INT DEFAULT +5,
    "from" INT DEFAULT 1,
    CamelCase INT,
    名前 TEXT DEFAULT '値',
    long_type LONG VARCHAR(10, 2) NOT NULL,
    odd_type "quoted type",
    unsigned_type UNSIGNED BIG INT,
    native_type NATIVE CHARACTER(70),
    chosen INT DEFAULT (CASE WHEN 1 > 0 THEN 1 ELSE 0 END),
    json_part TEXT AS (doc ->> '$.a') STORED,
    json_more TEXT AS (json_extract(doc, '$.b[1]')),
    doc TEXT,
    CHECK (single GLOB '[a-z]*' AND single NOT LIKE '%\_%' ESCAPE '\'),
    CHECK (small <> 1 AND small != 2 AND NOT small == 3 AND small IS NOT 4 AND small NOTNULL),
    CHECK (chosen & 3 | 4 << 2 >= -1 AND ~chosen < 5 AND chosen % 2 = 1),
    CHECK (single IN ('a', 'b') OR single IS NULL),
    CHECK (((chosen) > ((0))))
);
CREATE VIEW "odd view" AS SELECT '--' AS "a""b", /* ; */ ';' AS c, 1 AS [select];
