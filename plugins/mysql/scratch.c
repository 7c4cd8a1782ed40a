/*
 * Throw-away databases: dbwarden_scratch_ with the time of creation (seconds since 1970, in
 * hexadecimal digits) and a random number. Whoever made one holds a lock of that name as long as it
 * is in use, so that what a crash has left behind can be told from what is used.
 */
#include <mysqld_error.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "connection.h"
#include "failure.h"
#include "lock.h"
#include "mysql_plugin.h"
#include "text.h"

static const char prefix[] = "dbwarden_scratch_";

enum { LEFTOVER_SECONDS = 3600 };

/* Leftovers. */

struct leftovers {
	char **names;
	size_t count;
	long long now;
};

static bool is_leftover(const char *name, long long now)
{
	long long made;
	char *end;

	if (strncmp(name, prefix, sizeof prefix - 1) != 0)
		return false;
	name += sizeof prefix - 1;
	made = strtoll(name, &end, 16);
	return end > name && *end == '_' && strspn(end + 1, "0123456789abcdef") == 16 && !end[17] &&
	       made > 0 && now - made > LEFTOVER_SECONDS;
}

static bool keep_leftover(void *context, size_t count, const char *const *values,
                          const size_t *lengths, const char *const *names)
{
	struct leftovers *leftovers = context;
	char **grown;

	(void)lengths;
	(void)names;
	if (count < 2 || !values[0] || !values[1])
		return true;
	leftovers->now = strtoll(values[1], NULL, 10);
	if (!is_leftover(values[0], leftovers->now))
		return true;
	grown = realloc(leftovers->names, (leftovers->count + 1) * sizeof *grown);
	if (!grown)
		abort();
	leftovers->names = grown;
	leftovers->names[leftovers->count++] = text_copy(values[0]);
	return true;
}

/* Not if anybody uses it: the lock tells of its maker, the list of sessions of everybody else. */
static void drop_leftover(struct dbw_connection *connection, const char *name)
{
	struct dbw_error ignored = {.struct_size = sizeof ignored};
	char *literal = text_literal(name), *quoted = text_identifier(name), *used = NULL;
	char *look = text_format(
	    "SELECT 1 FROM information_schema.processlist WHERE db = %s LIMIT 1", literal);
	char *drop = text_format("DROP DATABASE IF EXISTS %s", quoted);
	char *release = text_format("DO RELEASE_LOCK(%s)", literal);

	if (lock_mark(connection, name, &ignored) == DBW_OK) {
		if (execute_value(connection, look, &used, &ignored) == DBW_OK && !used)
			execute_own(connection, drop, &ignored);
		execute_own(connection, release, &ignored);
	}
	free(used);
	free(literal);
	free(quoted);
	free(look);
	free(drop);
	free(release);
}

/* It is a kindness: what fails here fails again, and with a message, when the new one is made. */
static void drop_leftovers(struct dbw_connection *connection)
{
	static const char sql[] =
	    "SELECT schema_name, UNIX_TIMESTAMP() FROM information_schema.schemata "
	    "WHERE schema_name LIKE 'dbwarden|_scratch|_%' ESCAPE '|'";
	struct dbw_error ignored = {.struct_size = sizeof ignored};
	struct leftovers leftovers = {0};

	execute_rows(connection, sql, sizeof sql - 1, keep_leftover, &leftovers, &ignored);
	for (size_t i = 0; i < leftovers.count; i++) {
		drop_leftover(connection, leftovers.names[i]);
		free(leftovers.names[i]);
	}
	free(leftovers.names);
}

/* The new one. */

static enum dbw_status choose_name(struct dbw_connection *connection, char **name,
                                   struct dbw_error *error)
{
	enum dbw_status status;
	uint64_t number;
	char *now;

	*name = NULL;
	if (getrandom(&number, sizeof number, 0) != sizeof number)
		return failure_set(error, "there are no random numbers: %m");
	status = execute_value(connection, "SELECT UNIX_TIMESTAMP()", &now, error);
	if (status == DBW_OK)
		*name = text_format("%s%llx_%016llx", prefix, now ? strtoull(now, NULL, 10) : 0,
		                    (unsigned long long)number);
	free(now);
	return status;
}

/* " CHARACTER SET x COLLATE y" of the database of the connection; without one, the server's own. */
static enum dbw_status read_character_set(struct dbw_connection *connection, char **clause,
                                          struct dbw_error *error)
{
	enum dbw_status status = execute_value(
	    connection,
	    "SELECT CONCAT(' CHARACTER SET ', default_character_set_name, ' COLLATE ', "
	    "default_collation_name) FROM information_schema.schemata "
	    "WHERE schema_name = DATABASE()",
	    clause, error);

	if (status == DBW_OK && !*clause)
		*clause = text_copy("");
	return status;
}

static bool is_refusal(int64_t code)
{
	return code == ER_DBACCESS_DENIED_ERROR || code == ER_SPECIFIC_ACCESS_DENIED_ERROR ||
	       code == ER_TABLEACCESS_DENIED_ERROR || code == ER_OPTION_PREVENTS_STATEMENT ||
	       code == ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION;
}

static enum dbw_status create(struct dbw_connection *connection, const char *name,
                              const char *clause, struct dbw_error *error)
{
	char *sql = text_format("CREATE DATABASE `%s`%s", name, clause);
	enum dbw_status status = execute_own(connection, sql, error);

	free(sql);
	if (status != DBW_FAILED || !is_refusal(error->vendor_code))
		return status;
	failure_hint(error, "Set scratch_url to a server on which databases may be created, or let "
	                    "an administrator run: GRANT ALL ON `dbwarden\\_scratch\\_%%`.* TO the "
	                    "user.");
	return DBW_UNSUPPORTED;
}

static enum dbw_status make(struct dbw_connection *connection, struct dbw_error *error)
{
	char *name = NULL, *clause = NULL;
	enum dbw_status status;

	drop_leftovers(connection);
	status = choose_name(connection, &name, error);
	if (status == DBW_OK)
		status = lock_mark(connection, name, error);
	if (status == DBW_OK)
		status = read_character_set(connection, &clause, error);
	if (status == DBW_OK)
		status = create(connection, name, clause, error);
	free(clause);
	if (status != DBW_OK) {
		free(name);
		return status;
	}
	/* From here on disconnect() drops it. */
	connection->scratch = name;
	return connection_enter(connection, name, error);
}

enum dbw_status mysql_plugin_scratch(const struct dbw_host *host, const struct dbw_connect *where,
                                     struct dbw_connection **connection, struct dbw_error *error)
{
	struct dbw_connection *made;
	enum dbw_status status = connection_open(host, where, false, &made, error);

	*connection = NULL;
	if (status != DBW_OK)
		return status;
	status = make(made, error);
	if (status != DBW_OK)
		mysql_plugin_disconnect(made);
	else
		*connection = made;
	return status;
}
