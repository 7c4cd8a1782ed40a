/* The words of a command, as a POSIX shell splits them, without a shell. */
#ifndef MODELS_WORDS_H
#define MODELS_WORDS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

/*
 * Blanks separate; quotes and backslashes mean what they mean to sh (POSIX.1-2017, 2.2). Nothing is
 * expanded: '$', '*' and '~' stand for themselves. What only a shell can do ('|', '>', '&' ... outside
 * quotes) is an error, and so is a quote without its end.
 */
bool words_split(struct arena *arena, const char *text, struct dbw_list *words /* char * */,
                 struct error *error);

#endif
