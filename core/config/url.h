/*
 * Database URLs in the forms that people paste: scheme[+driver]://user:password@host:port/database
 * ?name=value, parts percent-decoded.
 */
#ifndef CONFIG_URL_H
#define CONFIG_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "dbwarden/plugin.h"

/*
 * Fills the URL's parts of 'where' (scheme, user, password, host, port, database, parameters) with
 * strings in the arena. For a scheme without an authority in the way of files (sqlite:///app.db,
 * sqlite:////srv/app.db, sqlite://, sqlite:app.db) the database is the path: three slashes relative,
 * four absolute, as SQLAlchemy has it. Errors never quote the URL.
 */
bool url_parse(struct arena *arena, const char *url, struct dbw_connect *where,
               struct error *error);

/* The URL with '***' in place of the password, wherever one can stand: the authority, and query
 * parameters whose name contains 'password', 'passwd', 'secret', 'token' or 'key'. Works on URLs that
 * url_parse() refuses too. */
char *url_mask(struct arena *arena, const char *url);

#endif
