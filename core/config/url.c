#include "config/url.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "config/characters.h"

/* A piece of the URL; start is NULL where the URL has no such part. */
struct slice {
	const char *start;
	size_t length;
};

/* The URL cut at its delimiters, nothing decoded yet. */
struct parts {
	struct slice scheme; /* without +driver */
	struct slice user;
	struct slice password;
	struct slice hosts; /* host[:port][,host[:port]...] */
	struct slice path;  /* without the slash that ends the authority */
	struct slice query;
};

static const char form_hint[] =
    "A database URL looks like SCHEME://USER:PASSWORD@HOST:PORT/DATABASE "
    "or SCHEME:///FILE.";
static const char escape_hint[] = "In a user name or password, '/' is written as %2F, '?' as %3F, "
				  "'@' as %40, ':' as %3A and '%' as %25.";

static bool refuse(struct error *error, const char *hint, const char *message)
{
	error_set(error, ERROR_USAGE, "%s", message);
	return error_hint(error, "%s", hint);
}

static struct slice slice(const char *start, const char *end)
{
	return (struct slice){start, (size_t)(end - start)};
}

static const char *find(const char *start, const char *end, char c)
{
	return memchr(start, c, (size_t)(end - start));
}

static const char *find_last(const char *start, const char *end, char c)
{
	return start == end ? NULL : memrchr(start, c, (size_t)(end - start));
}

/* ------------------------------------------------------------------------------------------------
 * Cutting
 * --------------------------------------------------------------------------------------------- */

#define SCHEME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

/* With its +driver, without its ':'. */
static size_t scheme_length(const char *url)
{
	return strspn(url, SCHEME_LETTERS "+");
}

static bool cut_scheme(const char *url, struct parts *parts, struct error *error)
{
	parts->scheme = (struct slice){url, strspn(url, SCHEME_LETTERS)};
	if (!isalpha((unsigned char)*url) || url[scheme_length(url)] != ':')
		return refuse(error, form_hint, "the URL has no scheme");
	return true;
}

/* What stands between '//' and the path. A password may hold '@' that is not escaped, so the last one
 * counts; it may not hold '/' or '?', which end the authority. */
static void cut_authority(const char *start, const char *end, struct parts *parts)
{
	const char *at = find_last(start, end, '@');
	const char *colon;

	if (at) {
		colon = find(start, at, ':');
		parts->user = slice(start, colon ? colon : at);
		if (colon)
			parts->password = slice(colon + 1, at);
		start = at + 1;
	}
	if (start < end)
		parts->hosts = slice(start, end);
}

static bool cut(const char *url, struct parts *parts, struct error *error)
{
	const char *end = url + strlen(url);
	const char *rest, *path_end, *authority_end;

	*parts = (struct parts){0};
	if (!cut_scheme(url, parts, error))
		return false;
	rest = strchr(url, ':') + 1;
	path_end = rest + strcspn(rest, "?");
	if (path_end < end)
		parts->query = slice(path_end + 1, end);
	if (rest[0] != '/' || rest[1] != '/') {
		/* No authority: scheme:path. */
		if (rest < path_end)
			parts->path = slice(rest, path_end);
		return true;
	}
	rest += 2;
	authority_end = find(rest, path_end, '/');
	if (authority_end)
		parts->path = slice(authority_end + 1, path_end);
	else
		authority_end = path_end;
	cut_authority(rest, authority_end, parts);
	/* USER:SEC/RET@HOST cuts into host USER and path RET@HOST. Nobody means that, and reading it so
	 * would print half of a password as the name of a database. */
	if (authority_end > rest && parts->path.start && find(parts->path.start, path_end, '@'))
		return refuse(error, escape_hint, "the URL has an '@' after the first '/'");
	return true;
}

/* ------------------------------------------------------------------------------------------------
 * Decoding
 * --------------------------------------------------------------------------------------------- */

static int hexadecimal(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* NULL, with an error, if an escape is none or stands for something that no part can hold. A slice
 * that is not there must not be handed in. */
static char *decode(struct arena *arena, struct slice from, struct error *error)
{
	char *text = arena_alloc(arena, from.length + 1);
	size_t length = 0, offset;
	const char *refused;

	for (size_t i = 0; i < from.length; i++) {
		int high, low;

		if (from.start[i] != '%') {
			text[length++] = from.start[i];
			continue;
		}
		high = i + 2 < from.length ? hexadecimal(from.start[i + 1]) : -1;
		low = i + 2 < from.length ? hexadecimal(from.start[i + 2]) : -1;
		if (high < 0 || low < 0) {
			refuse(error, "Write a '%' that stands for itself as %25.",
			       "a '%' in the URL is not followed by two hexadecimal digits");
			return NULL;
		}
		text[length++] = (char)(high * 16 + low);
		i += 2;
	}
	refused = characters_refused(text, length, "", &offset);
	if (refused) {
		error_set(error, ERROR_USAGE, "the URL holds %s", refused);
		return NULL;
	}
	return text;
}

static bool decode_part(struct arena *arena, struct slice from, const char **to,
                        struct error *error)
{
	if (!from.start)
		return true;
	*to = decode(arena, from, error);
	return *to != NULL;
}

/* ------------------------------------------------------------------------------------------------
 * Hosts and parameters
 * --------------------------------------------------------------------------------------------- */

static bool read_port(struct slice text, unsigned *port, struct error *error)
{
	*port = 0;
	if (text.length == 0)
		return true;
	for (size_t i = 0; i < text.length; i++) {
		if (!isdigit((unsigned char)text.start[i]) || *port > 6553)
			*port = 65536;
		else
			*port = *port * 10 + (unsigned)(text.start[i] - '0');
		if (*port > 65535)
			break;
	}
	if (*port == 0 || *port > 65535)
		return refuse(error, escape_hint,
		              "the port in the URL is not a number from 1 to 65535");
	return true;
}

static bool read_host(struct slice text, struct slice *host, unsigned *port, struct error *error)
{
	const char *end = text.start + text.length;
	const char *colon, *host_end;

	if (text.length && *text.start == '[') {
		host_end = find(text.start, end, ']');
		if (!host_end || (host_end + 1 < end && host_end[1] != ':'))
			return refuse(error, form_hint, "the URL has a '[' without its ']'");
		*host = slice(text.start + 1, host_end);
		colon = host_end + 1 < end ? host_end + 1 : NULL;
	} else {
		colon = find(text.start, end, ':');
		*host = slice(text.start, colon ? colon : end);
		if (colon && find(colon + 1, end, ':'))
			return refuse(error,
			              "Put an IPv6 address in brackets, as in [::1]:5432, and "
			              "write ':' in a password as %3A.",
			              "the URL has more than one ':' in its host");
	}
	return read_port(colon ? slice(colon + 1, end) : (struct slice){end, 0}, port, error);
}

static void add_parameter(struct arena *arena, struct dbw_list *parameters, const char *name,
                          const char *value)
{
	struct dbw_parameter *parameter = arena_new(arena, struct dbw_parameter);

	parameter->name = name;
	parameter->value = value;
	list_append(arena, parameters, parameter);
}

/* Several hosts become 'a,b', and their ports a parameter port=1,2: libpq's own form (PostgreSQL 15,
 * 34.1.1.3). */
static bool read_hosts(struct arena *arena, struct slice text, struct dbw_connect *where,
                       struct dbw_list *parameters, struct error *error)
{
	const char *end = text.start + text.length;
	const char *next = text.start;
	struct dbw_buffer hosts = {0}, ports = {0};
	bool any_port = false, done = true;
	unsigned port = 0;

	while (next && done) {
		const char *comma = find(next, end, ',');
		struct slice host = {0};
		const char *name;

		done = read_host(slice(next, comma ? comma : end), &host, &port, error);
		name = done ? decode(arena, host, error) : NULL;
		done = name != NULL;
		if (done) {
			any_port |= port != 0;
			buffer_printf(&hosts, "%s%s", next == text.start ? "" : ",", name);
			buffer_string(&ports, next == text.start ? "" : ",");
			if (port)
				buffer_printf(&ports, "%u", port);
		}
		next = comma ? comma + 1 : NULL;
	}
	if (done) {
		where->host = hosts.length ? arena_string(arena, hosts.text) : NULL;
		if (!find(text.start, end, ','))
			where->port = port;
		else if (any_port)
			add_parameter(arena, parameters, "port", arena_string(arena, ports.text));
	}
	buffer_release(&hosts);
	buffer_release(&ports);
	return done;
}

static bool read_query(struct arena *arena, struct slice query, struct dbw_list *parameters,
                       struct error *error)
{
	const char *end = query.start + query.length;
	const char *next = query.start;

	while (next) {
		const char *stop = find(next, end, '&');
		const char *pair_end = stop ? stop : end;
		const char *equals = find(next, pair_end, '=');
		const char *name, *value;

		if (next < pair_end) {
			if (!equals || equals == next)
				return refuse(error, escape_hint,
				              "a parameter in the URL is not NAME=VALUE");
			name = decode(arena, slice(next, equals), error);
			value = name ? decode(arena, slice(equals + 1, pair_end), error) : NULL;
			if (!value)
				return false;
			/* USER:SEC?RET@HOST/NAME?X=Y again: half of a password as a name. */
			if (strpbrk(name, "@/?:"))
				return refuse(error, escape_hint,
				              "the name of a parameter in the URL cannot be one");
			add_parameter(arena, parameters, name, value);
		}
		next = stop ? stop + 1 : NULL;
	}
	return true;
}

static const char *lower_case(struct arena *arena, struct slice text)
{
	char *copy = arena_copy(arena, text.start, text.length);

	for (char *p = copy; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

bool url_parse(struct arena *arena, const char *url, struct dbw_connect *where, struct error *error)
{
	struct dbw_list parameters = {0};
	struct parts parts;

	where->scheme = where->user = where->password = where->host = where->database = NULL;
	where->port = 0;
	where->parameters = NULL;
	if (!*url)
		return refuse(error, form_hint, "the URL is empty");
	if (!cut(url, &parts, error) || !decode_part(arena, parts.user, &where->user, error) ||
	    !decode_part(arena, parts.password, &where->password, error) ||
	    !decode_part(arena, parts.path, &where->database, error))
		return false;
	if (parts.hosts.start && !read_hosts(arena, parts.hosts, where, &parameters, error))
		return false;
	if (parts.query.start && !read_query(arena, parts.query, &parameters, error))
		return false;
	where->scheme = lower_case(arena, parts.scheme);
	list_append(arena, &parameters, NULL);
	where->parameters = (const struct dbw_parameter *const *)parameters.items;
	return true;
}

/* ------------------------------------------------------------------------------------------------
 * Masking
 * --------------------------------------------------------------------------------------------- */

static const char mask[] = "***";

static bool is_secret_name(struct slice name)
{
	static const char *const words[] = {"password", "passwd", "secret", "token", "key"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t length = strlen(words[i]);

		for (size_t j = 0; j + length <= name.length; j++)
			if (strncasecmp(name.start + j, words[i], length) == 0)
				return true;
	}
	return false;
}

/* The name of a parameter may be escaped like everything else: pass%77ord. */
static bool is_secret_parameter(struct arena *arena, struct slice name)
{
	struct error ignored = {0};
	char *decoded = decode(arena, name, &ignored);

	error_release(&ignored);
	return decoded ? is_secret_name((struct slice){decoded, strlen(decoded)}) : true;
}

static void mask_query(struct arena *arena, struct slice query, struct dbw_buffer *out)
{
	const char *end = query.start + query.length;
	const char *next = query.start;

	while (next) {
		const char *stop = find(next, end, '&');
		const char *pair_end = stop ? stop : end;
		const char *equals = find(next, pair_end, '=');

		if (equals && equals + 1 < pair_end &&
		    is_secret_parameter(arena, slice(next, equals))) {
			buffer_append(out, next, (size_t)(equals + 1 - next));
			buffer_string(out, mask);
		} else {
			buffer_append(out, next, (size_t)(pair_end - next));
		}
		if (stop)
			buffer_char(out, '&');
		next = stop ? stop + 1 : NULL;
	}
}

/* Text that is no URL we can read: somebody's password is in it all the same, and nobody knows where it
 * ends. Everything between the first ':' of what follows the scheme and the last '@' (or, without one,
 * the end of the authority) goes, and everything after the first NAME= that sounds like a secret. */
static void mask_unreadable(const char *url, struct dbw_buffer *out)
{
	const char *end = url + strlen(url);
	size_t scheme = scheme_length(url);
	const char *start = strncmp(url + scheme, "://", 3) == 0 ? url + scheme + 3 : url;
	const char *at = find_last(start, end, '@');
	const char *stop = at ? at : start + strcspn(start, "/?");
	const char *colon = find(start, stop, ':');
	const char *rest = url;

	if (colon && colon + 1 < stop) {
		buffer_append(out, url, (size_t)(colon + 1 - url));
		buffer_string(out, mask);
		rest = stop;
	}
	for (const char *equals = find(rest, end, '='); equals;
	     equals = find(equals + 1, end, '=')) {
		const char *name = equals;

		while (name > rest && !strchr("&?; \t=", name[-1]))
			name--;
		if (is_secret_name(slice(name, equals))) {
			buffer_append(out, rest, (size_t)(equals + 1 - rest));
			buffer_string(out, mask);
			return;
		}
	}
	buffer_append(out, rest, (size_t)(end - rest));
}

char *url_mask(struct arena *arena, const char *url)
{
	struct dbw_buffer out = {0};
	struct dbw_connect where = {0};
	struct error ignored = {0};
	const char *rest = url;
	struct parts parts;
	char *masked;

	/* Without an authority, 'user:password@host' is a scheme and a path. */
	if (!url_parse(arena, url, &where, &ignored) || !cut(url, &parts, &ignored) ||
	    (parts.path.start && parts.path.start[-1] == ':' && strchr(url, '@'))) {
		mask_unreadable(url, &out);
	} else {
		if (parts.password.length) {
			buffer_append(&out, url, (size_t)(parts.password.start - url));
			buffer_string(&out, mask);
			rest = parts.password.start + parts.password.length;
		}
		if (parts.query.start) {
			buffer_append(&out, rest, (size_t)(parts.query.start - rest));
			mask_query(arena, parts.query, &out);
		} else {
			buffer_string(&out, rest);
		}
	}
	masked = arena_copy(arena, buffer_text(&out), out.length);
	buffer_release(&out);
	error_release(&ignored);
	return masked;
}
