# Text that is easy to read wrong.
/* A comment does not nest: /* ends with the first one. */
CREATE TABLE quirks (
    `a;b` TEXT, -- a comment; with a semicolon
    `back``tick` INT DEFAULT (5--1), # minus minus, and a comment; with a quote '
    plain VARCHAR(20) DEFAULT 'it''s',
    with_escapes VARCHAR(20) DEFAULT 'a\'b\\c\n\0\Z\%\_\x',
    doubled VARCHAR(20) DEFAULT "say ""hi"" it's",
    mixed VARCHAR(20) DEFAULT "a\"b",
    joined VARCHAR(20) DEFAULT 'first' ' second',
    joined_lines VARCHAR(20) DEFAULT 'first'
        "second",
    introduced VARCHAR(20) DEFAULT _utf8mb4'ä',
    national_text VARCHAR(20) DEFAULT N'ö',
    hex_text VARCHAR(20) DEFAULT X'4142',
    hex_number VARBINARY(8) DEFAULT 0x4142,
    bits BIT(4) DEFAULT 0b101,
    bits_text BIT(4) DEFAULT b'101',
    small DECIMAL(5,2) DEFAULT .5,
    large DOUBLE DEFAULT 1e5,
    exact DECIMAL(10,3) DEFAULT -1.50E+2,
    positive INT DEFAULT +7,
    chosen INT DEFAULT (CASE WHEN 1 > 0 THEN 1 ELSE 0 END),
    extracted VARCHAR(20) AS (JSON_VALUE(doc, '$.a')) STORED,
    pathed VARCHAR(20) AS (JSON_UNQUOTE(JSON_EXTRACT(doc, '$.b'))) VIRTUAL,
    doc JSON,
    `select` INT,
    名前 VARCHAR(10) DEFAULT '値',
    CamelCase INT,
    /*!50000 versioned INT DEFAULT 1, */
    /*!99999 future INT, */
    /*M! maria INT DEFAULT 2, */
    `$dollar` INT,
    dollar$ INT,
    CONSTRAINT c1 CHECK (plain REGEXP '^[a-z]' AND plain NOT LIKE '%\_%' ESCAPE '|'),
    CONSTRAINT c2 CHECK (small <> 1 AND small != 2 AND NOT small = 3 AND NOT (small <=> 4)),
    CONSTRAINT c3 CHECK (chosen & 3 | 4 ^ 1 << 2 >= -1 AND chosen DIV 2 > 0 AND chosen MOD 2 = 1 AND !chosen = 0),
    CONSTRAINT c4 CHECK (plain = 'a' || plain = 'b' && large > 1 XOR exact > 2),
    CONSTRAINT c5 CHECK (chosen BETWEEN 1 AND 5 OR chosen IN (7, 8)),
    CONSTRAINT c6 CHECK (((chosen) > ((0)))),
    CONSTRAINT c7 CHECK (joined REGEXP BINARY 'a' OR plain COLLATE utf8mb4_bin = 'x')
);
CREATE VIEW `odd view` AS SELECT '--' AS `a``b`, /* ; */ ';' AS c, "\";" AS d, 1 AS `select`;
