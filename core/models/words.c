#include "models/words.h"

#include <string.h>

#include "base/buffer.h"

static const char blanks[] = " \t\n";

static bool no_end(char quote, struct error *error)
{
	error_set(error, ERROR_USAGE, "a %s quote has no end", quote == '"' ? "double" : "single");
	return error_hint(error, "Write '\\%c' where the character itself is meant.", quote);
}

/* 'text' points at the quote; it is moved behind the one that ends it. */
static bool read_quoted(const char **text, struct dbw_buffer *word, struct error *error)
{
	char quote = **text;
	const char *p = *text + 1;

	for (; *p != quote; p++) {
		if (!*p)
			return no_end(quote, error);
		if (quote == '"' && *p == '\\' && p[1] && strchr("$`\"\\\n", p[1]))
			p++;
		buffer_char(word, *p);
	}
	*text = p + 1;
	return true;
}

static bool needs_shell(char character, struct error *error)
{
	error_set(error, ERROR_USAGE, "'%c' means something to a shell alone", character);
	return error_hint(error,
	                  "Set 'provider_shell = yes' to run the command by /bin/sh, or put the "
	                  "character in quotes.");
}

static bool read_word(const char **text, struct dbw_buffer *word, struct error *error)
{
	while (**text && !strchr(blanks, **text)) {
		if (**text == '\'' || **text == '"') {
			if (!read_quoted(text, word, error))
				return false;
			continue;
		}
		if (strchr("|&;<>()`", **text))
			return needs_shell(**text, error);
		if (**text == '\\') {
			if (!*++*text) {
				error_set(error, ERROR_USAGE,
				          "there is nothing behind the last '\\'");
				return error_hint(error, "Write '\\\\' for the character itself.");
			}
		}
		buffer_char(word, *(*text)++);
	}
	return true;
}

bool words_split(struct arena *arena, const char *text, struct dbw_list *words, struct error *error)
{
	for (;;) {
		struct dbw_buffer word = {0};
		bool done;

		text += strspn(text, blanks);
		if (!*text)
			return true;
		done = read_word(&text, &word, error);
		if (done)
			list_append(arena, words,
			            arena_copy(arena, buffer_text(&word), word.length));
		buffer_release(&word);
		if (!done)
			return false;
	}
}
