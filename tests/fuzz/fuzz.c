#include "fuzz.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The plugins are in the build folder, two above that of the program. */
static const char *plugin_folder(void)
{
	static char path[PATH_MAX];
	ssize_t length;

	if (*path)
		return path;
	length = readlink("/proc/self/exe", path, sizeof path - 1);
	must(length > 0, "/proc/self/exe cannot be read");
	for (int up = 0; up < 3; up++) {
		char *slash = strrchr(path, '/');

		must(slash, "the program is not in a build folder");
		*slash = '\0';
	}
	return path;
}

static const struct dialect *open_dialect(const char *name)
{
	struct error error = {0};
	struct arena arena = {0};
	struct dialect *dialect = dialect_open_file(
	    arena_printf(&arena, "%s/dbwarden-%s.so", plugin_folder(), name), &error);

	must(dialect, "%s", error.message);
	arena_release(&arena);
	return dialect;
}

static const struct dialect *dialect_of(uint8_t byte)
{
	static const struct dialect *postgresql, *mysql, *sqlite;

	if (!sqlite) {
		postgresql = open_dialect("postgresql");
		mysql = open_dialect("mysql");
		sqlite = open_dialect("sqlite");
	}
	return byte == 'p' ? postgresql : byte == 'm' ? mysql : sqlite;
}

char *fuzz_text(const uint8_t *bytes, size_t size)
{
	char *text = memory_alloc(size + 1);

	if (size)
		memcpy(text, bytes, size);
	text[size] = '\0';
	return text;
}

bool fuzz_sql_open(struct fuzz_sql *sql, const uint8_t *bytes, size_t size)
{
	if (!size)
		return false;
	sql->dialect = dialect_of(bytes[0]);
	sql->traits = sql->dialect->plugin.traits;
	sql->text = fuzz_text(bytes + 1, size - 1);
	sql->length = size - 1;
	return true;
}

void fuzz_sql_close(struct fuzz_sql *sql)
{
	free(sql->text);
}

void fuzz_broken(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	abort();
}
