/*
 * A statement that ran outside a transaction, and whose end nobody saw: did it take effect?
 */
#ifndef ENGINE_REPAIR_H
#define ENGINE_REPAIR_H

#include <stdbool.h>

#include "base/error.h"
#include "config/config.h"
#include "engine/state.h"
#include "plugin/session.h"

enum repair {
	/* Find out: the live schema is compared with what a scratch database has before and after the
	 * statement. Where that does not tell, an error says so. */
	REPAIR_LOOK,
	REPAIR_DONE,
	REPAIR_RETRY,
};

/* *settled receives what was settled, from the state's arena. */
bool repair_run(struct state *state, struct session *session, const struct config *config,
                const struct entry *entry, enum repair how, const char **settled,
                struct error *error);

#endif
