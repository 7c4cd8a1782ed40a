CREATE TABLE `back``tick` (
    `c190` numeric(12,4) NOT NULL DEFAULT -0.50,
    PRIMARY KEY (`c190`)
);
CREATE TABLE `t924` (
    `c684` numeric(12,4) COMMENT 'plain'
);
ALTER TABLE `t924` ADD FOREIGN KEY (`c684`) REFERENCES `back``tick` (`c190`) ON DELETE NO ACTION;
