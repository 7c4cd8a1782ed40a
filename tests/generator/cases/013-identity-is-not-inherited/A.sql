CREATE TABLE p (
    c int NOT NULL
);
CREATE TABLE k (
    x int
) INHERITS (p);
