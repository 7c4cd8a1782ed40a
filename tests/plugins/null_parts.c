/* A table of the right size with nothing in it but a name. */
#include <dbwarden/plugin.h>

static const struct dbw_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_version = DBW_ABI_VERSION,
    .name = "null_parts",
};

DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host);

const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host)
{
	(void)host;
	return &plugin;
}
