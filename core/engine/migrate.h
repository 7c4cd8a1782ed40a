/*
 * migrate and rollback: lock, read, verify, execute, record, unlock, always in that order.
 */
#ifndef ENGINE_MIGRATE_H
#define ENGINE_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/config.h"
#include "engine/lock.h"
#include "engine/state.h"
#include "plugin/session.h"

/* One migration that was, or with dry_run would be, executed. */
struct step {
	const struct migration *migration;
	enum action action;
	long long duration_ms;
	bool done;
};

/* Told of what happens, for progress. Any may be NULL. */
struct migrate_events {
	void *context;
	lock_wait_function *waiting;
	/* Before and after each migration; index from 0 of count. */
	void (*begin)(void *context, const struct step *step, size_t index, size_t count);
	void (*end)(void *context, const struct step *step, size_t index, size_t count);
};

struct migrate_options {
	const char
	    *to_version;     /* up to and including; NULL: all. rollback: down to, this one stays;
	                         * "0" is before the first */
	size_t count;        /* at most so many; 0: all (rollback: 1) */
	bool dry_run;        /* change nothing, not even the lock file */
	bool baseline;       /* record without executing */
	bool out_of_order;   /* allow pending versions below an applied one */
	bool resume;         /* go on after the point where the last run broke off */
	const char *command; /* what others read in the lock */
};

struct migrate_result {
	struct state state;    /* as it was found; steps point into it */
	struct dbw_list steps; /* struct step, in the state's arena */
	size_t left;           /* pending migrations beyond the options */
};

/* A failure in the middle leaves what was done in 'result'. */
bool migrate_run(struct migrate_result *result, struct session *session, const struct entry *entry,
                 const struct migrate_options *options, const struct migrate_events *events,
                 struct error *error);
bool rollback_run(struct migrate_result *result, struct session *session, const struct entry *entry,
                  const struct migrate_options *options, const struct migrate_events *events,
                  struct error *error);
void migrate_release(struct migrate_result *result);

#endif
