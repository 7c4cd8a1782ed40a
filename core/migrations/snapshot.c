#include "migrations/snapshot.h"

#include <jansson.h>
#include <string.h>

#include "schema/json.h"

enum { FORMAT = 1 };

static const char checksum_key[] = "  \"checksum\": \"";

char *snapshot_path(struct arena *arena, const struct entry *entry, const char *version)
{
	return arena_printf(arena, "%s/%s.json", entry->snapshots_dir, version);
}

/* Over the bytes before the checksum's own line. A checkout may have put a '\r' before each '\n'. */
static void checksum(const char *bytes, size_t length, char text[SHA256_TEXT_SIZE])
{
	struct sha256 hash;

	sha256_begin(&hash);
	while (length) {
		const char *end = memchr(bytes, '\r', length);
		size_t run = end ? (size_t)(end - bytes) : length;

		sha256_add(&hash, bytes, run);
		run += end != NULL;
		bytes += run;
		length -= run;
	}
	sha256_end(&hash, text);
}

static void member(struct dbw_buffer *out, const char *name, const char *value)
{
	buffer_printf(out, "  \"%s\": ", name);
	json_write_string(out, value);
	buffer_string(out, ",\n");
}

/* What the schema was limited to; "" where it has everything. */
static void write_scope(struct dbw_buffer *out, const struct entry *entry)
{
	static const char *const names[] = {"model_tables = ", "exclude_tables = "};
	const struct dbw_list *lists[] = {&entry->model_tables, &entry->exclude_tables};

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < lists[i]->count; j++)
			buffer_printf(out, "%s%s%s", j || !out->length ? "" : "; ",
			              j ? ", " : names[i], (const char *)lists[i]->items[j]);
}

void snapshot_write(struct dbw_buffer *out, const struct schema *schema, const struct entry *entry,
                    const char *dialect, const char *version, const char *migration_checksum)
{
	char text[SHA256_TEXT_SIZE];
	struct dbw_buffer scope = {0};

	write_scope(&scope, entry);
	buffer_clear(out);
	buffer_printf(out, "{\n  \"dbwarden_snapshot\": %d,\n", FORMAT);
	member(out, "entry", entry->name);
	member(out, "dialect", dialect);
	member(out, "version", version);
	member(out, "migration", migration_checksum);
	if (scope.length)
		member(out, "scope", buffer_text(&scope));
	buffer_release(&scope);
	buffer_string(out, "  \"schema\": ");
	schema_write_json(schema, out, 2);
	buffer_string(out, ",\n");
	checksum(buffer_text(out), out->length, text);
	buffer_printf(out, "%s%s\"\n}\n", checksum_key, text);
}

/* Reading. */

struct reading {
	const char *path;
	const struct entry *entry;
	const char *dialect;
	const struct migration *migration;
};

static bool bad(const struct reading *reading, struct error *error, const char *why)
{
	return error_at(error, ERROR_FAILED, reading->path, 0, 0, "snapshot '%s' %s",
	                path_basename(reading->path), why);
}

/* The last occurrence at the start of a line is the document's own: the schema before it cannot hold
 * a line break in a string. */
static const char *find_checksum(const struct text *content)
{
	const char *found = NULL, *line = content->bytes;

	while (line && *line) {
		const char *end = strchr(line, '\n');

		if (strncmp(line, checksum_key, sizeof checksum_key - 1) == 0)
			found = line;
		line = end ? end + 1 : NULL;
	}
	return found;
}

static bool check_content(const struct reading *reading, const struct text *content,
                          struct error *error)
{
	const char *line = find_checksum(content);
	char text[SHA256_TEXT_SIZE];

	if (!line)
		return bad(reading, error, "is damaged: it has no checksum");
	checksum(content->bytes, (size_t)(line - content->bytes), text);
	if (strncmp(line + sizeof checksum_key - 1, text, SHA256_TEXT_SIZE - 1) != 0)
		return bad(reading, error, "is damaged: its checksum does not match its content");
	return true;
}

static const char *string_member(const json_t *document, const char *name)
{
	const char *value = json_string_value(json_object_get(document, name));

	return value ? value : "";
}

/* One that has everything serves every entry; what another left out cannot be told from it. */
static bool check_scope(const struct reading *reading, const char *written)
{
	struct dbw_buffer scope = {0};
	bool good;

	write_scope(&scope, reading->entry);
	good = !*written || strcmp(written, buffer_text(&scope)) == 0;
	buffer_release(&scope);
	return good;
}

static bool check_identity(const struct reading *reading, const json_t *document,
                           struct error *error)
{
	const json_t *format = json_object_get(document, "dbwarden_snapshot");

	if (!json_is_integer(format))
		return bad(reading, error, "is no snapshot");
	if (json_integer_value(format) != FORMAT)
		return bad(reading, error, "is of a format that this dbwarden does not know");
	if (strcmp(string_member(document, "dialect"), reading->dialect) != 0)
		return bad(reading, error, "is of another dialect");
	if (version_compare(string_member(document, "version"), reading->migration->version) != 0)
		return bad(reading, error, "is of another version");
	if (strcmp(string_member(document, "migration"), reading->migration->checksum) != 0)
		return bad(reading, error, "belongs to another text of the migration");
	if (!check_scope(reading, string_member(document, "scope")))
		return bad(reading, error,
		           "was written with other 'model_tables' or 'exclude_tables'");
	return true;
}

/* A large document is some hundred thousand small pieces, which go all at once: taking each from an arena,
 * and giving none back, is a fifth of the time of reading it. jansson has no place for a context. */
static struct arena *document_arena;

static void *take_piece(size_t size)
{
	return arena_alloc(document_arena, size);
}

static void keep_piece(void *piece)
{
	(void)piece;
}

static bool read_document(const struct reading *reading, struct schema *schema,
                          const struct text *content, struct error *error)
{
	struct arena arena = {0};
	json_malloc_t allocate;
	json_free_t release;
	json_error_t failure;
	json_t *document;
	bool done = false;

	json_get_alloc_funcs(&allocate, &release);
	document_arena = &arena;
	json_set_alloc_funcs(take_piece, keep_piece);
	document = json_loadb(content->bytes, content->length, JSON_REJECT_DUPLICATES, &failure);
	if (!document) {
		error_at(
		    error, ERROR_FAILED, reading->path, failure.line > 0 ? (size_t)failure.line : 0,
		    failure.column > 0 ? (size_t)failure.column : 0,
		    "snapshot '%s' is not JSON: %s", path_basename(reading->path), failure.text);
		goto out;
	}
	done = check_identity(reading, document, error);
	if (done && !schema_read_json(schema, json_object_get(document, "schema"), error)) {
		error_context(error, "snapshot '%s'", path_basename(reading->path));
		done = error_where(error, reading->path, 0, 0);
	}
out:
	json_set_alloc_funcs(allocate, release);
	arena_release(&arena);
	return done;
}

enum snapshot_state snapshot_read(struct schema *schema, const struct entry *entry,
                                  const char *dialect, const struct migration *migration,
                                  struct error *error)
{
	struct reading reading = {NULL, entry, dialect, migration};
	struct arena arena = {0};
	struct text content;
	enum snapshot_state state = SNAPSHOT_BAD;

	reading.path = snapshot_path(&arena, entry, migration->version);
	if (!path_exists(reading.path)) {
		error_set(error, ERROR_FAILED, "'%s' has no snapshot", migration->file);
		state = SNAPSHOT_ABSENT;
	} else if (file_read(&arena, reading.path, &content, error) &&
	           check_content(&reading, &content, error) &&
	           read_document(&reading, schema, &content, error)) {
		state = SNAPSHOT_GOOD;
	}
	arena_release(&arena);
	return state;
}
