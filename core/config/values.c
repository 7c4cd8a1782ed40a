#include "config/values.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/buffer.h"
#include "config/interpolate.h"
#include "config/paths.h"
#include "config/url.h"

static const char *const versioning_names[] = {
    [VERSIONING_SEQUENTIAL] = "sequential",
    [VERSIONING_TIMESTAMP] = "timestamp",
    NULL,
};

/* Timeouts are handed to poll() and its like, which count milliseconds in an int. */
enum { SECONDS_LIMIT = 2147483 };

static bool read_word(struct arena *arena, const struct key *key, const char *text,
                      const char **field, struct error *error)
{
	char *word = arena_string(arena, text);

	for (char *p = word; *p; p++) {
		*p = (char)tolower((unsigned char)*p);
		/* It becomes part of a file name. */
		if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-')
			return error_set(
			    error, ERROR_USAGE,
			    "'%s' is the name of a dialect: letters, digits, '_' and '-'",
			    key->name);
	}
	*field = word;
	return true;
}

static bool read_path(struct config *config, const struct key *key, const char *text,
                      const char **field, bool *environment, struct error *error)
{
	char *path = path_expand_home(&config->arena, text);

	if (!path) {
		*environment = true;
		return error_set(error, ERROR_USAGE, "'%s' begins with '~', and HOME is not set",
		                 key->name);
	}
	*field = path_absolute(&config->arena, config->directory, path);
	return true;
}

/* A kind whose value is a list, separated by commas. */
static bool is_list(const struct key *key)
{
	return key->kind == KEY_PATHS || key->kind == KEY_PATTERNS;
}

static bool read_list(struct config *config, const struct key *key, const char *text,
                      struct dbw_list *field, bool *environment, struct error *error)
{
	while (*text) {
		size_t length = strcspn(text, ",");
		const char *start = text, *end = text + length;
		const char *path;

		while (start < end && isspace((unsigned char)*start))
			start++;
		while (end > start && isspace((unsigned char)end[-1]))
			end--;
		if (start < end) {
			path = arena_copy(&config->arena, start, (size_t)(end - start));
			if (key->kind == KEY_PATHS &&
			    !read_path(config, key, path, &path, environment, error))
				return false;
			list_append(&config->arena, field, (void *)path);
		}
		text += length + (text[length] == ',');
	}
	return true;
}

/* Fractions are rounded up: a tiny timeout must not become 0, which means something else. */
static bool read_seconds(const struct key *key, const char *text, unsigned *field,
                         struct error *error)
{
	size_t whole = strspn(text, "0123456789");
	size_t decimals = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
	unsigned milliseconds = 0;
	unsigned long long seconds = 0;

	if (text[0] == '-' && isdigit((unsigned char)text[1]))
		return error_set(error, ERROR_USAGE, "'%s' cannot be negative", key->name);
	if (whole == 0 || text[whole + (decimals ? decimals + 1 : 0)]) {
		error_set(error, ERROR_USAGE, "'%s' is not a number of seconds", key->name);
		return error_hint(error, "Write it as in 60 or 0.5, without a unit.");
	}
	for (size_t i = 0; i < whole && seconds <= SECONDS_LIMIT; i++)
		seconds = seconds * 10 + (unsigned)(text[i] - '0');
	if (seconds >= SECONDS_LIMIT)
		return error_set(error, ERROR_USAGE, "'%s' must be less than %d seconds", key->name,
		                 SECONDS_LIMIT);
	for (size_t i = 0, digit = 100; i < decimals && digit > 0; i++, digit /= 10)
		milliseconds += (unsigned)digit * (unsigned)(text[whole + 1 + i] - '0');
	if (decimals > 3 && strspn(text + whole + 4, "0") < decimals - 3)
		milliseconds++;
	*field = (unsigned)seconds * 1000 + milliseconds;
	return true;
}

static bool read_versioning(const struct key *key, const char *text, enum versioning *field,
                            struct error *error)
{
	const char *near;

	for (unsigned i = 0; versioning_names[i]; i++)
		if (strcmp(text, versioning_names[i]) == 0) {
			*field = (enum versioning)i;
			return true;
		}
	near = nearest_word(text, versioning_names);
	error_set(error, ERROR_USAGE, "'%s' is neither 'sequential' nor 'timestamp'", key->name);
	return near ? error_hint(error, "Did you mean '%s'?", near) : false;
}

static bool read_text(struct config *config, const struct key *key, const char *text, void *field,
                      bool *environment, struct error *error)
{
	struct dbw_connect where = {0};

	switch (key->kind) {
	case KEY_WORD:
		return read_word(&config->arena, key, text, field, error);
	case KEY_URL:
		if (!url_parse(&config->arena, text, &where, error))
			return false;
		*(const char **)field = text;
		return true;
	case KEY_TEXT:
		*(const char **)field = text;
		return true;
	case KEY_PATH:
		return read_path(config, key, text, field, environment, error);
	case KEY_PATHS:
	case KEY_PATTERNS:
		return read_list(config, key, text, field, environment, error);
	case KEY_SECONDS:
		return read_seconds(key, text, field, error);
	case KEY_VERSIONING:
		return read_versioning(key, text, field, error);
	}
	assert(false && "a kind of key that is not in the switch");
	return false;
}

/* INI files have no quotes, and people write them all the same. A command may want its own. */
static bool in_quotes(const struct key *key, const char *text)
{
	size_t length = strlen(text);

	return key->kind != KEY_TEXT && length >= 2 && (*text == '"' || *text == '\'') &&
	       text[length - 1] == *text;
}

static bool no_value(const struct key *key, struct error *error)
{
	error_set(error, ERROR_USAGE, "'%s' has no value", key->name);
	return error_hint(error, "Write one behind the '=', or take the line out.");
}

/* One line of the value. */
static bool read_line(struct config *config, const struct key *key,
                      const struct document_value *value, void *field, bool *environment,
                      size_t *column, struct error *error)
{
	struct interpolation interpolation;
	bool done = interpolate(&config->arena, value->text, &interpolation, error);

	*environment |= interpolation.environment;
	*column = value->column;
	if (!done) {
		*column += interpolation.offset;
		return error_context(error, "'%s'", key->name);
	}
	if (!*interpolation.text && !is_list(key))
		return no_value(key, error);
	if (in_quotes(key, interpolation.text)) {
		error_set(error, ERROR_USAGE, "the value of '%s' is in quotes", key->name);
		return error_hint(error, "Write it without them; blanks inside a value are fine.");
	}
	return read_text(config, key, interpolation.text, field, environment, error);
}

static void take_problem(struct config *config, struct key_source *source, struct error *error)
{
	source->problem = arena_string(&config->arena, error->message);
	source->hint = arena_string(&config->arena, error->hint);
	error_release(error);
}

static bool one_line_expected(const struct config *config, const struct key *key,
                              const struct document_value *second, struct error *error)
{
	error_at(error, ERROR_USAGE, config->path, second->line, second->column,
	         "the value of '%s' goes on in a second line", key->name);
	return error_hint(error, "A line that begins with a blank continues the value above it; if "
	                         "it is a key of its own, begin it in the first column.");
}

bool value_read(struct config *config, const struct key *key, const struct document_key *written,
                void *owner, struct key_source *source, struct error *error)
{
	const struct document_value *first = written->values.items[0];
	void *field = (char *)owner + key->offset;
	struct dbw_buffer raw = {0};
	bool environment = false, done = true;

	if (!is_list(key) && written->values.count > 1)
		return one_line_expected(config, key, written->values.items[1], error);
	for (size_t i = 0; i < written->values.count && done; i++) {
		const struct document_value *value = written->values.items[i];

		buffer_printf(&raw, "%s%s", raw.length ? ", " : "", value->text);
		source->line = value->line;
		done = read_line(config, key, value, field, &environment, &source->column, error);
	}
	source->raw = arena_string(&config->arena, buffer_text(&raw));
	buffer_release(&raw);
	if (done && is_list(key) && ((struct dbw_list *)field)->count == 0)
		done = no_value(key, error);
	if (done) {
		source->line = first->line;
		source->column = first->column;
	} else if (environment) {
		take_problem(config, source, error);
		if (is_list(key))
			*(struct dbw_list *)field = (struct dbw_list){0};
		done = true;
	} else {
		error_where(error, config->path, source->line, source->column);
	}
	return done;
}

bool value_problem(const struct config *config, const struct key_source *source,
                   struct error *error)
{
	error_at(error, ERROR_USAGE, config->path, source->line, source->column, "%s",
	         source->problem);
	return source->hint ? error_hint(error, "%s", source->hint) : false;
}

static const char *show_seconds(struct arena *arena, unsigned milliseconds)
{
	char *text = arena_printf(arena, "%u.%03u", milliseconds / 1000, milliseconds % 1000);
	size_t length = strlen(text);

	while (text[length - 1] == '0')
		length--;
	if (text[length - 1] == '.')
		length--;
	text[length] = '\0';
	return text;
}

static const char *show_list(struct arena *arena, const struct dbw_list *paths)
{
	struct dbw_buffer out = {0};
	const char *text = NULL;

	for (size_t i = 0; i < paths->count; i++)
		buffer_printf(&out, "%s%s", i ? ", " : "", (const char *)paths->items[i]);
	if (paths->count)
		text = arena_string(arena, out.text);
	buffer_release(&out);
	return text;
}

const char *value_show(struct config *config, const struct key *key, const void *owner,
                       const struct key_source *source)
{
	const void *field = (const char *)owner + key->offset;
	const char *text;

	if (source->problem)
		return arena_printf(&config->arena, "(%s)", source->problem);
	switch (key->kind) {
	case KEY_TEXT:
		/* As written: what ${VAR} put into a command may be a secret. */
		return source->raw ? source->raw : *(const char *const *)field;
	case KEY_WORD:
	case KEY_PATH:
		return *(const char *const *)field;
	case KEY_URL:
		text = *(const char *const *)field;
		return text ? url_mask(&config->arena, text) : NULL;
	case KEY_PATHS:
	case KEY_PATTERNS:
		return show_list(&config->arena, field);
	case KEY_SECONDS:
		return show_seconds(&config->arena, *(const unsigned *)field);
	case KEY_VERSIONING:
		return versioning_names[*(const enum versioning *)field];
	}
	assert(false && "a kind of key that is not in the switch");
	return NULL;
}
