#include "connection.h"
#include "scan.h"

/*
 * Settings that SQLite refuses to change, or silently does not change, while a transaction is open
 * (SQLite, pragma: foreign_keys, journal_mode, synchronous, temp_store, page_size, auto_vacuum,
 * encoding). All others work inside.
 */
static const struct {
	const char *name;
	const char *what;
} outside_settings[] = {
    {"foreign_keys", "PRAGMA foreign_keys"}, {"journal_mode", "PRAGMA journal_mode"},
    {"synchronous", "PRAGMA synchronous"},   {"temp_store", "PRAGMA temp_store"},
    {"page_size", "PRAGMA page_size"},       {"auto_vacuum", "PRAGMA auto_vacuum"},
    {"encoding", "PRAGMA encoding"},
};

static enum dbw_statement_class classify_pragma(struct scan *scan, const struct word *name,
                                                const char **what)
{
	if (sqlite_word_is(name, "wal_checkpoint")) {
		*what = "PRAGMA wal_checkpoint";
		return DBW_CLASS_OUTSIDE_TRANSACTION;
	}
	/* Without a value it only asks. */
	if (!sqlite_scan_symbol(scan, '=') && !sqlite_scan_symbol(scan, '('))
		return DBW_CLASS_ORDINARY;
	for (size_t i = 0; i < sizeof outside_settings / sizeof *outside_settings; i++)
		if (sqlite_word_is(name, outside_settings[i].name)) {
			*what = outside_settings[i].what;
			return DBW_CLASS_SESSION;
		}
	return DBW_CLASS_ORDINARY;
}

/* ROLLBACK [TRANSACTION] TO goes back to a savepoint, which leaves the transaction open. */
static bool is_rollback_to(struct scan *scan)
{
	struct word word = sqlite_scan_word(scan);

	if (sqlite_word_is(&word, "TRANSACTION"))
		word = sqlite_scan_word(scan);
	return sqlite_word_is(&word, "TO");
}

enum dbw_statement_class sqlite_classify(const struct dbw_host *host, const char *sql,
                                         size_t length, const char **what)
{
	static const struct {
		const char *word;
		enum dbw_statement_class class;
	} words[] = {
	    {"VACUUM", DBW_CLASS_OUTSIDE_TRANSACTION},
	    /* Fails on a database that the transaction has touched; ATTACH works inside
		 * (SQLite, lang_detach). */
	    {"DETACH", DBW_CLASS_SESSION},
	    {"BEGIN", DBW_CLASS_TRANSACTION_CONTROL},
	    {"COMMIT", DBW_CLASS_TRANSACTION_CONTROL},
	    {"END", DBW_CLASS_TRANSACTION_CONTROL},
	    {"ROLLBACK", DBW_CLASS_TRANSACTION_CONTROL},
	};
	struct scan scan = {sql, sql + length};
	struct word word;

	(void)host;
	word = sqlite_scan_pragma(&scan);
	if (word.length)
		return classify_pragma(&scan, &word, what);
	scan = (struct scan){sql, sql + length};
	sqlite_scan_blank(&scan);
	if (sqlite_scan_symbol(&scan, '.')) {
		*what = "a line that begins with '.'";
		return DBW_CLASS_CLIENT_COMMAND;
	}
	word = sqlite_scan_word(&scan);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!sqlite_word_is(&word, words[i].word))
			continue;
		if (sqlite_word_is(&word, "ROLLBACK") && is_rollback_to(&scan))
			break;
		*what = words[i].word;
		return words[i].class;
	}
	return DBW_CLASS_ORDINARY;
}
