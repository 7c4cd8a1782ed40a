/*
 * ${VAR} and ${VAR:-default} from the environment. '$$' is a dollar sign, and a '$' before anything
 * else stands for itself, so that most passwords need no thought. As in the shell, ':-' takes the
 * default for a variable that is empty, too. Nothing is replaced twice. '${KEPT}' is left as it is, for
 * a value in which that name means something else.
 */
#ifndef CONFIG_INTERPOLATE_H
#define CONFIG_INTERPOLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct interpolation {
	const char *text; /* the result */
	bool environment; /* the environment had a say in it, or in the failure */
	size_t offset;    /* after a failure: where in the text that was given */
};

/* 'kept' may be NULL. */
bool interpolate(struct arena *arena, const char *text, const char *kept,
                 struct interpolation *result, struct error *error);

#endif
