/*
 * dbwarden/plugin.h: the whole contract between dbwarden and a dialect plugin.
 *
 * A dialect is one shared object, 'dbwarden-NAME.so', that exports one symbol, DBW_ENTRY_SYMBOL.
 * dbwarden opens it with RTLD_NOW | RTLD_LOCAL and never unloads it, calls the entry point once with the table of
 * functions that the host offers, and reads the table of functions that the plugin returns. A plugin
 * resolves no symbol of the executable and is built from this header, its client library and libc.
 *
 * The rules that hold everywhere:
 *
 *  - Versions. Both tables begin with struct_size and abi_version. A side reads no field beyond the
 *    size that the other side declares. Fields are only ever added, at the end. The major version
 *    must be equal; each field added later says 'since 1.N' in its comment.
 *  - Memory. Elements of a schema (tables, columns, ...) are allocated by the host alone, with
 *    host->add(), and live as long as their schema. Strings in them come from host->text(). Nothing
 *    in a schema is freed by itself. A handle (struct dbw_connection) belongs to the plugin, which
 *    defines the structure as it likes and frees it in disconnect().
 *  - Strings are UTF-8 and end in a NUL; a length beside one does not count the NUL.
 *  - Errors. A function that can fail returns an enum dbw_status and, unless it is DBW_OK, fills the
 *    struct dbw_error that it was handed. The host clears that structure before each call.
 *  - Threads. The host calls one connection from one thread at a time; cancel() alone may come from
 *    another thread while a call on that connection is running. A plugin keeps no global mutable
 *    state. It never prints, never exits, never changes signal handlers, locale or environment.
 */
#ifndef DBWARDEN_PLUGIN_H
#define DBWARDEN_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DBW_ABI_MAJOR 1u
#define DBW_ABI_MINOR 0u
/* The version that this header describes, for the abi_version field of either table. */
#define DBW_ABI_VERSION ((DBW_ABI_MAJOR << 16) | DBW_ABI_MINOR)

/* The one symbol that a plugin exports. */
#define DBW_ENTRY_SYMBOL "dbwarden_plugin"
/* Put before the definition of the entry point; everything else is built with
 * -fvisibility=hidden. */
#define DBW_EXPORT __attribute__((visibility("default")))

/* What a call came to. */
enum dbw_status {
	DBW_OK = 0,
	DBW_FAILED = 1,      /* the server or the plugin refused; the error says why */
	DBW_BUSY = 2,        /* somebody else holds what was asked for; asking again may help */
	DBW_LOST = 3,        /* the connection is gone, and with it its transaction and its lock */
	DBW_CANCELLED = 4,   /* ended by cancel() */
	DBW_UNSUPPORTED = 5, /* this plugin or this server cannot do it; the error names what */
};

/* 'Not known', for the size_t fields of struct dbw_error. */
#define DBW_UNKNOWN ((size_t)-1)

/*
 * What went wrong, in the server's own words. Filled by the plugin; every string is cut to fit and
 * ends in a NUL. Never contains a password.
 */
struct dbw_error {
	size_t struct_size;  /* set by the host: sizeof as the host knows it */
	int64_t vendor_code; /* the server's or client library's own number, 0: none */
	char sqlstate[6];    /* five characters of SQLSTATE, or "" */
	size_t statement;    /* index in the batch given to execute(), or DBW_UNKNOWN */
	size_t offset;       /* offset in bytes in that statement, or DBW_UNKNOWN */
	char message[1024];  /* one line: what the server said */
	char detail[1024];   /* more of it, or "" */
	char hint[512];      /* what the user can do, or "" */
};

/* ------------------------------------------------------------------------------------------------
 * The schema: what models declare, what a database holds, what migrations lead to
 * --------------------------------------------------------------------------------------------- */

/*
 * A growing array of pointers to elements, or of strings (char *). Read items[0 .. count-1]; append
 * through host->add() and host->add_text() alone. Elements can be taken out by moving the following
 * pointers down and lowering count.
 */
struct dbw_list {
	void **items;
	size_t count;
	size_t capacity; /* the host's */
};

/* The kinds of element that host->add() makes. The comment names the structure of each. */
enum dbw_element_kind {
	DBW_NAMESPACE = 1,  /* struct dbw_namespace */
	DBW_TABLE = 2,      /* struct dbw_table */
	DBW_COLUMN = 3,     /* struct dbw_column */
	DBW_CONSTRAINT = 4, /* struct dbw_constraint */
	DBW_INDEX = 5,      /* struct dbw_index */
	DBW_KEY_PART = 6,   /* struct dbw_key_part */
	DBW_SEQUENCE = 7,   /* struct dbw_sequence */
	DBW_ENUM = 8,       /* struct dbw_enum */
	DBW_OBJECT = 9,     /* struct dbw_object */
	DBW_OPTION = 10,    /* struct dbw_option */
};

/* Where an element was declared; file is NULL for what came from a server. Lines and columns count
 * from 1, columns in bytes. */
struct dbw_source {
	const char *file;
	size_t line;
	size_t column;
};

/* A property that only some dialects know, by its own name: ENGINE=InnoDB, WITHOUT ROWID. */
struct dbw_option {
	const char *name;  /* upper case, words separated by one space */
	const char *value; /* as written; "" for a bare word */
};

/* A namespace inside a database: what PostgreSQL calls a schema. */
struct dbw_namespace {
	const char *name;
	const char *comment; /* or NULL */
	struct dbw_source source;
};

/* Where NULLs sort in an index. */
enum dbw_nulls { DBW_NULLS_DEFAULT = 0, DBW_NULLS_FIRST = 1, DBW_NULLS_LAST = 2 };

/* One column or expression of an index or of a key constraint. */
struct dbw_key_part {
	const char *column;         /* name of a column, or NULL for an expression */
	const char *expression;     /* text without outer parentheses, or NULL */
	const char *collation;      /* or NULL for the column's own */
	const char *operator_class; /* PostgreSQL, with its parameters; or NULL */
	const char *operator_with;  /* the operator of an EXCLUDE element; or NULL */
	bool descending;
	enum dbw_nulls nulls;
	uint64_t prefix_length; /* MySQL: leading characters that are indexed, 0 for all */
};

enum dbw_generated { DBW_NOT_GENERATED = 0, DBW_GENERATED_VIRTUAL = 1, DBW_GENERATED_STORED = 2 };
enum dbw_identity { DBW_NO_IDENTITY = 0, DBW_IDENTITY_ALWAYS = 1, DBW_IDENTITY_BY_DEFAULT = 2 };

struct dbw_column {
	const char *name;
	const char *type; /* as the dialect writes it, modifiers included; "" for none */
	bool not_null;
	bool auto_increment;       /* AUTOINCREMENT, AUTO_INCREMENT */
	bool invisible;            /* MySQL */
	const char *default_value; /* expression without outer parentheses, or NULL for none */
	const char *on_update;     /* MySQL: ON UPDATE expression, or NULL */
	const char *collation;     /* or NULL */
	const char *charset;       /* MySQL: CHARACTER SET, or NULL */
	enum dbw_generated generated;
	const char *generated_expression; /* without outer parentheses; NULL if not generated */
	enum dbw_identity identity;
	const char *identity_options; /* what stands in (...) after IDENTITY, or NULL */
	struct dbw_list options;      /* struct dbw_option */
	const char *comment;          /* or NULL */
	const char *renamed_from;     /* hint '-- dbwarden: renamed-from NAME', or NULL */
	struct dbw_source source;
};

enum dbw_constraint_kind {
	DBW_PRIMARY_KEY = 1,
	DBW_UNIQUE = 2,
	DBW_FOREIGN_KEY = 3,
	DBW_CHECK = 4,
	DBW_EXCLUDE = 5,
};

/* ON DELETE, ON UPDATE. */
enum dbw_action {
	DBW_NO_ACTION = 0,
	DBW_RESTRICT = 1,
	DBW_CASCADE = 2,
	DBW_SET_NULL = 3,
	DBW_SET_DEFAULT = 4,
};

enum dbw_deferrable {
	DBW_NOT_DEFERRABLE = 0,
	DBW_INITIALLY_IMMEDIATE = 1, /* DEFERRABLE [INITIALLY IMMEDIATE] */
	DBW_INITIALLY_DEFERRED = 2,  /* DEFERRABLE INITIALLY DEFERRED */
};

struct dbw_constraint {
	enum dbw_constraint_kind kind;
	const char *name;            /* NULL where neither the user nor the server gave one */
	struct dbw_list parts;       /* struct dbw_key_part: own columns; empty for CHECK */
	const char *expression;      /* CHECK: the condition; EXCLUDE: the WHERE; or NULL */
	struct dbw_list include;     /* char *: columns of INCLUDE (...) */
	const char *method;          /* EXCLUDE USING, key USING; or NULL */
	const char *ref_namespace;   /* FOREIGN KEY: where the referenced table is, or NULL */
	const char *ref_table;       /* FOREIGN KEY: the referenced table */
	struct dbw_list ref_columns; /* char *: empty where the primary key is meant and unknown */
	enum dbw_action on_delete;
	struct dbw_list on_delete_columns; /* char *: SET NULL (a, b), PostgreSQL 15 */
	enum dbw_action on_update;
	const char *match; /* FULL, PARTIAL; NULL for SIMPLE */
	enum dbw_deferrable deferrable;
	bool nulls_not_distinct;
	bool no_inherit;
	bool not_valid;           /* PostgreSQL: NOT VALID */
	bool not_enforced;        /* MySQL: NOT ENFORCED */
	struct dbw_list options;  /* struct dbw_option: 'ON CONFLICT' = 'IGNORE', WITH (...) */
	const char *comment;      /* or NULL */
	const char *renamed_from; /* hint, or NULL */
	struct dbw_source source;
};

/* An index that was created as such. The one behind a key constraint is not listed. */
struct dbw_index {
	const char *name;
	bool unique;
	const char *method;      /* btree, gin, FULLTEXT ...; NULL for the dialect's default */
	struct dbw_list parts;   /* struct dbw_key_part */
	struct dbw_list include; /* char *: covering columns */
	const char *predicate;   /* WHERE, or NULL */
	bool nulls_not_distinct;
	bool invisible;           /* MySQL */
	struct dbw_list options;  /* struct dbw_option */
	const char *comment;      /* or NULL */
	const char *renamed_from; /* hint, or NULL */
	struct dbw_source source;
};

struct dbw_table {
	const char *namespace_name; /* NULL for the connection's own */
	const char *name;
	struct dbw_list columns;     /* struct dbw_column, in the order of the table */
	struct dbw_list constraints; /* struct dbw_constraint */
	struct dbw_list indexes;     /* struct dbw_index */
	struct dbw_list options;     /* struct dbw_option */
	struct dbw_list inherits;    /* char *: parents, PostgreSQL; see partition_of */
	const char *partition_by;    /* text after PARTITION BY, or NULL */
	const char *partition_of; /* the partitioned table, with its namespace and a dot before it
	                              * unless that is the default one; or NULL */
	const char *partition_bound; /* FOR VALUES ..., DEFAULT; or NULL */
	const char *comment;         /* or NULL */
	const char *renamed_from;    /* hint, or NULL */
	struct dbw_source source;
};

struct dbw_sequence {
	const char *namespace_name; /* or NULL */
	const char *name;
	const char *type;  /* or NULL for the dialect's default */
	const char *start; /* numbers as text; NULL for the default */
	const char *increment;
	const char *minimum;
	const char *maximum;
	const char *cache;
	bool cycle;
	const char *owned_by_table; /* or NULL */
	const char *owned_by_column;
	const char *comment; /* or NULL */
	struct dbw_source source;
};

struct dbw_enum {
	const char *namespace_name; /* or NULL */
	const char *name;
	struct dbw_list labels; /* char *, unquoted, in their order */
	const char *comment;    /* or NULL */
	struct dbw_source source;
};

/* What is kept by its text and not taken apart. */
enum dbw_object_kind {
	DBW_VIEW = 1,
	DBW_MATERIALIZED_VIEW = 2,
	DBW_TRIGGER = 3,
	DBW_FUNCTION = 4,
	DBW_PROCEDURE = 5,
	DBW_AGGREGATE = 6,
	DBW_EVENT = 7,
	DBW_POLICY = 8,
	DBW_RULE = 9,
	DBW_DOMAIN = 10,
	DBW_COMPOSITE_TYPE = 11,
	DBW_RANGE_TYPE = 12,
	DBW_EXTENSION = 13,
	DBW_VIRTUAL_TABLE = 14,
	DBW_GRANT = 15,
	DBW_OTHER = 16,
	DBW_STATISTICS = 17,
	DBW_COLLATION = 18,
	DBW_EVENT_TRIGGER = 19,
};

struct dbw_object {
	enum dbw_object_kind kind;
	const char *namespace_name; /* or NULL */
	const char *name;
	const char *signature; /* argument types of a routine, without parentheses; or NULL */
	const char *table;     /* the table or view that a trigger, rule or policy is on; or NULL */
	const char *text;      /* the whole CREATE statement, without the final semicolon */
	const char *comment;   /* or NULL */
	struct dbw_source source;
	struct dbw_list
	    column_comments; /* struct dbw_option: of a view, its columns and their comments */
};

/* A schema. Lists are in no order that means anything, but for the columns of a table, the parts of
 * a key and the labels of an enum. */
struct dbw_schema {
	struct dbw_list namespaces; /* struct dbw_namespace */
	struct dbw_list tables;     /* struct dbw_table */
	struct dbw_list sequences;  /* struct dbw_sequence */
	struct dbw_list enums;      /* struct dbw_enum */
	struct dbw_list objects;    /* struct dbw_object */
};

/* ------------------------------------------------------------------------------------------------
 * Operations: the steps between two schemas
 * --------------------------------------------------------------------------------------------- */

enum dbw_verb {
	DBW_CREATE = 1,  /* before is NULL */
	DBW_DROP = 2,    /* after is NULL */
	DBW_ALTER = 3,   /* the same name, another definition */
	DBW_RENAME = 4,  /* another name, the same definition */
	DBW_REBUILD = 5, /* tables alone: all changes of one table at once, see needs_rebuild() */
};

/*
 * One typed step. before and after point to the element (the structure that element names), as it
 * was and as it shall be; one of them is NULL for CREATE and DROP. For a column, constraint or index
 * the tables they belong to stand beside them. The inverse of an operation is the same with before
 * and after exchanged.
 *
 * CREATE of a table: with all its columns and constraints, but for foreign keys where the dialect
 * has DBW_TRAIT_ALTER_CONSTRAINTS (they come as operations of their own, last); without its indexes.
 * ALTER of an object: routines, and domains, composite and range types; views, triggers and the rest
 * are dropped and created. ALTER of such a type, or of an enum that loses a label or has them in another
 * order, includes its columns in all tables of both sides, with their defaults, and the types that are
 * made of it; what has such a column in an expression makes way for it.
 * ALTER of a generated column may be had by dropping and adding it, and so may ALTER of the type of a
 * column that another one is computed from: indexes and constraints on it have made way, and a generated
 * column that is on one side alone is dropped before or added after.
 * CREATE, ALTER, DROP, RENAME of a column that a table inherits, or has as a partition: what is done
 * to the column of the parent is done to the child's in the same step, so there is no operation for
 * the child but for what then still differs; that comes later in the list. A changed default alone
 * stays with the table of the operation.
 * REBUILD of a table: from before to after, everything included: columns, constraints, options,
 * indexes, and the triggers on it in schema_after, which a rebuild would lose; there are no other
 * operations for these in the list. RENAME operations are never folded into a REBUILD: they come
 * first, and 'before' has the new names.
 */
struct dbw_operation {
	size_t struct_size;
	enum dbw_verb verb;
	enum dbw_element_kind element;
	const void *before;
	const void *after;
	const struct dbw_table *table_before;   /* NULL unless a column, constraint or index */
	const struct dbw_table *table_after;    /* may be the same as table_before; see above */
	const struct dbw_schema *schema_before; /* the whole, before all operations, renames done */
	const struct dbw_schema *schema_after;  /* the whole, after all operations */
};

/* What an operation does to a running server and to data. Filled by risk(). */
struct dbw_risk {
	size_t struct_size;  /* set by the host */
	const char *lock;    /* the server's own name of the lock, static; or NULL for none */
	bool rewrites_table; /* every row is written again */
	bool scans_table;    /* every row is read */
	bool loses_data;     /* data is gone that the inverse cannot bring back */
	char note[256];      /* one more sentence for the reviewer, or "" */
};

/* ------------------------------------------------------------------------------------------------
 * What the host offers
 * --------------------------------------------------------------------------------------------- */

struct dbw_buffer;   /* bytes that grow; the host's */
struct dbw_emission; /* where emit() puts statements; the host's */

/* Flags of host->statement(). */
enum {
	/* Belongs once before everything else that the file does; the same text given twice is
	 * written once. */
	DBW_STATEMENT_FIRST = 1u << 0,
	/* The same at the end. */
	DBW_STATEMENT_LAST = 1u << 1,
	/* Must run outside the transaction, at its place. */
	DBW_STATEMENT_AUTOCOMMIT = 1u << 2,
};

/* Flags of host->parse(). */
enum {
	/* Where a statement declares something that is in the schema already, the error says so;
	 * with this flag the later declaration is dropped instead. */
	DBW_PARSE_KEEP_FIRST = 1u << 0,
};

struct dbw_host {
	size_t struct_size;
	uint32_t abi_version;
	const char *version; /* dbwarden's own, for application names and comments */

	/* Allocates a zeroed element of the kind, appends it to the list and returns it. The list
	 * must belong to the schema. Never NULL: the host ends the process when memory is out. */
	void *(*add)(struct dbw_schema *schema, struct dbw_list *list, enum dbw_element_kind kind);
	/* Copies length bytes into memory of the schema and ends them with a NUL. */
	const char *(*text)(struct dbw_schema *schema, const char *bytes, size_t length);
	/* Appends a copy of the string to a list of strings. */
	void (*add_text)(struct dbw_schema *schema, struct dbw_list *list, const char *bytes,
	                 size_t length);
	/* Reads SQL DDL with the dialect's traits into the schema: for servers that keep the text of
	 * their objects. 'origin' stands where a file name would in errors. */
	enum dbw_status (*parse)(const struct dbw_host *host, struct dbw_schema *schema,
	                         const char *sql, size_t length, const char *origin, unsigned flags,
	                         struct dbw_error *error);
	/* True if two pieces of SQL are the same but for white space, comments, needless quotes,
	 * the case of words outside quotes, and parentheses around the whole. */
	bool (*same_sql)(const struct dbw_host *host, const char *a, const char *b);
	/* True if the SQL has the name as an identifier, quoted or not, outside strings and
	 * comments. */
	bool (*mentions)(const struct dbw_host *host, const char *sql, const char *name);

	/* A buffer; the plugin frees what it makes. text() stays valid until the next append. */
	struct dbw_buffer *(*buffer_new)(void);
	void (*buffer_append)(struct dbw_buffer *buffer, const char *bytes, size_t length);
	const char *(*buffer_text)(const struct dbw_buffer *buffer, size_t *length);
	void (*buffer_free)(struct dbw_buffer *buffer);

	/* Adds a statement, without its final semicolon, to what emit() was called for. Copied. */
	void (*statement)(struct dbw_emission *emission, const char *sql, size_t length,
	                  unsigned flags);
	/* Adds a line of comment before the next statement: what a reviewer should know. */
	void (*comment)(struct dbw_emission *emission, const char *text);

	/* The host's own data: what makes parse() know the dialect. Not for plugins. */
	void *context;
};

/* ------------------------------------------------------------------------------------------------
 * What the plugin offers
 * --------------------------------------------------------------------------------------------- */

/* How the dialect's text is read, and what its servers can do. Bits of dbw_traits.flags. */
enum {
	DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE = 1u << 0, /* "name" */
	DBW_TRAIT_IDENTIFIER_BACKTICK = 1u << 1,     /* `name` */
	DBW_TRAIT_IDENTIFIER_BRACKET = 1u << 2,      /* [name] */
	DBW_TRAIT_IDENTIFIER_SINGLE_QUOTE = 1u << 3, /* 'name' where only a name can stand */
	DBW_TRAIT_STRING_DOUBLE_QUOTE = 1u << 4,     /* "text" is a string */
	DBW_TRAIT_STRING_BACKSLASH = 1u << 5,        /* '\'' : backslash escapes in strings */
	DBW_TRAIT_STRING_E = 1u << 6,                /* E'\'' */
	DBW_TRAIT_DOLLAR_QUOTE = 1u << 7,            /* $tag$ ... $tag$ */
	DBW_TRAIT_COMMENT_NESTED = 1u << 8,          /* block comments nest */
	DBW_TRAIT_COMMENT_HASH = 1u << 9,            /* # to the end of the line */
	DBW_TRAIT_COMMENT_DASH_SPACE = 1u << 10,     /* -- needs white space behind it */
	DBW_TRAIT_COMMENT_VERSIONED = 1u << 11,      /* the text of such comments is executed */
	DBW_TRAIT_DELIMITER = 1u << 12,              /* the client's DELIMITER command */
	DBW_TRAIT_TRIGGER_BODY = 1u << 13,           /* CREATE TRIGGER ... BEGIN ...; END */
	DBW_TRAIT_COMPOUND_BODY = 1u << 14, /* routines with nested BEGIN/IF/CASE/LOOP ... END */
	DBW_TRAIT_BEGIN_ATOMIC = 1u << 15,  /* BEGIN ATOMIC ... END */
	DBW_TRAIT_COPY_STDIN = 1u << 16,    /* COPY ... FROM stdin with data lines after it */

	DBW_TRAIT_NAMES_CASE_INSENSITIVE = 1u << 17, /* "A" and a are one column */
	DBW_TRAIT_NAMES_FOLD_LOWER = 1u << 18,       /* unquoted names become lower case */
	DBW_TRAIT_TRANSACTIONAL_DDL = 1u << 19,      /* DDL takes part in transactions */
	DBW_TRAIT_ALTER_CONSTRAINTS = 1u << 20,      /* constraints can be added to a table later */
	DBW_TRAIT_COLUMN_ORDER = 1u << 21,           /* a column can be added at a given place */
	DBW_TRAIT_NAMESPACES = 1u << 22,             /* tables live in namespaces */
	DBW_TRAIT_INDEX_NAMES_PER_TABLE = 1u << 23,  /* DROP INDEX needs the table */
	/* The server gives expressions, views and the like back in words of its own: a > 1 as
	 * (a > 1), IN as = ANY. What was read from it is compared with nothing but what was read
	 * from it. */
	DBW_TRAIT_REWRITES_TEXT = 1u << 24,
	/* While a foreign key is there, its columns cannot change their type, nor can the keys go
	 * that it leans on, on either side: it is dropped before and made again behind. */
	DBW_TRAIT_FOREIGN_KEYS_HOLD = 1u << 25,
	DBW_TRAIT_RENAME_CONSTRAINTS = 1u << 26, /* constraints and indexes can get another name */
};

struct dbw_traits {
	size_t struct_size;
	uint64_t flags;                /* DBW_TRAIT_... */
	size_t identifier_length;      /* longest name in bytes, 0 for no limit */
	const char *default_namespace; /* public, dbo; NULL where there are none */
	/* Words that cannot be names without quotes, upper case, sorted, ends in NULL. */
	const char *const *reserved_words;
};

/* A name = value pair from the query part of a URL, or an entry's option. */
struct dbw_parameter {
	const char *name;
	const char *value;
};

/* Flags of dbw_connect.flags. */
enum {
	/* Nothing will be written, not even a new and empty database: where there is none yet, the
	 * connection shows an empty one. */
	DBW_CONNECT_READ_ONLY = 1u << 0,
};

/*
 * Where and how to connect. The URL is parsed and percent-decoded by the host:
 * scheme[+driver]://user:password@host:port/database?name=value. For databases in files, 'database'
 * is a path ("" or ":memory:" for one in memory), absolute or relative to 'directory'.
 */
struct dbw_connect {
	size_t struct_size;
	unsigned flags;
	const char *scheme;   /* without +driver */
	const char *user;     /* NULL where the URL has none */
	const char *password; /* NULL where the URL has none */
	const char *host;     /* NULL where the URL has none; IPv6 without brackets */
	unsigned port;        /* 0 for the default */
	const char *database; /* NULL where the URL has none */
	const struct dbw_parameter *const *parameters; /* ends in NULL */
	const char *directory;         /* absolute: what relative paths are relative to */
	unsigned connect_timeout_ms;   /* 0 for the client library's default */
	unsigned statement_timeout_ms; /* 0 for none */
	unsigned
	    lock_wait_timeout_ms;   /* how long DDL waits for the server's own locks, 0: default */
	const char *namespace_name; /* where unqualified names live; NULL for the default */
};

/* Flags of execute(). Outside a transaction each statement commits by itself, before the next one runs. */
enum {
	DBW_EXECUTE_BEGIN = 1u << 0,  /* start a transaction before the first statement */
	DBW_EXECUTE_COMMIT = 1u << 1, /* commit after the last */
};

/* One statement of a batch, without its final semicolon. */
struct dbw_statement {
	const char *sql;
	size_t length;
};

/* One row of a result. values[i] is NULL for NULL, else lengths[i] bytes and a NUL. Valid during the
 * call. Returning false ends the query early, which is no error. */
typedef bool dbw_row_function(void *context, size_t count, const char *const *values,
                              const size_t *lengths, const char *const *names);

/* What the engine must know of a statement before it runs a file. */
enum dbw_statement_class {
	DBW_CLASS_ORDINARY = 0,
	/* Sets something for the session and can be repeated: SET, PRAGMA foreign_keys. It has no
	 * effect inside a transaction. At the head or the end of a file it runs before or after the
	 * transaction; in the middle it is refused. */
	DBW_CLASS_SESSION = 1,
	/* Cannot run inside a transaction: VACUUM, CREATE INDEX CONCURRENTLY. */
	DBW_CLASS_OUTSIDE_TRANSACTION = 2,
	/* BEGIN, COMMIT, ROLLBACK: the engine's business. */
	DBW_CLASS_TRANSACTION_CONTROL = 3,
	/* Works for the command line client of the database alone: COPY FROM stdin, .read, \i. */
	DBW_CLASS_CLIENT_COMMAND = 4,
};

/* Who holds a lock, for people to read. Every field may be "". */
struct dbw_lock_holder {
	size_t struct_size; /* set by the host */
	char host[256];
	char user[128];
	char command[256];
	char since[32]; /* ISO 8601, UTC */
	int64_t pid;    /* 0: not known */
};

struct dbw_connection; /* the plugin's own */

/*
 * The plugin's table. Everything up to and including query() must be there; a NULL after that means
 * that the feature is unsupported, and the host reports it by the name in brackets.
 */
struct dbw_plugin {
	size_t struct_size;
	uint32_t abi_version;

	/* Identity. All static strings. */
	const char *name;               /* the dialect: lower case letters, digits, '_' */
	const char *const *aliases;     /* other values of 'type', ends in NULL; or NULL */
	const char *const *url_schemes; /* ends in NULL */
	const char *version;            /* the plugin's own */
	const char *license;            /* SPDX identifier */
	const char *description;        /* one line; may name the client library and its version */
	const struct dbw_traits *traits;

	/* Appends the name, in quotes where the dialect needs them. */
	void (*quote_identifier)(const struct dbw_host *host, const char *name,
	                         struct dbw_buffer *out);
	/* Appends the text as a string literal. */
	void (*quote_literal)(const struct dbw_host *host, const char *text, size_t length,
	                      struct dbw_buffer *out);

	/* Opens a connection. On failure *connection is NULL. */
	enum dbw_status (*connect)(const struct dbw_host *host, const struct dbw_connect *where,
	                           struct dbw_connection **connection, struct dbw_error *error);
	/* Closes and frees it; an open transaction is rolled back, a lock given up. NULL is
	 * allowed. */
	void (*disconnect)(struct dbw_connection *connection);
	/* Runs the statements in order, with as few round trips as it can, and stops at the first
	 * that fails: error->statement and error->offset say where. A transaction that was begun
	 * then stays open until rollback(). Rows are thrown away, unless a row is itself a sign of
	 * failure (PRAGMA foreign_key_check). */
	enum dbw_status (*execute)(struct dbw_connection *connection,
	                           const struct dbw_statement *statements, size_t count,
	                           unsigned flags, struct dbw_error *error);
	/* Ends the open transaction, if any, without keeping anything. */
	enum dbw_status (*rollback)(struct dbw_connection *connection, struct dbw_error *error);
	/* Runs one statement and hands each row to the function. */
	enum dbw_status (*query)(struct dbw_connection *connection, const char *sql, size_t length,
	                         dbw_row_function *row, void *context, struct dbw_error *error);

	/* [tables] Whether a table of that name exists. */
	enum dbw_status (*table_exists)(struct dbw_connection *connection,
	                                const char *namespace_name, const char *name, bool *exists,
	                                struct dbw_error *error);
	/* [version] The server's version, static or owned by the connection. */
	const char *(*server_version)(struct dbw_connection *connection);
	/* [reset] Back to the session's state after connect(): settings, temporary tables. The
	 * migration lock stays. */
	enum dbw_status (*reset)(struct dbw_connection *connection, struct dbw_error *error);
	/* [cancel] Ends what the connection is doing; called from another thread. */
	void (*cancel)(struct dbw_connection *connection);
	/* [classify] See enum dbw_statement_class. On anything but ORDINARY *what is a static string
	 * that names the statement: "PRAGMA foreign_keys". */
	enum dbw_statement_class (*classify)(const struct dbw_host *host, const char *sql,
	                                     size_t length, const char **what);

	/* [lock] Takes the migration lock of the database if it is free, without waiting, and
	 * leaves the holder's description for others to read. The lock ends with the connection or
	 * its process, whatever happens. DBW_BUSY: *holder says who has it, as far as known. */
	enum dbw_status (*lock_try)(struct dbw_connection *connection,
	                            const struct dbw_lock_holder *self,
	                            struct dbw_lock_holder *holder, struct dbw_error *error);
	/* DBW_OK if this connection still holds it, DBW_LOST if not. */
	enum dbw_status (*lock_check)(struct dbw_connection *connection, struct dbw_error *error);
	enum dbw_status (*lock_release)(struct dbw_connection *connection, struct dbw_error *error);
	/* Who holds it now: DBW_OK if nobody, DBW_BUSY and *holder if somebody. */
	enum dbw_status (*lock_holder)(struct dbw_connection *connection,
	                               struct dbw_lock_holder *holder, struct dbw_error *error);

	/* [introspect] Reads the live schema, without the tables named in 'ignore' (ends in NULL;
	 * unqualified) and what hangs on them. Not normalised. */
	enum dbw_status (*introspect)(struct dbw_connection *connection, struct dbw_schema *schema,
	                              const char *const *ignore, struct dbw_error *error);
	/* [normalize] Brings what was declared or read into the one form in which equal schemas
	 * look equal: type synonyms, defaults, implied NOT NULL, names that the server would give.
	 * Doing it twice changes nothing. */
	enum dbw_status (*normalize)(const struct dbw_host *host, struct dbw_schema *schema,
	                             struct dbw_error *error);
	/* [rebuild] True if the operation on an existing table can only be had by REBUILD. NULL:
	 * never. */
	bool (*needs_rebuild)(const struct dbw_host *host, const struct dbw_operation *operation);
	/* [emit] Writes the statements of one operation through host->statement(). Fails where the
	 * dialect cannot express it. */
	enum dbw_status (*emit)(const struct dbw_host *host, const struct dbw_operation *operation,
	                        struct dbw_emission *emission, struct dbw_error *error);
	/* [risk] What the operation does to a running server. */
	void (*risk)(const struct dbw_host *host, const struct dbw_operation *operation,
	             struct dbw_risk *risk);
	/* [scratch] Makes a throw-away database that holds nothing and connects to it; disconnect()
	 * removes it. 'where' is the entry's scratch_url, or its url. */
	enum dbw_status (*scratch)(const struct dbw_host *host, const struct dbw_connect *where,
	                           struct dbw_connection **connection, struct dbw_error *error);
	/* [unlock] Ends the session that holds the migration lock, and with it the lock. DBW_OK also
	 * if nobody holds it. */
	enum dbw_status (*lock_break)(struct dbw_connection *connection, struct dbw_error *error);
};

/* The type of the entry point. Called once. 'host' and what is returned stay valid until the
 * process ends. NULL refuses the host: its version is too old. */
typedef const struct dbw_plugin *dbw_entry_function(const struct dbw_host *host);

#ifdef __cplusplus
}
#endif

#endif
