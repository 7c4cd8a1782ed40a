/*
 * Where a connection leads: what the URL says, kept so that cancel() can go there once more.
 */
#ifndef MYSQL_TARGET_H
#define MYSQL_TARGET_H

#include <mysql.h>

#include "dbwarden/plugin.h"

enum tls {
	TLS_DEFAULT, /* nothing said: as the client library and its files have it */
	TLS_DISABLED,
	TLS_PREFERRED,
	TLS_REQUIRED,
	TLS_VERIFIED,
};

/* Strings are NULL where nothing was said. */
struct target {
	char *host;
	char *socket;
	unsigned port;
	char *user;
	char *password;
	char *database;
	char *default_file;  /* instead of the client's usual option files */
	char *default_group; /* beside [client] */
	enum tls tls;
	char *ssl_ca;
	char *ssl_capath;
	char *ssl_cert;
	char *ssl_key;
	char *ssl_cipher;
	unsigned connect_timeout; /* seconds, 0 for the library's default */
};

/* *target is NULL on failure. */
enum dbw_status target_read(const struct dbw_connect *where, struct target **target,
                            struct dbw_error *error);
/* NULL is allowed. The password is wiped. */
void target_free(struct target *target);
/* Goes there. 'database' may be NULL; a timeout of 0 is the target's own. */
enum dbw_status target_open(const struct target *target, const char *database,
                            unsigned timeout_seconds, MYSQL **handle, struct dbw_error *error);

#endif
