#include "domain.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "postgresql.h"

/* Domains, taken apart: CREATE DOMAIN d AS type COLLATE c DEFAULT e NOT NULL CONSTRAINT n CHECK (...). All but the
 * type and its collation can be changed in place. */

enum { CHECKS_LIMIT = 64 };

struct slice {
	const char *text;
	size_t length;
};

struct check {
	struct slice name; /* in quotes, where it was written so */
	struct slice condition;
};

struct domain {
	struct slice head;  /* to the end of the type and its collation */
	struct slice value; /* the default; length 0: none */
	bool not_null;
	struct check checks[CHECKS_LIMIT];
	size_t count;
};

static const char *skip_blanks(const char *sql)
{
	return sql + strspn(sql, " \t\r\n");
}

static const char *skip_word(const char *sql)
{
	const char *end = sql;

	while (isalnum((unsigned char)*end) || *end == '_' || (unsigned char)*end >= 0x80)
		end++;
	return end > sql ? end : text_skip_piece(sql);
}

static bool is_word(struct slice word, const char *keyword)
{
	return word.length == strlen(keyword) && strncasecmp(word.text, keyword, word.length) == 0;
}

static struct slice next_word(const char **sql)
{
	struct slice word = {skip_blanks(*sql), 0};

	*sql = skip_word(word.text);
	word.length = (size_t)(*sql - word.text);
	return word;
}

static bool begins_clause(struct slice word)
{
	static const char *const words[] = {"DEFAULT", "NOT", "NULL", "CONSTRAINT", "CHECK"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (is_word(word, words[i]))
			return true;
	return false;
}

/* Up to the next clause, at least 'least' words. */
static struct slice up_to_clause(const char **sql, size_t least)
{
	struct slice slice = {skip_blanks(*sql), 0};
	const char *at = *sql;

	for (size_t words = 0;; words++) {
		struct slice word = next_word(&at);

		if (!word.length || (words >= least && begins_clause(word)))
			break;
		slice.length = (size_t)(word.text + word.length - slice.text);
		*sql = at;
	}
	return slice;
}

/* False for what it does not understand. */
static bool take_apart(const char *sql, struct domain *domain)
{
	struct slice word, name = {NULL, 0};

	*domain = (struct domain){.count = 0};
	/* CREATE DOMAIN and the name are no clauses, whatever that is. */
	domain->head = up_to_clause(&sql, 3);
	for (word = next_word(&sql); word.length; word = next_word(&sql)) {
		if (is_word(word, "DEFAULT")) {
			domain->value = up_to_clause(&sql, 1);
		} else if (is_word(word, "NOT")) {
			if (!is_word(next_word(&sql), "NULL"))
				return false;
			domain->not_null = true;
		} else if (is_word(word, "CONSTRAINT")) {
			name = next_word(&sql);
		} else if (is_word(word, "CHECK") && name.length && domain->count < CHECKS_LIMIT) {
			domain->checks[domain->count].name = name;
			domain->checks[domain->count++].condition = next_word(&sql);
			name.length = 0;
		} else if (!is_word(word, "NULL")) {
			return false;
		}
	}
	return true;
}

static bool same_slices(const struct dbw_host *host, struct slice a, struct slice b)
{
	struct text x = text_begin(host), y = text_begin(host);
	bool same_text;

	text_printf(&x, "%.*s", (int)a.length, a.text);
	text_printf(&y, "%.*s", (int)b.length, b.text);
	same_text = host->same_sql(host, text_get(&x), text_get(&y));
	text_end(&x);
	text_end(&y);
	return same_text;
}

bool domain_stays(const struct dbw_host *host, const struct dbw_object *before,
                  const struct dbw_object *after)
{
	struct domain old, new;

	return take_apart(before->text, &old) && take_apart(after->text, &new) &&
	       same_slices(host, old.head, new.head);
}

static bool has_check(const struct dbw_host *host, const struct domain *domain,
                      const struct check *check)
{
	for (size_t i = 0; i < domain->count; i++)
		if (same_slices(host, domain->checks[i].name, check->name) &&
		    same_slices(host, domain->checks[i].condition, check->condition))
			return true;
	return false;
}

static struct text alter(const struct emitting *emitting, const struct dbw_object *domain)
{
	struct text text = text_begin(emitting->host);

	text_put(&text, "ALTER DOMAIN ");
	text_qualified(&text, domain->namespace_name, domain->name);
	return text;
}

void emit_alter_domain(const struct emitting *emitting, const struct dbw_object *before,
                       const struct dbw_object *after)
{
	const struct dbw_host *host = emitting->host;
	struct domain old, new;
	struct text text;

	if (!take_apart(before->text, &old) || !take_apart(after->text, &new))
		return;
	for (size_t i = 0; i < old.count; i++) {
		if (has_check(host, &new, &old.checks[i]))
			continue;
		text = alter(emitting, after);
		text_printf(&text, " DROP CONSTRAINT %.*s", (int)old.checks[i].name.length,
		            old.checks[i].name.text);
		emit_statement(emitting, &text, 0);
	}
	if (!new.value.length != !old.value.length ||
	    (new.value.length && !same_slices(host, old.value, new.value))) {
		text = alter(emitting, after);
		if (new.value.length)
			text_printf(&text, " SET DEFAULT %.*s", (int)new.value.length,
			            new.value.text);
		else
			text_put(&text, " DROP DEFAULT");
		emit_statement(emitting, &text, 0);
	}
	if (old.not_null != new.not_null) {
		text = alter(emitting, after);
		text_put(&text, new.not_null ? " SET NOT NULL" : " DROP NOT NULL");
		emit_statement(emitting, &text, 0);
	}
	for (size_t i = 0; i < new.count; i++) {
		const struct check *check = &new.checks[i];

		if (has_check(host, &old, check))
			continue;
		text = alter(emitting, after);
		text_printf(&text, " ADD CONSTRAINT %.*s CHECK %.*s", (int)check->name.length,
		            check->name.text, (int)check->condition.length, check->condition.text);
		emit_statement(emitting, &text, 0);
	}
}

bool postgresql_needs_rebuild(const struct dbw_host *host, const struct dbw_operation *operation)
{
	const struct dbw_object *before = operation->before, *after = operation->after;

	return operation->element == DBW_OBJECT && before && after &&
	       !(before->kind == DBW_DOMAIN && domain_stays(host, before, after));
}
