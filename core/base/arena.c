#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks double in size up to a limit, so that a small command stays small and a large one makes few
 * calls. The newest block is the head; only it has room. */
struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	alignas(max_align_t) char bytes[];
};

enum { BLOCK_FIRST = 16 * 1024, BLOCK_LIMIT = 1024 * 1024 };

_Noreturn static void out_of_memory(void)
{
	static const char message[] = "dbwarden: out of memory\n";

	fwrite(message, 1, sizeof message - 1, stderr);
	abort();
}

void *memory_alloc(size_t size)
{
	void *memory = malloc(size ? size : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

void *memory_resize(void *memory, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		out_of_memory();
	memory = realloc(memory, count && size ? count * size : 1);
	if (!memory)
		out_of_memory();
	return memory;
}

char *memory_string(const char *string)
{
	size_t size = strlen(string) + 1;

	return memcpy(memory_alloc(size), string, size);
}

static struct arena_block *block_new(struct arena *arena, size_t size)
{
	size_t wanted = arena->block ? arena->block->size * 2 : BLOCK_FIRST;
	struct arena_block *block;

	if (wanted > BLOCK_LIMIT)
		wanted = BLOCK_LIMIT;
	if (wanted < size)
		wanted = size;
	if (wanted > SIZE_MAX - sizeof *block)
		out_of_memory();
	block = memory_alloc(sizeof *block + wanted);
	block->used = 0;
	block->size = wanted;
	block->next = arena->block;
	arena->block = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *block = arena->block;
	void *memory;

	if (size > SIZE_MAX - align)
		out_of_memory();
	size = (size + align - 1) / align * align;
	if (!block || block->size - block->used < size)
		block = block_new(arena, size);
	memory = block->bytes + block->used;
	block->used += size;
	return memset(memory, 0, size);
}

void arena_release(struct arena *arena)
{
	while (arena->block) {
		struct arena_block *next = arena->block->next;

		free(arena->block);
		arena->block = next;
	}
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length)
{
	char *copy;

	if (length == SIZE_MAX)
		out_of_memory();
	copy = arena_alloc(arena, length + 1);
	if (length)
		memcpy(copy, bytes, length);
	return copy;
}

char *arena_string(struct arena *arena, const char *string)
{
	return string ? arena_copy(arena, string, strlen(string)) : NULL;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
	va_list again;
	char *text;
	int length;

	assert(format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		out_of_memory();
	text = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = arena_vprintf(arena, format, arguments);
	va_end(arguments);
	return text;
}

void list_append(struct arena *arena, struct dbw_list *list, void *item)
{
	list_insert(arena, list, list->count, item);
}

void list_insert(struct arena *arena, struct dbw_list *list, size_t i, void *item)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 4;
		void **items;

		if (capacity > SIZE_MAX / sizeof *items)
			out_of_memory();
		items = arena_alloc(arena, capacity * sizeof *items);
		if (list->count)
			memcpy(items, list->items, list->count * sizeof *items);
		list->items = items;
		list->capacity = capacity;
	}
	memmove(list->items + i + 1, list->items + i, (list->count - i) * sizeof *list->items);
	list->items[i] = item;
	list->count++;
}

void list_remove(struct dbw_list *list, size_t i)
{
	list->count--;
	memmove(list->items + i, list->items + i + 1, (list->count - i) * sizeof *list->items);
}
