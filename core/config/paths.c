#include "config/paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

char *path_absolute(struct arena *arena, const char *directory, const char *path)
{
	char *joined = path_join(arena, directory, path);
	char *to = joined;

	for (const char *from = joined; *from;) {
		size_t length = strcspn(from, "/");

		if (length > 0 && !(length == 1 && *from == '.')) {
			/* 'to' never overtakes 'from': each name had a slash before it. */
			*to++ = '/';
			memmove(to, from, length);
			to += length;
		}
		from += length;
		from += strspn(from, "/");
	}
	if (to == joined)
		*to++ = '/';
	*to = '\0';
	return joined;
}

char *path_expand_home(struct arena *arena, const char *path)
{
	const char *home = getenv("HOME");

	if (path[0] != '~' || (path[1] != '/' && path[1] != '\0'))
		return arena_string(arena, path);
	if (!home || !*home)
		return NULL;
	return path_join(arena, home, path[1] ? path + 1 + strspn(path + 1, "/") : "");
}
