postgresql_CPPFLAGS := $(shell pkg-config --cflags libpq)
postgresql_LIBS := $(shell pkg-config --libs libpq)
