/*
 * What the files of emit() share.
 */
#ifndef POSTGRESQL_EMIT_H
#define POSTGRESQL_EMIT_H

#include "ddl.h"

struct emitting {
	const struct dbw_host *host;
	const struct dbw_operation *operation;
	struct dbw_emission *emission;
	struct dbw_error *error;
};

/* Gives the text out as one statement and ends it. */
void emit_statement(const struct emitting *emitting, struct text *text, unsigned flags);
/* COMMENT ON "WHAT" IS ..., where the two comments differ; before may be NULL. */
void emit_comment(const struct emitting *emitting, const char *what, const char *before,
                  const char *after);
/* ALTER TABLE t, to go on from. */
struct text emit_alter_table(const struct emitting *emitting, const struct dbw_table *table);
/* DBW_UNSUPPORTED, with why. */
enum dbw_status emit_refuse(const struct emitting *emitting, const char *why);

/* The sequence of a serial column keeps the name that the server would give it; nothing for other columns. */
void emit_rename_serial(const struct emitting *emitting, const struct dbw_table *table,
                        const struct dbw_column *column, const struct dbw_table *to_table,
                        const struct dbw_column *to_column);
enum dbw_status emit_column(const struct emitting *emitting);
enum dbw_status emit_sequence(const struct emitting *emitting);
enum dbw_status emit_enum(const struct emitting *emitting);
/* emit_retype.c: a new type takes the place of the old, in all columns. */
enum dbw_status emit_replace_enum(const struct emitting *emitting, const struct dbw_enum *after);
enum dbw_status emit_replace_type(const struct emitting *emitting, const struct dbw_object *before,
                                  const struct dbw_object *after);

#endif
