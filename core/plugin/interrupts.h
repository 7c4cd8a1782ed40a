/*
 * SIGINT, SIGTERM and SIGHUP, in the core's own words: which call they cancel. See session.h for the
 * rest.
 */
#ifndef PLUGIN_INTERRUPTS_H
#define PLUGIN_INTERRUPTS_H

#include "plugin/dialect.h"

/* Between these two, a signal cancels what the connection is doing. */
void interrupts_enter(const struct dialect *dialect, struct dbw_connection *connection);
void interrupts_leave(void);

#endif
