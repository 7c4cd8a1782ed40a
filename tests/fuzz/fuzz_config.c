/*
 * The configuration: the text as sections and keys, then dbwarden.ini with all its values, each shown and, where it
 * is a URL, taken apart; a password is in nothing that is shown.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "config/config.h"
#include "config/document.h"
#include "config/url.h"
#include "models/words.h"

static void check_document(const char *text, size_t size)
{
	struct arena arena = {0};
	struct error error = {0};
	struct document document = {0};
	size_t line = 0;
	bool parsed = document_parse(&arena, "f.ini", (struct text){text, size}, &document, &error);

	must(parsed == !error.message, "an error and its result differ");
	for (size_t i = 0; parsed && i < document.sections.count; i++) {
		const struct document_section *section = document.sections.items[i];

		must(section->line > line && *section->name, "a section before the last one");
		line = section->line;
		for (size_t j = 0; j < section->keys.count; j++) {
			const struct document_key *key = section->keys.items[j];

			must(key->line > line && *key->name && key->values.count,
			     "a key before the last one");
			line = key->line + key->values.count - 1;
		}
	}
	error_release(&error);
	arena_release(&arena);
}

static void check_url(const char *url)
{
	struct arena arena = {0};
	struct error error = {0};
	struct dbw_connect where = {0};
	char *mask;

	if (!url)
		return;
	mask = url_mask(&arena, url);
	if (url_parse(&arena, url, &where, &error)) {
		must(where.scheme && *where.scheme, "a URL without a scheme");
		must(where.port <= 65535, "port %u", where.port);
		if (where.password && strlen(where.password) > 6 &&
		    !(where.user && strstr(where.user, where.password)) &&
		    !(where.host && strstr(where.host, where.password)) &&
		    !(where.database && strstr(where.database, where.password)))
			must(!strstr(mask, where.password) ||
			         strstr(strstr(url, where.password) + 1, where.password),
			     "the password of %s is in %s", url, mask);
	}
	error_release(&error);
	arena_release(&arena);
}

static void check_entry(struct config *config, const struct entry *entry)
{
	struct dbw_list settings = {0}, words = {0};
	struct error error = {0};

	config_settings(config, entry, &settings);
	must(settings.count > 0, "an entry without settings");
	check_url(entry->url);
	check_url(entry->direct_url);
	check_url(entry->scratch_url);
	if (entry->provider && !words_split(&config->arena, entry->provider, &words, &error))
		must(error.message, "no error where nothing was split");
	error_release(&error);
}

static void check_file(const uint8_t *bytes, size_t size)
{
	static char path[32];
	static int file = -1;
	struct config config = {0};
	struct error error = {0};
	bool loaded;

	/* One file in memory, written over and over. */
	if (file < 0) {
		file = memfd_create("dbwarden.ini", MFD_CLOEXEC);
		must(file >= 0, "no file in memory");
		snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	}
	must(ftruncate(file, 0) == 0 && pwrite(file, bytes, size, 0) == (ssize_t)size,
	     "cannot write the file");
	loaded = config_load(&config, path, &error);
	must(loaded == !error.message, "an error and its result differ");
	for (size_t i = 0; loaded && i < config.entries.count; i++) {
		const struct entry *entry = config.entries.items[i];

		must(config_entry(&config, entry->name, &error) == entry || error.message,
		     "an entry is not found");
		check_entry(&config, entry);
	}
	error_release(&error);
	config_release(&config);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);

	check_document(text, size);
	check_file(bytes, size);
	free(text);
	return 0;
}
