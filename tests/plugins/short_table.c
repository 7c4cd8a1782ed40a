/* A table that says it ends before the parts that every plugin must have; what lies behind its end is
 * not to be read. */
#include <dbwarden/plugin.h>

static const struct {
	size_t struct_size;
	uint32_t abi_version;
	const char *name;
} plugin = {sizeof plugin, DBW_ABI_VERSION, "short_table"};

DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host);

const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host)
{
	(void)host;
	return (const struct dbw_plugin *)(const void *)&plugin;
}
