#include <stddef.h>
#include <string.h>

#include "mysql_plugin.h"
#include "scan.h"

/* Each of these begins or ends a transaction, or takes it apart. A file runs statement by statement,
 * with the journal between: that would be committed, undone or refused along with it. */
static const struct {
	const char *words[2];
	const char *except; /* not if this comes next */
	const char *what;
	enum dbw_statement_class class;
} statements[] = {
    {{"START", "TRANSACTION"}, NULL, "START TRANSACTION", DBW_CLASS_TRANSACTION_CONTROL},
    /* BEGIN NOT ATOMIC is MariaDB's compound statement. */
    {{"BEGIN", NULL}, "NOT", "BEGIN", DBW_CLASS_TRANSACTION_CONTROL},
    {{"COMMIT", NULL}, NULL, "COMMIT", DBW_CLASS_TRANSACTION_CONTROL},
    {{"ROLLBACK", NULL}, NULL, "ROLLBACK", DBW_CLASS_TRANSACTION_CONTROL},
    {{"SAVEPOINT", NULL}, NULL, "SAVEPOINT", DBW_CLASS_TRANSACTION_CONTROL},
    {{"RELEASE", "SAVEPOINT"}, NULL, "RELEASE SAVEPOINT", DBW_CLASS_TRANSACTION_CONTROL},
    {{"XA", NULL}, NULL, "XA", DBW_CLASS_TRANSACTION_CONTROL},
    /* Between the two, no table can be used that is not in the list (MySQL 8.0, 13.3.6): not the
     * journal, either. */
    {{"LOCK", "TABLES"}, NULL, "LOCK TABLES", DBW_CLASS_TRANSACTION_CONTROL},
    {{"LOCK", "TABLE"}, NULL, "LOCK TABLES", DBW_CLASS_TRANSACTION_CONTROL},
    {{"UNLOCK", "TABLES"}, NULL, "UNLOCK TABLES", DBW_CLASS_TRANSACTION_CONTROL},
    {{"UNLOCK", "TABLE"}, NULL, "UNLOCK TABLES", DBW_CLASS_TRANSACTION_CONTROL},
    /* It would lead away from the entry's database, where the records are. */
    {{"USE", NULL}, NULL, "USE", DBW_CLASS_CLIENT_COMMAND},
    {{"DELIMITER", NULL}, NULL, "DELIMITER", DBW_CLASS_CLIENT_COMMAND},
    {{"SOURCE", NULL}, NULL, "SOURCE", DBW_CLASS_CLIENT_COMMAND},
};

/* SET [SESSION | LOCAL] autocommit, SET @@[session.]autocommit. */
static bool is_set_autocommit(struct scan scan)
{
	struct word word = scan_word(&scan);

	if (!scan_word_is(&word, "SET"))
		return false;
	while (scan_symbol(&scan, '@'))
		;
	word = scan_word(&scan);
	if (scan_word_is(&word, "SESSION") || scan_word_is(&word, "LOCAL")) {
		scan_symbol(&scan, '.');
		word = scan_word(&scan);
	}
	return scan_word_is(&word, "autocommit");
}

enum dbw_statement_class mysql_plugin_classify(const struct dbw_host *host, const char *sql,
                                               size_t length, const char **what)
{
	struct scan scan = {sql, sql + length}, rest;
	struct word first, second;

	(void)host;
	if (scan_symbol(&scan, '\\')) {
		*what = "a command of the client that begins with '\\'";
		return DBW_CLASS_CLIENT_COMMAND;
	}
	rest = scan;
	first = scan_word(&rest);
	second = scan_word(&rest);
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
		if (!scan_word_is(&first, statements[i].words[0]))
			continue;
		if (statements[i].words[1] && !scan_word_is(&second, statements[i].words[1]))
			continue;
		if (statements[i].except && scan_word_is(&second, statements[i].except))
			continue;
		*what = statements[i].what;
		return statements[i].class;
	}
	if (!is_set_autocommit(scan))
		return DBW_CLASS_ORDINARY;
	*what = "SET autocommit";
	return DBW_CLASS_TRANSACTION_CONTROL;
}
