/*
 * dbwarden's own tables: dbwarden_migrations, one row for each thing that was done (an upgrade, a
 * rollback, a baseline), never changed afterwards; dbwarden_journal, at most one row: how far a
 * migration has come that does not run in one transaction.
 *
 * Both are made through the plugin's emit(), from types that every SQL server has, and times are text
 * in ISO 8601 (UTC), so a vendor's dialect gets them for free.
 */
#ifndef ENGINE_RECORDS_H
#define ENGINE_RECORDS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "plugin/session.h"

/* What a record says was done. Stored as the words of action_name(). */
enum action { ACTION_UPGRADE, ACTION_ROLLBACK, ACTION_BASELINE };
const char *action_name(enum action action);

struct record {
	long long id;        /* 1, 2, 3 ... in order of execution */
	const char *version; /* as in the file name; "RA__name", "ROC__name" for repeatables */
	const char *description;
	const char *file;
	const char *kind; /* "versioned", "always", "on-change" */
	enum action action;
	const char *checksum;   /* of the file as it was executed */
	const char *applied_at; /* "2026-01-31T08:15:00Z" */
	long long duration_ms;
	const char *applied_by; /* user@host */
	const char *tool_version;
};

struct records {
	struct arena arena;
	struct dbw_list all; /* struct record, by id */
};

/* The journal's row. */
struct journal {
	const char *version;
	const char *file;
	enum action action;
	const char *checksum;
	size_t done;   /* statements of the section that are known to have been executed */
	bool in_doubt; /* statement 'done' (from 0) was begun, and nobody saw it end */
	const char *since;
};

/* Reads what is there; where the tables do not exist, nothing. *journal is NULL if no migration is
 * half done; it lives in the records' arena. */
bool records_read(struct records *records, struct session *session, struct journal **journal,
                  struct error *error);
void records_release(struct records *records);

/* Makes the tables if they are not there. */
bool records_prepare(struct session *session, struct error *error);

/* The INSERT of a record. */
void record_insert_sql(const struct dialect *dialect, const struct record *record,
                       struct dbw_buffer *sql);

/* The statements that keep the journal. */
void journal_insert_sql(const struct dialect *dialect, const struct journal *journal,
                        struct dbw_buffer *sql);
void journal_update_sql(const struct dialect *dialect, const struct journal *journal,
                        struct dbw_buffer *sql);
void journal_delete_sql(const struct dialect *dialect, struct dbw_buffer *sql);

/* Now, as records store it. */
char *time_text(struct arena *arena);
/* user@host of this process. */
char *whoami_text(struct arena *arena);

#endif
