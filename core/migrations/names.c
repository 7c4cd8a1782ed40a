#include "migrations/names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/utf8.h"

enum {
	VERSION_DIGITS = 18, /* what fits in 64 bits, whatever the digits */
	VERSION_WIDTH = 4,
	SLUG_LENGTH = 100, /* leaves room in the 255 bytes of a file name for all around it */
};

static const char suffix[] = ".sql";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool name_is_sql(const char *file)
{
	size_t length = strlen(file), end = sizeof suffix - 1;

	/* '.SQL' is no migration's name, but not to be passed over in silence either. */
	return file[0] != '.' && length > end && strcasecmp(file + length - end, suffix) == 0;
}

/* '_' as spaces. */
static char *describe(struct arena *arena, const char *slug, size_t length)
{
	char *text;

	while (length && *slug == '_') {
		slug++;
		length--;
	}
	text = arena_copy(arena, slug, length);
	for (char *c = text; *c; c++)
		if (*c == '_')
			*c = ' ';
	return text;
}

static size_t count_digits(const char *text, size_t length)
{
	size_t digits = 0;

	while (digits < length && is_digit(text[digits]))
		digits++;
	return digits;
}

/* The name without the entry's prefix and without suffix. */
static bool parse_stem(struct arena *arena, struct migration *migration, const char *stem,
                       size_t length)
{
	static const struct {
		const char *prefix;
		enum migration_kind kind;
	} repeatable[] = {{"RA__", MIGRATION_ALWAYS}, {"ROC__", MIGRATION_ON_CHANGE}};
	size_t digits = count_digits(stem, length);

	for (size_t i = 0; i < sizeof repeatable / sizeof *repeatable; i++) {
		size_t prefix = strlen(repeatable[i].prefix);

		if (length <= prefix || memcmp(stem, repeatable[i].prefix, prefix) != 0)
			continue;
		migration->kind = repeatable[i].kind;
		migration->version = arena_copy(arena, stem, length);
		migration->description = describe(arena, stem + prefix, length - prefix);
		return true;
	}
	if (digits == 0 || (digits < length && (stem[digits] != '_' || digits + 1 == length)))
		return false;
	migration->kind = MIGRATION_VERSIONED;
	migration->version = arena_copy(arena, stem, digits);
	migration->description = describe(arena, stem + digits, length - digits);
	return true;
}

/* Length of what stands before the '__' behind which the name fits a pattern, 0 if none does. */
static size_t foreign_prefix(struct arena *arena, const char *stem, size_t length)
{
	for (size_t i = 1; i + 2 < length; i++) {
		struct migration ignored = {0};

		if (stem[i] == '_' && stem[i + 1] == '_' &&
		    parse_stem(arena, &ignored, stem + i + 2, length - i - 2))
			return i;
	}
	return 0;
}

static bool refuse(struct arena *arena, const struct migration *migration, const char *entry,
                   size_t length, struct error *error)
{
	const char *file = migration->file;
	size_t foreign = foreign_prefix(arena, file, length);

	if (foreign) {
		error_at(error, ERROR_FAILED, migration->path, 0, 0,
		         "'%s' has the prefix of another database entry: '%.*s', not '%s'", file,
		         (int)foreign, file, entry);
		return error_hint(error,
		                  "Move it to that entry's folder, or rename it to '%s%s' if it "
		                  "belongs here.",
		                  entry, file + foreign);
	}
	error_at(error, ERROR_FAILED, migration->path, 0, 0,
	         "the name of '%s' fits no pattern of migration files", file);
	return error_hint(error,
	                  "Name it '%s__0001_what_it_does.sql', with its own number; "
	                  "'%s__RA__name.sql' runs always, '%s__ROC__name.sql' when it has "
	                  "changed.",
	                  entry, entry, entry);
}

static bool check_version(const struct migration *migration, struct error *error)
{
	if (migration->kind != MIGRATION_VERSIONED)
		return true;
	if (strlen(migration->version) > VERSION_DIGITS)
		return error_at(error, ERROR_FAILED, migration->path, 0, 0,
		                "the version of '%s' has more than %d digits", migration->file,
		                VERSION_DIGITS);
	if (version_compare(migration->version, "0") == 0) {
		error_at(error, ERROR_FAILED, migration->path, 0, 0, "'%s' has version 0",
		         migration->file);
		return error_hint(error, "Number it from 1: version 0 stands for the state before "
		                         "the first migration.");
	}
	return true;
}

bool name_parse(struct arena *arena, struct migration *migration, const char *entry,
                struct error *error)
{
	const char *file = migration->file;
	size_t prefix = strlen(entry);
	size_t length = strlen(file) - (sizeof suffix - 1);

	if (strcmp(file + length, suffix) == 0 &&
	    ((length > prefix + 2 && strncmp(file, entry, prefix) == 0 &&
	      strncmp(file + prefix, "__", 2) == 0 &&
	      parse_stem(arena, migration, file + prefix + 2, length - prefix - 2)) ||
	     parse_stem(arena, migration, file, length)))
		return check_version(migration, error);
	return refuse(arena, migration, entry, length, error);
}

int version_compare(const char *a, const char *b)
{
	size_t a_length, b_length;

	while (*a == '0')
		a++;
	while (*b == '0')
		b++;
	a_length = strlen(a);
	b_length = strlen(b);
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return strcmp(a, b);
}

char *migration_slug(struct arena *arena, const char *description, struct error *error)
{
	const char *end = description + strlen(description);
	char *slug = arena_alloc(arena, (size_t)(end - description) + 1);
	size_t length = 0;

	for (const char *c = description; c < end && length < SLUG_LENGTH;) {
		size_t character = utf8_length(c, (size_t)(end - c));

		if (length + character > SLUG_LENGTH)
			break;
		if (character > 1) {
			memcpy(slug + length, c, character);
			length += character;
		} else if (character == 1 && isalnum((unsigned char)*c)) {
			slug[length++] = (char)tolower((unsigned char)*c);
		} else if (length && slug[length - 1] != '_') {
			slug[length++] = '_';
		}
		c += character ? character : 1;
	}
	while (length && slug[length - 1] == '_')
		length--;
	slug[length] = '\0';
	if (length)
		return slug;
	error_set(error, ERROR_USAGE, "the description '%s' has no letter and no digit",
	          description);
	error_hint(error, "Say in a few words what the migration does: \"add users table\".");
	return NULL;
}

char *migration_file_name(struct arena *arena, const char *entry, const char *version,
                          const char *slug)
{
	return arena_printf(arena, "%s__%s_%s.sql", entry, version, slug);
}

/* Seconds since 1970 as YYYYMMDDHHMMSS, in UTC. */
static unsigned long long timestamp(long long now)
{
	time_t seconds = (time_t)now;
	struct tm tm = {0};

	gmtime_r(&seconds, &tm);
	return ((((((unsigned long long)tm.tm_year + 1900) * 100 + (unsigned)tm.tm_mon + 1) * 100 +
	          (unsigned)tm.tm_mday) *
	             100 +
	         (unsigned)tm.tm_hour) *
	            100 +
	        (unsigned)tm.tm_min) *
	           100 +
	       (unsigned)tm.tm_sec;
}

char *migrations_next_version(struct arena *arena, const struct migration_directory *directory,
                              enum versioning versioning, long long now)
{
	size_t count = directory->versioned.count, width = VERSION_WIDTH;
	const struct migration *newest = count ? directory->versioned.items[count - 1] : NULL;
	unsigned long long next = newest ? strtoull(newest->version, NULL, 10) + 1 : 1;

	/* A folder that writes its numbers wider keeps to that. */
	if (newest && strlen(newest->version) > width)
		width = strlen(newest->version);
	if (versioning == VERSIONING_TIMESTAMP && timestamp(now) > next)
		next = timestamp(now);
	return arena_printf(arena, "%0*llu", (int)width, next);
}
