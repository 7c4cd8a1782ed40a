/*
 * The migration lock: one process at a time changes a database. Asked for without waiting, again and
 * again until lock_timeout, so that a waiting process never stands in the way of the holder.
 */
#ifndef ENGINE_LOCK_H
#define ENGINE_LOCK_H

#include <stdbool.h>

#include "base/error.h"
#include "config/config.h"
#include "plugin/session.h"

/* Called once when waiting begins, with who holds the lock ("alice@db1 (process 4711, 'migrate',
 * since ...)"). */
typedef void lock_wait_function(void *context, const char *holder);

/* 'command' is what others read about us. ERROR_LOCKED when lock_timeout has passed. */
bool lock_acquire(struct session *session, const struct entry *entry, const char *command,
                  lock_wait_function *waiting, void *context, struct error *error);
/* Still ours? A lost lock is an error, and nothing more may be executed. */
bool lock_verify(struct session *session, struct error *error);
void lock_release(struct session *session);

/* One line about a holder. */
char *lock_describe(struct arena *arena, const struct dbw_lock_holder *holder);

#endif
