/* Paths as people write them in a configuration. */
#ifndef CONFIG_PATHS_H
#define CONFIG_PATHS_H

#include "base/arena.h"

/* The path, seen from an absolute directory, without './' and doubled or final slashes. '..' stays:
 * behind a symbolic link it means something that only the system knows. */
char *path_absolute(struct arena *arena, const char *directory, const char *path);

/* The path with the user's home folder in place of a leading '~' or '~/'; NULL if it begins so and
 * HOME is not set. */
char *path_expand_home(struct arena *arena, const char *path);

#endif
