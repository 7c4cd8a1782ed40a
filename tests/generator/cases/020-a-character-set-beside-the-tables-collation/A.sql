CREATE TABLE t (
    a char(30) CHARACTER SET utf8mb4,
    b char(30),
    c char(30) CHARACTER SET utf8mb4
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
