#include "target.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "failure.h"
#include "text.h"

/* The query part of the URL. */

struct reading {
	struct target *target;
	const struct dbw_connect *where;
};

/* The name in the way of MySQL's options and in that of Python's drivers: ssl-ca is ssl_ca. */
static bool is_name(const char *name, const char *known)
{
	for (; *name && *known; name++, known++)
		if (*known != (*name == '-' ? '_' : *name))
			return false;
	return !*name && !*known;
}

/* -1: neither. */
static int read_switch(const char *value)
{
	static const char *const words[] = {"off", "on", "false", "true", "no", "yes", "0", "1"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(value, words[i]) == 0)
			return (int)(i % 2);
	return -1;
}

static void replace(char **field, char *value)
{
	free(*field);
	*field = value;
}

static char *resolve(const struct reading *reading, const char *path)
{
	if (*path == '/' || !reading->where->directory)
		return text_copy(path);
	return text_format("%s/%s", reading->where->directory, path);
}

static bool read_socket(struct reading *reading, const char *value)
{
	replace(&reading->target->socket, resolve(reading, value));
	return *value;
}

/* Everything is sent and read as UTF-8; another character set would only be believed. */
static bool read_charset(struct reading *reading, const char *value)
{
	(void)reading;
	return strcasecmp(value, "utf8mb4") == 0 || strcasecmp(value, "utf8") == 0 ||
	       strcasecmp(value, "utf8mb3") == 0;
}

static bool read_connect_timeout(struct reading *reading, const char *value)
{
	unsigned long seconds;
	char *end;

	if (*value < '0' || *value > '9')
		return false;
	errno = 0;
	seconds = strtoul(value, &end, 10);
	if (*end || errno || seconds > INT_MAX)
		return false;
	reading->target->connect_timeout = (unsigned)seconds;
	return true;
}

/* MySQL's names, PostgreSQL's, which people write here too, and those of Go's driver. */
static bool read_ssl_mode(struct reading *reading, const char *value)
{
	static const struct {
		const char *name;
		enum tls tls;
	} modes[] = {
	    {"DISABLED", TLS_DISABLED},        {"PREFERRED", TLS_PREFERRED},
	    {"REQUIRED", TLS_REQUIRED},        {"VERIFY_CA", TLS_VERIFIED},
	    {"VERIFY_IDENTITY", TLS_VERIFIED}, {"disable", TLS_DISABLED},
	    {"prefer", TLS_PREFERRED},         {"require", TLS_REQUIRED},
	    {"verify-ca", TLS_VERIFIED},       {"verify-full", TLS_VERIFIED},
	    {"skip-verify", TLS_REQUIRED},
	};

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (strcasecmp(value, modes[i].name) == 0) {
			reading->target->tls = modes[i].tls;
			return true;
		}
	return false;
}

static bool read_ssl(struct reading *reading, const char *value)
{
	int on = read_switch(value);

	if (on < 0)
		return read_ssl_mode(reading, value);
	/* What another parameter asks for beyond that stays. */
	if (!on)
		reading->target->tls = TLS_DISABLED;
	else if (reading->target->tls < TLS_REQUIRED)
		reading->target->tls = TLS_REQUIRED;
	return true;
}

static bool read_ssl_verify(struct reading *reading, const char *value)
{
	int on = read_switch(value);

	if (on > 0)
		reading->target->tls = TLS_VERIFIED;
	return on >= 0;
}

static bool read_ssl_ca(struct reading *reading, const char *value)
{
	replace(&reading->target->ssl_ca, resolve(reading, value));
	return *value;
}

static bool read_ssl_capath(struct reading *reading, const char *value)
{
	replace(&reading->target->ssl_capath, resolve(reading, value));
	return *value;
}

static bool read_ssl_cert(struct reading *reading, const char *value)
{
	replace(&reading->target->ssl_cert, resolve(reading, value));
	return *value;
}

static bool read_ssl_key(struct reading *reading, const char *value)
{
	replace(&reading->target->ssl_key, resolve(reading, value));
	return *value;
}

static bool read_ssl_cipher(struct reading *reading, const char *value)
{
	replace(&reading->target->ssl_cipher, text_copy(value));
	return *value;
}

static bool read_default_file(struct reading *reading, const char *value)
{
	replace(&reading->target->default_file, resolve(reading, value));
	return *value;
}

static bool read_default_group(struct reading *reading, const char *value)
{
	replace(&reading->target->default_group, text_copy(value));
	return *value;
}

/* Python's driver takes it; text is UTF-8 here anyway. */
static bool read_use_unicode(struct reading *reading, const char *value)
{
	(void)reading;
	return read_switch(value) >= 0;
}

static const struct {
	const char *name;
	bool (*read)(struct reading *reading, const char *value);
	const char *wanted;
} known_parameters[] = {
    {"unix_socket", read_socket, "a path"},
    {"socket", read_socket, "a path"},
    {"charset", read_charset, "utf8mb4 or utf8"},
    {"connect_timeout", read_connect_timeout, "a number of seconds"},
    {"ssl", read_ssl, "true, false or a value of ssl-mode"},
    {"tls", read_ssl, "true, false or a value of ssl-mode"},
    {"ssl_mode", read_ssl_mode, "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY"},
    {"sslmode", read_ssl_mode, "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY"},
    {"ssl_verify_cert", read_ssl_verify, "true or false"},
    {"ssl_verify_identity", read_ssl_verify, "true or false"},
    {"ssl_check_hostname", read_ssl_verify, "true or false"},
    {"ssl_ca", read_ssl_ca, "a path"},
    {"ssl_capath", read_ssl_capath, "a path"},
    {"ssl_cert", read_ssl_cert, "a path"},
    {"ssl_key", read_ssl_key, "a path"},
    {"ssl_cipher", read_ssl_cipher, "a list of ciphers"},
    {"read_default_file", read_default_file, "a path"},
    {"read_default_group", read_default_group, "the name of a group"},
    {"use_unicode", read_use_unicode, "true or false"},
};

static enum dbw_status read_parameter(struct reading *reading,
                                      const struct dbw_parameter *parameter,
                                      struct dbw_error *error)
{
	for (size_t i = 0; i < sizeof known_parameters / sizeof *known_parameters; i++) {
		if (!is_name(parameter->name, known_parameters[i].name))
			continue;
		if (known_parameters[i].read(reading, parameter->value))
			return DBW_OK;
		return failure_set(error, "'%s' in the url must be %s, not '%s'", parameter->name,
		                   known_parameters[i].wanted, parameter->value);
	}
	failure_set(error, "unknown parameter '%s' in the url", parameter->name);
	failure_hint(error, "Known are unix_socket, charset, connect_timeout, ssl, ssl-mode, "
	                    "ssl-ca, ssl-capath, ssl-cert, ssl-key, ssl-cipher, "
	                    "read_default_file and read_default_group. A '?' or '&' that "
	                    "belongs to the password is written %%3F or %%26.");
	return DBW_FAILED;
}

static enum dbw_status read_parameters(struct reading *reading, struct dbw_error *error)
{
	const struct dbw_parameter *const *parameter = reading->where->parameters;
	struct target *target = reading->target;

	for (; parameter && *parameter; parameter++) {
		enum dbw_status status = read_parameter(reading, *parameter, error);

		if (status != DBW_OK)
			return status;
	}
	/* Whoever names the authority wants it asked, as MySQL's own clients understand it. */
	if (target->tls == TLS_DEFAULT && (target->ssl_ca || target->ssl_capath))
		target->tls = TLS_VERIFIED;
	return DBW_OK;
}

enum dbw_status target_read(const struct dbw_connect *where, struct target **target,
                            struct dbw_error *error)
{
	struct target *made = calloc(1, sizeof *made);
	struct reading reading = {made, where};
	enum dbw_status status;

	*target = NULL;
	if (!made)
		abort();
	made->port = where->port;
	made->user = text_copy(where->user);
	made->password = text_copy(where->password);
	if (where->database && *where->database)
		made->database = text_copy(where->database);
	if (where->host && *where->host == '/')
		made->socket = text_copy(where->host);
	else if (where->host && *where->host)
		made->host = text_copy(where->host);
	/* The client library counts in seconds. */
	made->connect_timeout =
	    where->connect_timeout_ms / 1000 + (where->connect_timeout_ms % 1000 != 0);
	status = read_parameters(&reading, error);
	if (status == DBW_OK)
		*target = made;
	else
		target_free(made);
	return status;
}

void target_free(struct target *target)
{
	if (!target)
		return;
	if (target->password)
		explicit_bzero(target->password, strlen(target->password));
	free(target->host);
	free(target->socket);
	free(target->user);
	free(target->password);
	free(target->database);
	free(target->default_file);
	free(target->default_group);
	free(target->ssl_ca);
	free(target->ssl_capath);
	free(target->ssl_cert);
	free(target->ssl_key);
	free(target->ssl_cipher);
	free(target);
}

/* Going there. */

#ifdef MARIADB_PACKAGE_VERSION

/*
 * MariaDB's library. It knows TLS or none, and verifies the certificate and the name in it at once:
 * VERIFY_CA is therefore as strict as VERIFY_IDENTITY.
 */
static void set_tls(MYSQL *handle, enum tls tls)
{
	my_bool enforce = tls >= TLS_PREFERRED, verify = tls == TLS_VERIFIED;

	if (tls == TLS_DEFAULT)
		return;
	mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &enforce);
	mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
}

#else

static void set_tls(MYSQL *handle, enum tls tls)
{
	static const unsigned modes[] = {
	    [TLS_DISABLED] = SSL_MODE_DISABLED,
	    [TLS_PREFERRED] = SSL_MODE_PREFERRED,
	    [TLS_REQUIRED] = SSL_MODE_REQUIRED,
	    [TLS_VERIFIED] = SSL_MODE_VERIFY_IDENTITY,
	};

	if (tls != TLS_DEFAULT)
		mysql_options(handle, MYSQL_OPT_SSL_MODE, &modes[tls]);
}

#endif

/* A migration has no business with files of the machine that it is run on; the server could ask
 * for any of them (MySQL 8.0, 6.1.6). */
static void forbid_local_files(MYSQL *handle)
{
	unsigned off = 0;

	mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &off);
}

static void set_options(MYSQL *handle, const struct target *target, enum tls tls, unsigned timeout)
{
	const struct {
		enum mysql_option option;
		const char *value;
	} texts[] = {
	    {MYSQL_READ_DEFAULT_FILE, target->default_file},
	    {MYSQL_OPT_SSL_CA, target->ssl_ca},
	    {MYSQL_OPT_SSL_CAPATH, target->ssl_capath},
	    {MYSQL_OPT_SSL_CERT, target->ssl_cert},
	    {MYSQL_OPT_SSL_KEY, target->ssl_key},
	    {MYSQL_OPT_SSL_CIPHER, target->ssl_cipher},
	};

	/* ~/.my.cnf and the like, as the clients read them. */
	mysql_options(handle, MYSQL_READ_DEFAULT_GROUP,
	              target->default_group ? target->default_group : "client");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].value)
			mysql_options(handle, texts[i].option, texts[i].value);
	set_tls(handle, tls);
	mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options4(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "dbwarden");
	forbid_local_files(handle);
	if (timeout)
		mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &timeout);
	/* To the libraries 'localhost' is the socket, whatever the port: but who gives a port wants
	 * it used. */
	if (target->port && !target->socket) {
		unsigned protocol = MYSQL_PROTOCOL_TCP;

		mysql_options(handle, MYSQL_OPT_PROTOCOL, &protocol);
	}
}

static char *describe_place(const struct target *target)
{
	const char *host = target->host ? target->host : "localhost";

	if (target->socket)
		return text_copy(target->socket);
	if (target->port)
		return text_format(strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, target->port);
	return text_copy(host);
}

static MYSQL *attempt(const struct target *target, const char *database, enum tls tls,
                      unsigned timeout, bool *connected)
{
	MYSQL *handle = mysql_init(NULL);

	if (!handle)
		abort();
	set_options(handle, target, tls, timeout);
	*connected =
	    mysql_real_connect(handle, target->host, target->user, target->password, database,
	                       target->port, target->socket, CLIENT_MULTI_STATEMENTS) != NULL;
	return handle;
}

/* What the option files say is applied in the middle of mysql_real_connect(), over what was asked
 * for before; this is asked for again, or looked at. */
static enum dbw_status insist(MYSQL *handle, const struct target *target, struct dbw_error *error)
{
	forbid_local_files(handle);
#ifdef MARIADB_PACKAGE_VERSION
	/* A new session would know nothing of the lock and of the transaction. The other library
	 * never reconnects unless told to, and complains when it is told anything. */
	mysql_options(handle, MYSQL_OPT_RECONNECT, &(my_bool){0});
#endif
	if (target->tls >= TLS_REQUIRED && !mysql_get_ssl_cipher(handle)) {
		failure_set(error, "the connection is not encrypted, though the url asks for it");
		failure_hint(error, "The server offers no TLS, or the connection goes through a "
		                    "socket of the same machine, where there is none; "
		                    "~/.my.cnf can also turn it off.");
		return DBW_FAILED;
	}
	return DBW_OK;
}

enum dbw_status target_open(const struct target *target, const char *database,
                            unsigned timeout_seconds, MYSQL **handle, struct dbw_error *error)
{
	unsigned timeout = timeout_seconds ? timeout_seconds : target->connect_timeout;
	enum dbw_status status = DBW_OK;
	bool connected;
	MYSQL *made = attempt(target, database, target->tls, timeout, &connected);

	if (!connected && target->tls == TLS_PREFERRED &&
	    mysql_errno(made) == CR_SSL_CONNECTION_ERROR) {
		mysql_close(made);
		made = attempt(target, database, TLS_DISABLED, timeout, &connected);
	}
	if (!connected) {
		char *place = describe_place(target);

		status = failure_to_connect(made, place, error);
		free(place);
	} else {
		status = insist(made, target, error);
	}
	if (status != DBW_OK) {
		mysql_close(made);
		made = NULL;
	}
	*handle = made;
	return status;
}
