/* A shared object that is no plugin. */
#include <dbwarden/plugin.h>

DBW_EXPORT int something_else(void);

int something_else(void)
{
	return 1;
}
