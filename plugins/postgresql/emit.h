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

/* The sequence of a serial column keeps the name that the server would give it: 'table' and 'name' are what it and
 * its column were called. Nothing for other columns. */
void emit_rename_serial(const struct emitting *emitting, const char *table, const char *name,
                        const struct dbw_table *to_table, const struct dbw_column *to_column);
enum dbw_status emit_column(const struct emitting *emitting);
/* STORAGE and the like, where they differ; before may be NULL. */
void emit_column_options(const struct emitting *emitting, const struct dbw_column *before,
                         const struct dbw_column *after);
/* emit_sequence.c: serial stands for a type, and for a sequence of its own. */
const char *serial_plain_type(const char *type);
void serial_sequence_name(struct text *text, const struct dbw_table *table,
                          const struct dbw_column *column);
/* Whether that is the name of a sequence that a serial column of the schema stands for. */
bool serial_implies(const struct dbw_host *host, const struct dbw_schema *schema,
                    const char *namespace_name, const char *name, struct dbw_sequence *sequence);
/* Whether the schema has a declared sequence of the name that a serial column's would have. */
bool serial_is_declared(const struct dbw_host *host, const struct dbw_schema *schema,
                        const struct dbw_table *table, const struct dbw_column *column);
enum dbw_status emit_sequence(const struct emitting *emitting);
enum dbw_status emit_enum(const struct emitting *emitting);
/* emit_retype.c: a new type takes the place of the old, in all columns. */
enum dbw_status emit_replace_enum(const struct emitting *emitting, const struct dbw_enum *after);
void emit_replace_collation(const struct emitting *emitting, const struct dbw_object *after);
enum dbw_status emit_replace_type(const struct emitting *emitting, const struct dbw_object *before,
                                  const struct dbw_object *after);
/* emit.c: the unique index that the constraint can be made of, under the name that it has already; or NULL. */
const struct dbw_index *emit_index_for_key(const struct dbw_operation *operation,
                                           const struct dbw_constraint *constraint);
/* The column's value, made one of the other type. */
void emit_cast(struct text *text, const char *column, const char *from, const char *to);
/* emit_backfill.c */
void emit_backfill(const struct emitting *emitting);

#endif
