/*
 * The table of functions that the host hands to plugins, and the pieces of core behind it.
 */
#ifndef PLUGIN_HOST_H
#define PLUGIN_HOST_H

#include "base/arena.h"
#include "dbwarden/plugin.h"

/* For the entry function: it outlives every plugin. */
const struct dbw_host *host_table(void);

/* A copy for the calls of one dialect, so that parse() and the like know its traits. */
void host_for_traits(struct dbw_host *host, const struct dbw_traits *traits);

/* Where host->statement() and host->comment() put things. */
struct dbw_emission {
	struct arena *arena;
	struct dbw_list first; /* struct emitted */
	struct dbw_list body;
	struct dbw_list last;
	const char *comment; /* for the next statement */
};

#endif
