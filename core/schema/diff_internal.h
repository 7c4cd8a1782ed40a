/*
 * What the files of the diff share.
 */
#ifndef SCHEMA_DIFF_INTERNAL_H
#define SCHEMA_DIFF_INTERNAL_H

#include "schema/compare.h"
#include "schema/diff.h"
#include "schema/schema.h"

/* The order in which operations run. The reverse is the order of the way back, so what is undone
 * there must be possible there: indexes are dropped before their table, and so made after it. */
enum phase {
	PHASE_DROP_TRIGGERS,
	PHASE_DROP_VIEWS,          /* and the routines that speak of tables or views */
	PHASE_DROP_VIRTUAL_TABLES, /* early and late: the name may pass from or to a table */
	PHASE_RENAME_TABLES,
	PHASE_RENAME_COLUMNS,
	PHASE_DETACH_TABLES, /* a child goes before, and comes after, what changes its parent */
	PHASE_DROP_FOREIGN_KEYS,
	PHASE_DROP_INDEXES,
	PHASE_DROP_CONSTRAINTS,
	PHASE_RENAME_CONSTRAINTS,
	PHASE_DROP_ROUTINES, /* those that are made anew and speak of no table */
	PHASE_CREATE_NAMESPACES,
	PHASE_CREATE_SEQUENCES,
	PHASE_CREATE_TYPES, /* and routines that tables may stand on; see diff_objects.c */
	PHASE_CREATE_TABLES,
	PHASE_ADD_COLUMNS,
	PHASE_DROP_GENERATED, /* columns that may be computed from one that gets another type */
	PHASE_ALTER_TABLES,
	PHASE_ADD_GENERATED,
	PHASE_DROP_COLUMNS,
	PHASE_CREATE_CONSTRAINTS,
	PHASE_CREATE_INDEXES,
	PHASE_CREATE_FOREIGN_KEYS,
	PHASE_ATTACH_TABLES,
	PHASE_DROP_TABLES,
	PHASE_CREATE_VIRTUAL_TABLES,
	PHASE_DROP_TYPES,
	PHASE_DROP_SEQUENCES,
	PHASE_DROP_NAMESPACES,
	PHASE_CREATE_VIEWS, /* and such routines */
	PHASE_CREATE_TRIGGERS,
};

/* An operation on its way into the list. */
struct draft {
	struct dbw_operation *operation;
	enum phase phase;
	size_t rank;                /* among those of the phase, where dependencies decide */
	const char *namespace_name; /* ties: by name */
	const char *table;
	const char *name;
	size_t number; /* then as they were found */
	bool back;     /* for the way back alone */
};

enum retyping { NOT_RETYPED, RETYPED_BACK, RETYPED };

struct diff_work {
	struct diff *diff;
	const struct schema *wanted; /* what diff.after is a copy of, columns in their own order */
	const struct dbw_host *host;
	const struct dbw_plugin *plugin;
	const struct dbw_traits *traits;
	struct dbw_list drafts; /* struct draft */
	struct schema *touched; /* tables (by name alone) that views may have to make way for */
	struct schema *rebuilt; /* tables that are rebuilt */
	struct schema *retyped; /* types (as tables, by name alone) that others replace */
	/* The same for the way back alone: a label that is added to an enum cannot be taken away again. */
	struct schema *retyped_back;
	struct schema *touched_back;
	struct dbw_list replaced_triggers; /* char *: names of triggers that make way */
	struct dbw_list dropped;           /* struct dbw_table of diff.before */
	struct dbw_list created;           /* struct dbw_table of diff.after */
	struct error *error;
};

/* Adds an operation. 'table' may be NULL. */
struct dbw_operation *work_add(struct diff_work *work, enum phase phase, enum dbw_verb verb,
                               enum dbw_element_kind element, const void *before, const void *after,
                               const struct dbw_table *table_before,
                               const struct dbw_table *table_after);

/* rename.c: applies requests and hints to diff.before and adds their operations. */
bool diff_rename(struct diff_work *work, const struct dbw_list *requests);
/* Constraints or indexes that differ in their names at most. */
bool same_but_for_name(const struct diff_work *work, enum dbw_element_kind kind, const void *a,
                       const void *b);
/* The same as work_add(), for the way back alone or not. */
void work_add_for(struct diff_work *work, enum retyping retyping, enum phase phase,
                  enum dbw_verb verb, enum dbw_element_kind element, const void *before,
                  const void *after, const struct dbw_table *table_before,
                  const struct dbw_table *table_after);

/* diff_types.c: types whose columns get another type of the same name, and what must make way for that. */
void diff_types(struct diff_work *work);
/* Whether the SQL names a routine that is dropped and created. */
bool routine_is_made_anew(const struct diff_work *work, const char *sql);
/* Whether routines differ in what cannot be changed while they exist. */
bool routine_heads_equal(struct diff_work *work, const struct dbw_object *old,
                         const struct dbw_object *new);
/* Whether the SQL, the type of a column perhaps, names such a type or routine. */
enum retyping type_retyping(const struct diff_work *work, const char *sql);
/* Whether a constraint or index that stays must make way: for a column of such a type in an expression, or for
 * a generated column that is dropped and added. */
enum retyping type_disturbs(const struct diff_work *work, const struct dbw_table *before,
                            const struct dbw_table *after, enum dbw_element_kind kind,
                            const void *element);
/* Whether a column gets a type of another name. */
bool type_changes(const struct diff_work *work, const struct dbw_table *before,
                  const struct dbw_table *after);
/* The column as the replacement of its type leaves it: with the default that shall be. */
const struct dbw_column *type_column(struct diff_work *work, const struct dbw_column *before,
                                     const struct dbw_column *after);
enum retyping type_touches(const struct diff_work *work, const struct dbw_table *table);
/* inherit.c: tables that have columns from others. */
bool inherit_is_child(const struct schema *schema, const struct dbw_table *table,
                      const struct dbw_table *parent);
/* True if a parent has a column of that name. */
bool inherit_has_column(const struct schema *schema, const struct dbw_table *table,
                        const char *column);
/* Whether a table of both sides has parents that it has not on the other. */
bool inherit_differs(const struct schema *schema, const struct dbw_table *table,
                     const struct schema *other, const struct dbw_table *twin);
/* Whether what the child has now, or shall have, is the same thing that it has from a parent on the other side:
 * a constraint or index that a detached table keeps, or that an attached one brings. */
bool inherit_has_equal(const struct diff_work *work, enum dbw_element_kind kind,
                       const void *element, const struct schema *schema,
                       const struct dbw_table *child, const struct schema *other,
                       const struct dbw_table *twin);
/* How many tables stand above this one. */
size_t inherit_depth(const struct schema *schema, const struct dbw_table *table);
/* The column of the table 'before' as the operations on its parents leave it, NULL if they leave none:
 * what is different in 'after' takes operations of its own. */
const struct dbw_column *inherit_column(struct diff_work *work, const struct dbw_table *before,
                                        const struct dbw_table *after, const char *name);
/* guess.c: what looks like a rename. */
void diff_guess(struct diff_work *work);
/* A domain, composite or range type. */
bool object_is_routine(const struct dbw_object *object);
bool object_is_type(const struct dbw_object *object);
/* diff_objects.c: views, triggers, routines, after the tables are compared. */
void diff_objects(struct diff_work *work);
/* diff_keys.c: foreign keys that must make way for other changes. */
void diff_foreign_keys(struct diff_work *work);
/* order.c: sorts the drafts into diff.operations. */
void diff_order(struct diff_work *work);

#endif
