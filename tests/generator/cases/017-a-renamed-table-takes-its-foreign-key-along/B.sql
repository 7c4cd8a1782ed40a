CREATE TABLE `back``tick` (
    `c190` numeric(12,4) NOT NULL DEFAULT -0.50,
    PRIMARY KEY (`c190`)
);
CREATE TABLE `t918` (
    `c684` numeric(12,4) COMMENT 'plain'
);
ALTER TABLE `t918` ADD FOREIGN KEY (`c684`) REFERENCES `back``tick` (`c190`) ON DELETE NO ACTION;
