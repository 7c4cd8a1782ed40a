#include "migrations/migration.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

/* Where a section's text stands in the file, and its statements among all of the file. */
struct extent {
	size_t begin, end;
	size_t first, last;
};

struct parse {
	struct arena *arena;
	struct migration *migration;
	struct dbw_list statements; /* of the whole file */
	struct extent upgrade, rollback;
	struct section *section; /* the one that is being read; NULL before the first */
	struct extent *extent;
	size_t autocommit_line;   /* of the last '-- @dbwarden:autocommit' */
	size_t autocommit_before; /* how many statements stand before it */
	size_t depends_on_line;
};

static bool text_is(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && strncasecmp(text, word, length) == 0;
}

static bool fail(const struct parse *parse, size_t line, struct error *error, const char *message,
                 const char *hint)
{
	error_at(error, ERROR_FAILED, parse->migration->path, line, 1, "%s", message);
	return error_hint(error, "%s", hint);
}

static bool fail_before_sections(const struct parse *parse, const struct sql_line_comment *marker,
                                 struct error *error)
{
	const struct sql_statement *first =
	    parse->statements.count ? parse->statements.items[0] : NULL;

	return fail(parse, first ? first->line : marker->statement_line, error,
	            "a statement stands before the first section",
	            "Put '-- upgrade' on a line of its own before it.");
}

/* Headers. */

/* The value behind 'name' in a comment such as 'dbwarden: irreversible', or NULL. */
static const char *header_value(const struct sql_line_comment *comment, const char *name,
                                size_t *length)
{
	size_t skip = strlen(name);

	if (comment->length < skip || strncasecmp(comment->text, name, skip) != 0)
		return NULL;
	while (skip < comment->length && isspace((unsigned char)comment->text[skip]))
		skip++;
	*length = comment->length - skip;
	return comment->text + skip;
}

static const char no_transaction[] = "no-transaction";
static const char irreversible[] = "irreversible";

static bool read_setting(struct parse *parse, size_t line, const char *value, size_t length,
                         struct error *error)
{
	static const char *const settings[] = {no_transaction, irreversible, NULL};
	char *word;
	const char *near;

	if (text_is(value, length, no_transaction)) {
		parse->migration->no_transaction = true;
		return true;
	}
	if (text_is(value, length, irreversible)) {
		parse->migration->irreversible = true;
		return true;
	}
	word = arena_copy(parse->arena, value, length);
	near = nearest_word(word, settings);
	error_at(error, ERROR_FAILED, parse->migration->path, line, 1,
	         "unknown header '-- dbwarden: %s'", word);
	if (near)
		return error_hint(error, "Did you mean '-- dbwarden: %s'?", near);
	return error_hint(error, "There are '-- dbwarden: %s' and '-- dbwarden: %s'.",
	                  no_transaction, irreversible);
}

static bool is_version(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

static bool read_depends_on(struct parse *parse, size_t line, const char *value, size_t length,
                            struct error *error)
{
	static const char hint[] = "Write the versions as a list of strings: -- depends_on: "
				   "[\"0004\", \"0007\"].";
	json_error_t problem;
	json_t *list, *item;
	size_t i;
	bool good;

	if (parse->depends_on_line) {
		error_at(error, ERROR_FAILED, parse->migration->path, line, 1,
		         "a second 'depends_on'; the first is in line %zu", parse->depends_on_line);
		return error_hint(error, "%s", hint);
	}
	parse->depends_on_line = line;
	list = json_loadb(value, length, 0, &problem);
	good = json_is_array(list);
	json_array_foreach(list, i, item)
	{
		const char *version = json_string_value(item);

		good = good && version && is_version(version);
		if (good)
			list_append(parse->arena, &parse->migration->depends_on,
			            arena_string(parse->arena, version));
	}
	json_decref(list);
	return good || fail(parse, line, error, "'depends_on' is not a list of versions", hint);
}

static bool read_header(struct parse *parse, const struct sql_line_comment *comment,
                        struct error *error)
{
	size_t length = 0;
	const char *setting = header_value(comment, "dbwarden:", &length);
	const char *versions = setting ? NULL : header_value(comment, "depends_on:", &length);

	if (!setting && !versions)
		return true;
	if (!parse->section)
		return setting ? read_setting(parse, comment->line, setting, length, error)
		               : read_depends_on(parse, comment->line, versions, length, error);
	/* In a section it would have no effect. Other words are a comment there. */
	if (versions || text_is(setting, length, no_transaction) ||
	    text_is(setting, length, irreversible))
		return fail(parse, comment->line, error, "a header stands behind the first section",
		            "Move it to the top of the file, before '-- upgrade'.");
	return true;
}

/* Sections. */

/* '-- @dbwarden:autocommit' must not reach from one section into the next. */
static bool check_autocommit(const struct parse *parse, struct error *error)
{
	if (!parse->autocommit_line || parse->autocommit_before < parse->statements.count)
		return true;
	return fail(parse, parse->autocommit_line, error,
	            "no statement of the section follows '-- @dbwarden:autocommit'",
	            "Put it on the line before the statement it is for.");
}

static bool begin_section(struct parse *parse, const struct sql_line_comment *comment,
                          const char *name, struct error *error)
{
	bool upgrade = strcmp(name, "upgrade") == 0;
	struct migration *migration = parse->migration;
	struct section *section = upgrade ? &migration->upgrade : &migration->rollback;

	if (!parse->section && (comment->inside_statement || parse->statements.count))
		return fail_before_sections(parse, comment, error);
	if (comment->inside_statement) {
		error_at(error, ERROR_FAILED, migration->path, comment->line, 1,
		         "'-- %s' stands inside the statement that begins in line %zu", name,
		         comment->statement_line);
		return error_hint(error,
		                  "A semicolon is probably missing at the end of that statement.");
	}
	if (section->present) {
		error_at(error, ERROR_FAILED, migration->path, comment->line, 1,
		         "a second '-- %s' section; the first begins in line %zu", name,
		         section->line);
		return error_hint(error, "Keep one section of each kind.");
	}
	if (!check_autocommit(parse, error))
		return false;
	if (parse->extent) {
		parse->extent->end = comment->offset;
		parse->extent->last = parse->statements.count;
	}
	section->present = true;
	section->line = comment->line;
	parse->section = section;
	parse->extent = upgrade ? &parse->upgrade : &parse->rollback;
	parse->extent->begin = comment->end;
	parse->extent->first = parse->statements.count;
	return true;
}

static bool read_comment(void *context, const struct sql_line_comment *comment, struct error *error)
{
	struct parse *parse = context;

	if (comment->inside_body)
		return true;
	if (text_is(comment->text, comment->length, "upgrade"))
		return begin_section(parse, comment, "upgrade", error);
	if (text_is(comment->text, comment->length, "rollback"))
		return begin_section(parse, comment, "rollback", error);
	if (comment->inside_statement)
		return true;
	if (text_is(comment->text, comment->length, "@dbwarden:autocommit")) {
		parse->autocommit_line = comment->line;
		parse->autocommit_before = parse->statements.count;
	}
	return read_header(parse, comment, error);
}

/* The section's statements are a part of the file's list. */
static void take_statements(const struct parse *parse, struct section *section,
                            const struct extent *extent)
{
	if (extent->last == extent->first)
		return;
	section->statements.items = parse->statements.items + extent->first;
	section->statements.count = extent->last - extent->first;
	section->statements.capacity = section->statements.count;
}

static bool end_sections(struct parse *parse, struct error *error)
{
	struct migration *migration = parse->migration;

	if (!migration->upgrade.present) {
		error_at(error, ERROR_FAILED, migration->path, 0, 0, "no '-- upgrade' section");
		return error_hint(error, "Put '-- upgrade' on a line of its own before the "
		                         "statements, and '-- rollback' before those that undo "
		                         "them.");
	}
	if (!check_autocommit(parse, error))
		return false;
	parse->extent->end = migration->content.length;
	parse->extent->last = parse->statements.count;
	take_statements(parse, &migration->upgrade, &parse->upgrade);
	take_statements(parse, &migration->rollback, &parse->rollback);
	return true;
}

/* Checksum. */

/* The text without blanks at the ends of its lines and without empty lines at its end, so that a
 * checkout with other line endings is the same file. */
static void hash_text(struct sha256 *hash, const char *text, size_t length)
{
	const char *end = text + length;
	size_t newlines = 0;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *next = newline ? newline + 1 : end;
		const char *last = newline ? newline : end;

		while (last > text && strchr(" \t\r", last[-1]))
			last--;
		if (last > text) {
			for (; newlines; newlines--)
				sha256_add(hash, "\n", 1);
			sha256_add(hash, text, (size_t)(last - text));
		}
		newlines++;
		text = next;
	}
}

/* The NUL, which no file can hold, keeps text from moving between sections unseen. */
static void hash_section(struct sha256 *hash, const char *name, const struct migration *migration,
                         const struct section *section, const struct extent *extent)
{
	if (!section->present)
		return;
	sha256_add(hash, name, strlen(name) + 1);
	hash_text(hash, migration->content.bytes + extent->begin, extent->end - extent->begin);
	sha256_add(hash, "", 1);
}

static void hash_migration(const struct parse *parse)
{
	struct migration *migration = parse->migration;
	struct sha256 hash;

	sha256_begin(&hash);
	if (migration->no_transaction)
		sha256_add(&hash, no_transaction, sizeof no_transaction);
	hash_section(&hash, "upgrade", migration, &migration->upgrade, &parse->upgrade);
	hash_section(&hash, "rollback", migration, &migration->rollback, &parse->rollback);
	sha256_end(&hash, migration->checksum);
}

bool migration_parse(struct arena *arena, struct migration *migration,
                     const struct dbw_traits *traits, struct error *error)
{
	struct parse parse = {.arena = arena, .migration = migration};

	if (!sql_split(traits, migration->path, migration->content.bytes, migration->content.length,
	               1, arena, &parse.statements, read_comment, &parse, error) ||
	    !end_sections(&parse, error))
		return false;
	hash_migration(&parse);
	return true;
}
