/*
 * Memory that is given back all at once. What lives as long as a command (a schema, its models, the
 * operations between two of them) comes from one arena, so there are few frees and no leaks.
 *
 * Running out of memory ends the process with a message, here and nowhere else; no function of these
 * returns NULL. Sizes are checked for overflow here too.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "dbwarden/plugin.h"

struct arena {
	struct arena_block *block;
};

/* An arena begins zeroed: struct arena arena = {0}. */
void arena_release(struct arena *arena);

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

char *arena_copy(struct arena *arena, const char *bytes, size_t length);
/* NULL stays NULL. */
char *arena_string(struct arena *arena, const char *string);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Appends to a list whose items live in the arena. */
void list_append(struct arena *arena, struct dbw_list *list, void *item);
/* Takes item i out, keeping the order of the rest. */
void list_remove(struct dbw_list *list, size_t i);
void list_insert(struct arena *arena, struct dbw_list *list, size_t i, void *item);

/* malloc and friends that do not return NULL. 'count * size' is checked. */
void *memory_alloc(size_t size);
void *memory_resize(void *memory, size_t count, size_t size);
char *memory_string(const char *string);

#endif
