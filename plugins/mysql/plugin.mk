mysql_CPPFLAGS := $(shell mysql_config --include)
mysql_LIBS := $(shell mysql_config --libs)
