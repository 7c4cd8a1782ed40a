#include "migrations/snapshot.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "schema/json.h"

enum { FORMAT = 2 };

static const char format_key[] = "\"dbwarden_snapshot\": ";
static const char schema_key[] = "\n  \"schema\": ";
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

/* The chain. */

void snapshot_tip_pass(struct snapshot_tip *tip, const char *migration_checksum)
{
	struct sha256 hash;

	sha256_begin(&hash);
	sha256_add(&hash, tip->history, strlen(tip->history));
	sha256_add(&hash, migration_checksum, strlen(migration_checksum));
	sha256_end(&hash, tip->history);
}

static void reach(struct snapshot_tip *tip, const char *version, const char *own_checksum)
{
	size_t length = strlen(version);

	if (length >= sizeof tip->version)
		length = sizeof tip->version - 1;
	memcpy(tip->version, version, length);
	tip->version[length] = '\0';
	memcpy(tip->checksum, own_checksum, SHA256_TEXT_SIZE);
}

void snapshot_tip_reach(struct snapshot_tip *tip, const struct snapshot *snapshot,
                        const struct migration *migration)
{
	snapshot_tip_pass(tip, migration->checksum);
	reach(tip, migration->version, snapshot->checksum);
}

/* Writing. */

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

void snapshot_write(struct dbw_buffer *out, const struct schema *schema, enum snapshot_words words,
                    const struct entry *entry, const char *dialect, const char *version,
                    const char *migration_checksum, struct snapshot_tip *tip)
{
	char text[SHA256_TEXT_SIZE];
	struct dbw_buffer scope = {0};

	snapshot_tip_pass(tip, migration_checksum);
	write_scope(&scope, entry);
	buffer_clear(out);
	buffer_printf(out, "{\n  %s%d,\n", format_key, FORMAT);
	member(out, "entry", entry->name);
	member(out, "dialect", dialect);
	member(out, "version", version);
	member(out, "migration", migration_checksum);
	member(out, "history", tip->history);
	if (*tip->version)
		buffer_printf(out, "  \"parent\": {\"version\": \"%s\", \"checksum\": \"%s\"},\n",
		              tip->version, tip->checksum);
	if (scope.length)
		member(out, "scope", buffer_text(&scope));
	if (words == WORDS_SERVER)
		member(out, "words", "server");
	buffer_release(&scope);
	buffer_string(out, "  \"schema\": ");
	schema_write_json(schema, out, 2);
	buffer_string(out, ",\n");
	checksum(buffer_text(out), out->length, text);
	buffer_printf(out, "%s%s\"\n}\n", checksum_key, text);
	reach(tip, version, text);
}

/* Reading. */

static bool bad(const char *path, struct error *error, const char *why)
{
	return error_at(error, ERROR_FAILED, path, 0, 0, "snapshot '%s' %s", path_basename(path),
	                why);
}

/* The last occurrence at the start of a line is the document's own: the schema before it cannot hold
 * a line break in a string. */
static const char *find_checksum(const struct text *content)
{
	for (size_t length = content->length; length;) {
		const char *end = memrchr(content->bytes, '\n', length);
		const char *line = end ? end + 1 : content->bytes;

		if (strncmp(line, checksum_key, sizeof checksum_key - 1) == 0)
			return line;
		length = end ? (size_t)(end - content->bytes) : 0;
	}
	return NULL;
}

/* What follows the checksum: a quote, a line end, a brace, and nothing more. */
static bool ends_well(const char *rest, const char *end)
{
	static const char wanted[] = "\"\n}\n";
	size_t at = 0;

	for (; rest < end; rest++) {
		if (*rest == '\r')
			continue;
		if (at == sizeof wanted - 1 || *rest != wanted[at])
			return false;
		at++;
	}
	return at >= sizeof wanted - 2;
}

static bool check_content(const char *path, const struct text *content,
                          char found[SHA256_TEXT_SIZE], struct error *error)
{
	const char *line = find_checksum(content);

	if (!content->length)
		return bad(path, error, "is damaged: it is empty");
	if (!line)
		return bad(path, error, "is damaged: it has no checksum");
	checksum(content->bytes, (size_t)(line - content->bytes), found);
	line += sizeof checksum_key - 1;
	if (strncmp(line, found, SHA256_TEXT_SIZE - 1) != 0 ||
	    !ends_well(line + SHA256_TEXT_SIZE - 1, content->bytes + content->length))
		return bad(path, error, "is damaged: its checksum does not match its content");
	return true;
}

/* The format comes before everything else: another one may have its checksum elsewhere. */
static enum snapshot_state check_format(const char *path, const struct text *content,
                                        struct error *error)
{
	const char *at = content->bytes;
	unsigned long format;

	at += strspn(at, "{ \t\r\n");
	if (strncmp(at, format_key, sizeof format_key - 1) != 0)
		return SNAPSHOT_GOOD;
	at += sizeof format_key - 1;
	if (*at < '0' || *at > '9')
		return SNAPSHOT_GOOD;
	format = strtoul(at, NULL, 10);
	if (format == FORMAT)
		return SNAPSHOT_GOOD;
	error_at(error, ERROR_FAILED, path, 0, 0,
	         "snapshot '%s' is of format %.*s, and this dbwarden knows format %d",
	         path_basename(path), (int)strspn(at, "0123456789"), at, FORMAT);
	if (format < FORMAT)
		return SNAPSHOT_BAD;
	error_hint(error, "A newer dbwarden wrote it: use that version or a later one.");
	return SNAPSHOT_NEWER;
}

static bool not_json(const char *path, const json_error_t *failure, struct error *error)
{
	return error_at(error, ERROR_FAILED, path, failure->line > 0 ? (size_t)failure->line : 0,
	                failure->column > 0 ? (size_t)failure->column : 0,
	                "snapshot '%s' is not JSON: %s", path_basename(path), failure->text);
}

static const char *string_member(struct arena *arena, const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return arena_string(arena, value ? value : "");
}

/* The head alone: what stands before the schema. */
static bool read_head(struct arena *arena, struct snapshot *snapshot, struct error *error)
{
	const char *end = strstr(snapshot->content.bytes, schema_key);
	size_t length = end ? (size_t)(end - snapshot->content.bytes) : 0;
	json_error_t failure;
	json_t *head;
	const json_t *parent;
	char *text;

	while (length && strchr(" ,\r\n", snapshot->content.bytes[length - 1]))
		length--;
	if (!length)
		return bad(snapshot->path, error, "is no snapshot");
	text = arena_printf(arena, "%.*s}", (int)length, snapshot->content.bytes);
	head = json_loads(text, JSON_REJECT_DUPLICATES, &failure);
	if (!head)
		return not_json(snapshot->path, &failure, error);
	if (!json_is_integer(json_object_get(head, "dbwarden_snapshot"))) {
		json_decref(head);
		return bad(snapshot->path, error, "is no snapshot");
	}
	snapshot->dialect = string_member(arena, head, "dialect");
	snapshot->version = string_member(arena, head, "version");
	snapshot->migration = string_member(arena, head, "migration");
	snapshot->history = string_member(arena, head, "history");
	snapshot->scope = string_member(arena, head, "scope");
	parent = json_object_get(head, "parent");
	snapshot->parent = string_member(arena, parent, "version");
	snapshot->parent_checksum = string_member(arena, parent, "checksum");
	snapshot->words = *string_member(arena, head, "words") ? WORDS_SERVER : WORDS_DECLARED;
	json_decref(head);
	return true;
}

enum snapshot_state snapshot_parse(struct arena *arena, const char *path,
                                   const struct text *content, struct snapshot *snapshot,
                                   struct error *error)
{
	enum snapshot_state state = check_format(path, content, error);

	if (state != SNAPSHOT_GOOD)
		return state;
	*snapshot = (struct snapshot){.path = path, .content = *content};
	return check_content(path, content, snapshot->checksum, error) &&
	               read_head(arena, snapshot, error)
	           ? SNAPSHOT_GOOD
	           : SNAPSHOT_BAD;
}

enum snapshot_state snapshot_open(struct arena *arena, const char *path, struct snapshot *snapshot,
                                  struct error *error)
{
	struct text content;

	if (!path_exists(path)) {
		error_at(error, ERROR_FAILED, path, 0, 0, "snapshot '%s' is not there",
		         path_basename(path));
		return SNAPSHOT_ABSENT;
	}
	if (!file_read(arena, path, &content, error))
		return SNAPSHOT_BAD;
	return snapshot_parse(arena, path, &content, snapshot, error);
}

/* One that has everything serves every entry; what another left out cannot be told from it. */
static bool check_scope(const struct entry *entry, const char *written)
{
	struct dbw_buffer scope = {0};
	bool good;

	write_scope(&scope, entry);
	good = !*written || strcmp(written, buffer_text(&scope)) == 0;
	buffer_release(&scope);
	return good;
}

bool snapshot_fits(const struct snapshot *snapshot, const struct entry *entry, const char *dialect,
                   const struct migration *migration, struct error *error)
{
	if (strcmp(snapshot->dialect, dialect) != 0)
		return bad(snapshot->path, error, "is of another dialect");
	if (version_compare(snapshot->version, migration->version) != 0)
		return bad(snapshot->path, error, "is of another version");
	if (strcmp(snapshot->migration, migration->checksum) != 0)
		return bad(snapshot->path, error, "belongs to another text of the migration");
	if (!check_scope(entry, snapshot->scope))
		return bad(snapshot->path, error,
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

bool snapshot_schema(const struct snapshot *snapshot, struct schema *schema, struct error *error)
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
	document = json_loadb(snapshot->content.bytes, snapshot->content.length,
	                      JSON_REJECT_DUPLICATES, &failure);
	if (!document) {
		not_json(snapshot->path, &failure, error);
		goto out;
	}
	done = schema_read_json(schema, json_object_get(document, "schema"), error);
	if (!done) {
		error_context(error, "snapshot '%s'", path_basename(snapshot->path));
		error_where(error, snapshot->path, 0, 0);
	}
out:
	json_set_alloc_funcs(allocate, release);
	arena_release(&arena);
	return done;
}
