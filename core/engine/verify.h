/*
 * Proving the migrations that are there: each runs up, down and up again in a scratch database, and what
 * it leads to is compared with what it came from. For files that people wrote or edited, where nothing else
 * looks at the way back before the day it is needed.
 *
 * One faulty rollback does not stop it: the scratch database is made anew, up to where it should stand. An
 * upgrade that cannot run does, as nothing after it can be told good from bad.
 */
#ifndef ENGINE_VERIFY_H
#define ENGINE_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/config.h"
#include "migrations/migration.h"
#include "plugin/dialect.h"

enum verify_result {
	VERIFY_NOT_REACHED,  /* an upgrade before it cannot run */
	VERIFY_PROVED,       /* up, down, up again; a repeatable: run twice */
	VERIFY_IRREVERSIBLE, /* runs up, and says itself that there is no way back */
	VERIFY_REPLAYED,     /* before 'since': runs up */
	VERIFY_FAULTY,
};

enum verify_fault {
	VERIFY_NO_FAULT,
	VERIFY_UPGRADE_FAILS,
	VERIFY_NO_ROLLBACK, /* and it does not say that it is irreversible */
	VERIFY_ROLLBACK_FAILS,
	VERIFY_ROLLBACK_DIFFERS, /* the schema is not what it was before */
	VERIFY_AGAIN_FAILS,      /* what ran once does not run after its rollback */
	VERIFY_AGAIN_DIFFERS,
};

/* What became of one migration. */
struct verified {
	const struct migration *migration;
	enum verify_result result;
	enum verify_fault fault;
	/* Of the fault: where and why; of one that differs, the detail has a line for each difference. */
	struct error error;
	long long duration_ms;
};

struct verification {
	struct migration_directory directory;
	/* struct verified: the versioned migrations in their order, then the repeatable ones. */
	struct dbw_list verified;
	const char *since; /* as the file has it; NULL: all are proved */
	size_t counts[VERIFY_FAULTY + 1];
	bool stopped; /* some upgrade cannot run */
};

/* Told of what happens, for progress. Any may be NULL. */
struct verify_events {
	void *context;
	void (*begin)(void *context, const struct verified *verified, size_t index, size_t count);
	void (*end)(void *context, const struct verified *verified, size_t index, size_t count);
};

/* 'since' is the first version to prove, those before it are only run; NULL: all. A version that is not
 * there is an ERROR_USAGE. What is wrong with migrations is in 'verification'; false is returned, with the
 * error, where they could not be looked at: no scratch database, a lost connection, an interrupt. */
bool verify_run(struct verification *verification, const char *since, const struct dialect *dialect,
                const struct config *config, const struct entry *entry,
                const struct verify_events *events, struct error *error);
void verify_release(struct verification *verification);

/* "proved", ... and "rollback fails", ...: for people and programs. */
const char *verify_result_name(enum verify_result result);
const char *verify_fault_name(enum verify_fault fault);

#endif
