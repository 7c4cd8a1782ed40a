#include "engine/side.h"

#include <jansson.h>
#include <string.h>

#include "base/file.h"
#include "config/interpolate.h"
#include "config/url.h"
#include "engine/scope.h"
#include "migrations/snapshot.h"
#include "models/models.h"
#include "schema/json.h"

/* Words. */

static const char what_there_is[] =
    "Say models, migrations, live, a .sql file or a folder of them, a snapshot (.json), or the URL "
    "of a database.";

static const struct {
	const char *word;
	const char *name;
	enum side_kind kind;
	bool plural;
} words[] = {
    {"models", "the models", SIDE_MODELS, true},
    {"migrations", "the migrations", SIDE_MIGRATIONS, true},
    {"live", "the database", SIDE_LIVE, false},
};

static bool ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

/* 'sqlite:app.db' is one for a dialect that has the scheme; with slashes it is one for nobody but a
 * database. */
static bool is_url(const struct dialect *dialect, const char *word)
{
	const char *const *schemes = dialect->plugin.url_schemes;

	if (strstr(word, "://"))
		return true;
	for (size_t i = 0; schemes[i]; i++) {
		size_t length = strlen(schemes[i]);

		if (strncmp(word, schemes[i], length) == 0 && word[length] == ':')
			return true;
	}
	return false;
}

static bool parse_url(struct side *side, const char *word)
{
	side->kind = SIDE_DATABASE;
	side->place = word;
	side->label = url_mask(&side->arena, word);
	side->name = arena_printf(&side->arena, "the database at '%s'", side->label);
	return true;
}

static bool parse_path(struct side *side, const char *word, struct error *error)
{
	const char *known[sizeof words / sizeof *words + 1] = {0}, *near;

	/* What is no file may have been meant as a URL, with a password in it. */
	side->label = url_mask(&side->arena, word);
	if (!path_exists(word)) {
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			known[i] = words[i].word;
		near = nearest_word(word, known);
		error_set(error, ERROR_USAGE, "'%s' is neither a file nor a schema that has a name",
		          side->label);
		if (near)
			return error_hint(error, "Did you mean %s? %s", near, what_there_is);
		return error_hint(error, "%s", what_there_is);
	}
	side->kind =
	    ends_with(word, ".json") && !path_is_directory(word) ? SIDE_DOCUMENT : SIDE_FILE;
	side->place = word;
	side->name = arena_printf(&side->arena, "'%s'", word);
	side->label = word;
	return true;
}

bool side_parse(struct side *side, const char *word, const struct dialect *dialect,
                struct error *error)
{
	*side = (struct side){0};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].word, word) == 0) {
			side_begin(side, words[i].kind, words[i].name, words[i].word,
			           words[i].plural, dialect);
			return true;
		}
	word = arena_string(&side->arena, word);
	/* So that a password need not stand on the command line, where others can read it. */
	if (strstr(word, "${")) {
		struct interpolation result;

		if (!interpolate(&side->arena, word, NULL, &result, error)) {
			error->kind = ERROR_USAGE;
			return false;
		}
		word = result.text;
	}
	side->schema = schema_new(dialect->plugin.traits);
	return is_url(dialect, word) ? parse_url(side, word) : parse_path(side, word, error);
}

void side_begin(struct side *side, enum side_kind kind, const char *name, const char *label,
                bool plural, const struct dialect *dialect)
{
	*side = (struct side){.kind = kind, .name = name, .label = label, .plural = plural};
	side->schema = schema_new(dialect->plugin.traits);
}

/* Reading. */

/* The schema takes the place of the empty one. */
static void take(struct side *side, struct schema **schema)
{
	schema_free(side->schema);
	side->schema = *schema;
	*schema = NULL;
}

static bool read_models(struct side *side, const struct dialect *dialect,
                        const struct config *config, const struct entry *entry, struct error *error)
{
	struct models models;
	bool done = side->kind == SIDE_MODELS
	                ? models_read(&models, config, entry, dialect, error)
	                : models_read_path(&models, side->place, dialect, error);

	if (done) {
		side->report = models.report;
		take(side, &models.schema);
		scope_apply(side->schema, entry);
	}
	models_release(&models);
	return done;
}

static bool read_migrations(struct side *side, const struct schema *known,
                            const struct dialect *dialect, const struct config *config,
                            const struct entry *entry, struct error *error)
{
	struct migration_directory directory = {0};
	struct base base = {0};
	bool done = migrations_read(&directory, entry, dialect->plugin.traits, error) &&
	            base_read(&base, &directory, known, dialect, config, entry, error);

	if (done) {
		const struct dbw_list *versions = &directory.versioned;

		if (versions->count) {
			const struct migration *newest = versions->items[versions->count - 1];

			side->version = arena_string(&side->arena, newest->version);
		}
		side->said = base.source == BASE_EMPTY || base.words == WORDS_SERVER;
		take(side, &base.schema);
	}
	if (base.source == BASE_REPLAY)
		side->replayed = arena_string(&side->arena, base.why.message);
	base_release(&base);
	migrations_release(&directory);
	return done;
}

static bool read_database(struct side *side, const struct dialect *dialect,
                          const struct config *config, const struct entry *entry,
                          struct error *error)
{
	struct session session = {0};
	bool done = session_open(&session, dialect, config, entry, DBW_CONNECT_READ_ONLY, error) &&
	            scope_introspect(&session, entry, side->schema, error);

	session_close(&session);
	side->said = true;
	return done || !entry->offline ? done : error_context(error, "%s", side->name);
}

/* The entry's settings, without its own address and password: these are nobody else's. */
static bool read_other(struct side *side, const struct dialect *dialect,
                       const struct config *config, const struct entry *entry, struct error *error)
{
	struct entry other = *entry;

	other.name = side->label;
	other.url = side->place;
	other.direct_url = NULL;
	other.password_file = NULL;
	other.password_command = NULL;
	other.sources = NULL;
	return read_database(side, dialect, config, &other, error);
}

static bool no_document(const struct side *side, struct error *error, const char *why)
{
	error_at(error, ERROR_FAILED, side->place, 0, 0, "%s", why);
	return error_hint(error,
	                  "A snapshot (.dbwarden/snapshots) or what 'dbwarden check-db --out "
	                  "json' prints can be compared.");
}

static bool check_dialect(const struct side *side, const struct dialect *dialect, const char *name,
                          struct error *error)
{
	return strcmp(name, dialect->plugin.name) == 0 ||
	       no_document(side, error, "this schema is one of another dialect");
}

/* One that is damaged says nothing. */
static bool read_snapshot(struct side *side, const struct text *content,
                          const struct dialect *dialect, struct error *error)
{
	struct snapshot snapshot;

	return snapshot_parse(&side->arena, side->place, content, &snapshot, error) ==
	           SNAPSHOT_GOOD &&
	       check_dialect(side, dialect, snapshot.dialect, error) &&
	       snapshot_schema(&snapshot, side->schema, error);
}

static bool read_schema(struct side *side, const json_t *document, const struct dialect *dialect,
                        struct error *error)
{
	const json_t *schema = json_object_get(document, "schema");
	const char *name = json_string_value(json_object_get(document, "dialect"));

	if (!schema || !name)
		return no_document(side, error, "this document holds no schema");
	if (!check_dialect(side, dialect, name, error))
		return false;
	return schema_read_json(side->schema, schema, error) ||
	       error_where(error, side->place, 0, 0);
}

static bool read_document(struct side *side, const struct dialect *dialect,
                          const struct entry *entry, struct error *error)
{
	json_error_t failure;
	struct text content;
	json_t *document;
	bool done;

	if (!file_read(&side->arena, side->place, &content, error))
		return false;
	document = json_loadb(content.bytes, content.length, JSON_REJECT_DUPLICATES, &failure);
	if (!document)
		return error_at(
		    error, ERROR_FAILED, side->place, failure.line > 0 ? (size_t)failure.line : 0,
		    failure.column > 0 ? (size_t)failure.column : 0, "no JSON: %s", failure.text);
	done = json_object_get(document, "dbwarden_snapshot")
	           ? read_snapshot(side, &content, dialect, error)
	           : read_schema(side, document, dialect, error);
	json_decref(document);
	if (!done || !dialect_normalize(dialect, side->schema, error))
		return false;
	scope_apply(side->schema, entry);
	return true;
}

bool side_read(struct side *side, const struct schema *known, const struct dialect *dialect,
               const struct config *config, const struct entry *entry, struct error *error)
{
	bool done = false;

	switch (side->kind) {
	case SIDE_MODELS:
	case SIDE_FILE:
		done = read_models(side, dialect, config, entry, error);
		break;
	case SIDE_MIGRATIONS:
		done = read_migrations(side, known, dialect, config, entry, error);
		break;
	case SIDE_LIVE:
		done = read_database(side, dialect, config, entry, error);
		break;
	case SIDE_DATABASE:
		done = read_other(side, dialect, config, entry, error);
		break;
	case SIDE_DOCUMENT:
		done = read_document(side, dialect, entry, error);
		break;
	}
	if (!(dialect->plugin.traits->flags & DBW_TRAIT_REWRITES_TEXT))
		side->said = true;
	return done;
}

bool side_is_empty(const struct side *side)
{
	const struct dbw_schema *content = &side->schema->content;

	return !content->tables.count && !content->sequences.count && !content->enums.count &&
	       !content->objects.count;
}

void side_release(struct side *side)
{
	schema_free(side->schema);
	arena_release(&side->arena);
	*side = (struct side){0};
}
