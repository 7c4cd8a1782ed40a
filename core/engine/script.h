/*
 * One section of a migration, made ready to run: every statement classified, and refused before
 * anything runs if it cannot work where it stands.
 *
 *    before   session settings at the head of the section; outside the transaction
 *    body     the statements; in one transaction, unless the file or a statement says otherwise
 *    after    session settings at the end
 *
 * Where all of the body is in one transaction, its record commits with it. Else the body is cut into
 * steps (a run of transactional statements, or of such that each commit by themselves) and the journal
 * is kept in step: a transactional step commits together with its journal entry; a lone statement is
 * entered before and after.
 */
#ifndef ENGINE_SCRIPT_H
#define ENGINE_SCRIPT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "engine/records.h"
#include "migrations/migration.h"
#include "plugin/session.h"

struct script {
	const char *file;       /* path for errors */
	struct dbw_list before; /* const struct sql_statement */
	struct dbw_list body;
	struct dbw_list after;
	bool journalled; /* some of the body runs outside a transaction */
	bool *alone;     /* for each of the body: outside any transaction */
};

/* 'file' is the path to name in errors. */
bool script_prepare(struct script *script, struct arena *arena, const struct dialect *dialect,
                    const char *file, const struct migration *migration,
                    const struct section *section, struct error *error);

/* Writes the statement that records the run; called once, when the body has run, with its duration.
 */
typedef void script_record_function(void *context, long long duration_ms, struct dbw_buffer *sql);

struct script_run {
	struct session *session;
	const struct script *script;
	/* Both NULL: nothing is recorded (a scratch database). 'journal' describes the run and begins
	 * with what a broken-off run has done. */
	script_record_function *record;
	void *context;
	struct journal *journal;
	bool resumed;          /* the journal's row is there already */
	long long duration_ms; /* out */
};

/* After a failure the transaction is undone; the error has the statement's place. */
bool script_run(struct script_run *run, struct error *error);

#endif
