/* Built for a version of the contract that is not ours. */
#include <dbwarden/plugin.h>

static const struct dbw_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_version = (DBW_ABI_MAJOR + 1) << 16,
    .name = "other_major",
};

DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host);

const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host)
{
	(void)host;
	return &plugin;
}
