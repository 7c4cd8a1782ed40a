/* Finds every host too old. */
#include <dbwarden/plugin.h>

DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host);

const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host)
{
	(void)host;
	return 0;
}
