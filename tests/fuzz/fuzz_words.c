/*
 * The small readers: the words of a provider's command, a database URL, the slug of a description. The first byte
 * says which.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "config/interpolate.h"
#include "config/url.h"
#include "migrations/migration.h"
#include "models/words.h"

static void check_words(const char *text)
{
	struct arena arena = {0};
	struct error error = {0};
	struct dbw_list words = {0};
	bool split = words_split(&arena, text, &words, &error);
	size_t length = 0;

	must(split == !error.message, "an error and its result differ");
	for (size_t i = 0; split && i < words.count; i++)
		length += strlen(words.items[i]);
	must(length <= strlen(text), "the words are longer than the text");
	error_release(&error);
	arena_release(&arena);
}

static void check_url(const char *text)
{
	struct arena arena = {0};
	struct error error = {0};
	struct dbw_connect where = {0};
	const char *mask = url_mask(&arena, text);
	bool parsed = url_parse(&arena, text, &where, &error);

	must(parsed == !error.message, "an error and its result differ");
	/* The mask hides the password alone: what is left is the same place. Without '//' a password may be taken for
	 * a path, and the mask hides more. */
	if (parsed && strncmp(text + strcspn(text, ":"), "://", 3) == 0) {
		struct dbw_connect masked = {0};

		must(url_parse(&arena, mask, &masked, &error) &&
		         strcmp(masked.scheme, where.scheme) == 0 && masked.port == where.port &&
		         !masked.password == !where.password &&
		         (!where.password || strcmp(masked.password, "***") == 0 ||
		          !*where.password),
		     "%s is masked as %s, which is another place", text, mask);
	}
	error_release(&error);
	arena_release(&arena);
}

static void check_slug(const char *text)
{
	struct arena arena = {0};
	struct error error = {0};
	char *slug = migration_slug(&arena, text, &error);

	must(!slug == !!error.message, "an error and its result differ");
	must(!slug || (*slug && !strpbrk(slug, "/ .\n")), "the slug '%s'", slug ? slug : "");
	error_release(&error);
	arena_release(&arena);
}

static void check_interpolation(const char *text)
{
	struct arena arena = {0};
	struct error error = {0};
	struct interpolation result = {0};
	bool done = interpolate(&arena, text, "dialect", &result, &error);

	must(done == !error.message, "an error and its result differ");
	must(done ? result.text != NULL : result.offset <= strlen(text),
	     "an offset behind the text");
	error_release(&error);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text;

	if (!size)
		return 0;
	text = fuzz_text(bytes + 1, size - 1);
	if (bytes[0] == 'u')
		check_url(text);
	else if (bytes[0] == 's')
		check_slug(text);
	else if (bytes[0] == 'i')
		check_interpolation(text);
	else
		check_words(text);
	free(text);
	return 0;
}
