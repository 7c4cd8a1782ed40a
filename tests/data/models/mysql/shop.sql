-- A shop as a person writes it: every kind of column, key and object that the README names.
SET NAMES utf8mb4;
SET FOREIGN_KEY_CHECKS = 0;
CREATE TABLE countries (
    code CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name VARCHAR(80) NOT NULL COMMENT 'in the country''s own language'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='ISO 3166';

CREATE TABLE IF NOT EXISTS customers (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    email VARCHAR(255) NOT NULL,
    `name` VARCHAR(100) DEFAULT NULL,
    born DATE,
    joined DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    seen TIMESTAMP NULL DEFAULT NULL,
    country CHAR(2) CHARACTER SET ascii COLLATE ascii_bin,
    points INT(11) NOT NULL DEFAULT '0',
    balance DECIMAL(10,2) DEFAULT 0.00,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    level ENUM('new','it''s','a,b') NOT NULL DEFAULT 'new',
    wants SET('mail','phone') DEFAULT 'mail,phone',
    settings JSON,
    photo MEDIUMBLOB,
    note TEXT CHARACTER SET latin1,
    secret VARBINARY(16) INVISIBLE,
    token BINARY(16) DEFAULT (UNHEX(REPLACE(UUID(),'-',''))),
    full_label VARCHAR(400) GENERATED ALWAYS AS (CONCAT(name, ' <', email, '>')) STORED,
    short_label VARCHAR(20) AS (LEFT(email, 20)) VIRTUAL,
    PRIMARY KEY (id),
    UNIQUE KEY email_unique (email),
    KEY by_name (`name`(20), born DESC),
    FULLTEXT KEY searched (note) COMMENT 'words',
    INDEX USING BTREE (points),
    CONSTRAINT country_known FOREIGN KEY (country) REFERENCES countries (code) ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT balance_floor CHECK (balance > -1000),
    CONSTRAINT born_late CHECK (born > '1900-01-01')
) ENGINE=InnoDB AUTO_INCREMENT=100 DEFAULT CHARACTER SET utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE TABLE orders (
    id BIGINT NOT NULL AUTO_INCREMENT UNIQUE,
    customer INT UNSIGNED NOT NULL,
    number INTEGER ZEROFILL,
    placed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    paid BIT(1) NOT NULL DEFAULT b'0',
    flags BIT(8) DEFAULT b'1010',
    total DOUBLE PRECISION NOT NULL DEFAULT 0,
    rate FLOAT(7,3) DEFAULT 1.5,
    tiny TINYINT(1) DEFAULT 1,
    small SMALLINT UNSIGNED DEFAULT 65535,
    medium MEDIUMINT,
    big BIGINT UNSIGNED,
    fixed NUMERIC(5),
    made YEAR DEFAULT 2024,
    at_time TIME(3) DEFAULT '10:00:00',
    place POINT,
    shape GEOMETRY NOT NULL,
    word NVARCHAR(10),
    letters NATIONAL CHAR(3),
    code CHARACTER VARYING(5),
    remark LONG VARCHAR,
    ref VARCHAR(36) DEFAULT (UUID()),
    PRIMARY KEY (id, customer),
    KEY (customer, placed),
    SPATIAL INDEX where_it_is (shape),
    FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE
);

CREATE TABLE events (
    id INT NOT NULL,
    happened DATE NOT NULL,
    kind VARCHAR(10) NOT NULL,
    PRIMARY KEY (id, happened)
) PARTITION BY RANGE (YEAR(happened)) (
    PARTITION p2023 VALUES LESS THAN (2024),
    PARTITION p2024 VALUES LESS THAN (2025) COMMENT = 'this year',
    PARTITION rest VALUES LESS THAN MAXVALUE
);
CREATE TABLE hashed (id INT NOT NULL PRIMARY KEY) PARTITION BY KEY (id) PARTITIONS 4;
CREATE TABLE listed (id INT NOT NULL, region INT NOT NULL, PRIMARY KEY (id, region))
    PARTITION BY LIST (region) (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3));

CREATE TABLE a_side (id INT PRIMARY KEY, b INT, CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b_side (id));
CREATE TABLE b_side (id INT PRIMARY KEY, a INT);
ALTER TABLE b_side ADD CONSTRAINT to_a FOREIGN KEY (a) REFERENCES a_side (id), ADD INDEX more (a, id);
CREATE TABLE tree (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES tree (id) ON DELETE CASCADE);

CREATE INDEX orders_total ON orders (total);
CREATE UNIQUE INDEX orders_ref ON orders (ref) COMMENT 'once';
CREATE FULLTEXT INDEX countries_name ON countries (name);

CREATE OR REPLACE VIEW active_customers AS
    SELECT id, email, CONCAT('a;b', name) AS label FROM customers WHERE active = 1;
CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW big_orders (order_id, amount) AS
    SELECT id, total FROM orders WHERE total > 100 WITH LOCAL CHECK OPTION;

DELIMITER //
CREATE FUNCTION vat(amount DECIMAL(10,2)) RETURNS DECIMAL(10,2) DETERMINISTIC
BEGIN
    DECLARE rate DECIMAL(4,2) DEFAULT 0.19;
    -- a comment; with a semicolon
    IF amount IS NULL THEN
        RETURN 0;
    ELSEIF amount < 0 THEN RETURN -1;
    END IF;
    RETURN amount * rate;
END//
CREATE PROCEDURE close_orders(IN who INT, OUT n INT)
    COMMENT 'closes; them'
    MODIFIES SQL DATA
BEGIN
    DECLARE done INT DEFAULT 0;
    again: LOOP
        SET done = done + 1;
        CASE done WHEN 1 THEN ITERATE again; ELSE LEAVE again; END CASE;
    END LOOP again;
    UPDATE orders SET paid = 1 WHERE customer = who;
    SET n = ROW_COUNT();
END //
CREATE TRIGGER orders_before BEFORE INSERT ON orders FOR EACH ROW
BEGIN
    IF NEW.total < 0 THEN SET NEW.total = 0; END IF;
END//
CREATE EVENT clean_up ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 00:00:00' DO BEGIN DELETE FROM events WHERE id < 0; END//
DELIMITER ;
CREATE TRIGGER orders_after AFTER DELETE ON orders FOR EACH ROW UPDATE customers SET points = points - 1 WHERE id = OLD.customer;
