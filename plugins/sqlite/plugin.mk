sqlite_LIBS := -lsqlite3
