/*
 * The reader of migration files: its statements are slices of the file, in order; line ends and a byte order mark
 * have no part in the checksum, everything else has.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "migrations/migration.h"

static bool parse(const struct fuzz_sql *sql, struct arena *arena, struct migration *migration,
                  const char *text, size_t length)
{
	struct error error = {0};
	bool done;

	*migration = (struct migration){.version = "0001",
	                                .file = "f__0001_x.sql",
	                                .path = "f__0001_x.sql",
	                                .content = {text, length}};
	done = migration_parse(arena, migration, sql->traits, &error);
	must(done == !error.message, "an error and its result differ");
	error_release(&error);
	return done;
}

static void check_section(const struct migration *migration, const struct section *section)
{
	size_t end = 0;

	must(section->present || !section->statements.count, "statements without a section");
	for (size_t i = 0; i < section->statements.count; i++) {
		const struct sql_statement *statement = section->statements.items[i];
		size_t offset = (size_t)(statement->text - migration->content.bytes);

		must(statement->text >= migration->content.bytes + end && statement->length &&
		         offset + statement->length <= migration->content.length,
		     "a statement is not in the file");
		end = offset + statement->length;
		must(statement->line > section->line, "a statement before its section");
	}
}

/* As a checkout with CRLF has it. */
static void check_line_ends(const struct fuzz_sql *sql, const struct migration *migration)
{
	struct arena arena = {0};
	struct migration again;
	struct dbw_buffer text = {0};

	if (memchr(sql->text, '\r', sql->length))
		return;
	for (size_t i = 0; i < sql->length; i++) {
		if (sql->text[i] == '\n')
			buffer_char(&text, '\r');
		buffer_char(&text, sql->text[i]);
	}
	must(parse(sql, &arena, &again, buffer_text(&text), text.length),
	     "with CRLF it cannot be read");
	must(strcmp(again.checksum, migration->checksum) == 0, "CRLF changes the checksum");
	must(again.upgrade.statements.count == migration->upgrade.statements.count &&
	         again.rollback.statements.count == migration->rollback.statements.count,
	     "CRLF changes the statements");
	buffer_release(&text);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fuzz_sql sql;
	struct arena arena = {0};
	struct migration migration;

	if (!fuzz_sql_open(&sql, bytes, size))
		return 0;
	if (parse(&sql, &arena, &migration, sql.text, sql.length)) {
		must(strlen(migration.checksum) == SHA256_TEXT_SIZE - 1, "no checksum");
		check_section(&migration, &migration.upgrade);
		check_section(&migration, &migration.rollback);
		check_line_ends(&sql, &migration);
	}
	arena_release(&arena);
	fuzz_sql_close(&sql);
	return 0;
}
