CREATE TABLE p (
    c json DEFAULT '[]'
);
CREATE TABLE k (
    x int
) INHERITS (p);
