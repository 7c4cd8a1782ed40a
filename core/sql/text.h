/*
 * Questions about a piece of SQL that need its tokens and nothing more: are two texts the same, is a
 * name in it, what is it with a name replaced.
 */
#ifndef SQL_TEXT_H
#define SQL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "dbwarden/plugin.h"

/* True if both are the same but for white space, comments, needless quotes of names, the case of
 * words outside quotes (and of names in quotes where the dialect's names have no case), and
 * parentheses around the whole. NULL equals NULL alone. */
bool sql_same(const struct dbw_traits *traits, const char *a, const char *b);

/* True if the name stands in it as an identifier, quoted or not, outside strings and comments. */
bool sql_mentions(const struct dbw_traits *traits, const char *sql, const char *name);

/* Appends every identifier in it, without quotes, keywords included: char * in the arena. Where there are
 * namespaces, one that has another and a dot before it has that here too, unless it is the default namespace's
 * name: what schema_find_parent() takes. */
void sql_names(struct arena *arena, const struct dbw_traits *traits, const char *sql,
               struct dbw_list *names);

/* The text with each identifier 'from' replaced by 'to' (quoted like the one it replaces, or in the
 * dialect's first quotes where a bare word will not do). Strings and comments stay. */
char *sql_rename(struct arena *arena, const struct dbw_traits *traits, const char *sql,
                 const char *from, const char *to);

/* Rewrites an expression or a type to its tokens with single spaces where SQL needs or likes them,
 * comments removed: 'a>0 /x/' -> 'a > 0'. Text in quotes is untouched. */
char *sql_tidy(struct arena *arena, const struct dbw_traits *traits, const char *sql,
               size_t length);

/* True if a and b are one name in this dialect. Both without quotes. */
bool sql_names_equal(const struct dbw_traits *traits, const char *a, const char *b);
/* True if the word is reserved and needs quotes to be a name. */
bool sql_is_reserved(const struct dbw_traits *traits, const char *word, size_t length);

#endif
