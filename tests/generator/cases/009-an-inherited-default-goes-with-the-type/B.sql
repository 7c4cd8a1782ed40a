CREATE TABLE p (
    c jsonb
);
CREATE TABLE k (
    x int
) INHERITS (p);
