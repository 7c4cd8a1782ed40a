/*
 * What the fuzz targets share. A target is a program of its own, fuzz_NAME.c, that libFuzzer calls with one input
 * after the other; tests/fuzz/corpus/NAME holds the inputs that it begins with. Beside "no crash, no leak, no
 * undefined behaviour" each checks what must hold of every input, with 'must'.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "plugin/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* An input of a target that reads SQL: its first byte says in which dialect, 'p' PostgreSQL, 'm' MySQL, anything
 * else SQLite; the rest is the text. */
struct fuzz_sql {
	const struct dialect *dialect;
	const struct dbw_traits *traits;
	char *
	    text; /* a copy that ends where the allocation does, but for a NUL that is not counted */
	size_t length;
};

/* False for an empty input. */
bool fuzz_sql_open(struct fuzz_sql *sql, const uint8_t *bytes, size_t size);
void fuzz_sql_close(struct fuzz_sql *sql);

/* The input as a string in memory of its own. */
char *fuzz_text(const uint8_t *bytes, size_t size);

/* Ends the process with the message, so that the input is kept. */
_Noreturn void fuzz_broken(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define must(condition, ...)                                                                       \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fuzz_broken(__FILE__, __LINE__, __VA_ARGS__);                              \
	} while (0)

#endif
