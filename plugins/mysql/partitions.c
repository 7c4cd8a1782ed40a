#include "partitions.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scan.h"

/* RANGE (a) (PARTITION p VALUES LESS THAN (1), ...), taken apart. */
struct partitions {
	char *head;
	char **items;
	size_t count;
};

/* The end of what is in quotes, from its first byte on. */
static const char *skip_quoted(const char *text)
{
	char quote = *text;

	for (text++; *text && *text != quote; text++)
		if (*text == '\\' && quote != '`' && text[1])
			text++;
	return *text ? text + 1 : text;
}

static char *copy(const char *from, const char *till)
{
	char *text;

	from += strspn(from, " \t\r\n");
	while (till > from && strchr(" \t\r\n", till[-1]))
		till--;
	text = strndup(from, till > from ? (size_t)(till - from) : 0);
	if (!text)
		abort();
	return text;
}

static void add_item(struct partitions *partitions, const char *from, const char *till)
{
	partitions->items =
	    realloc(partitions->items, (partitions->count + 1) * sizeof *partitions->items);
	if (!partitions->items)
		abort();
	partitions->items[partitions->count++] = copy(from, till);
}

static void release(struct partitions *partitions)
{
	for (size_t i = 0; i < partitions->count; i++)
		free(partitions->items[i]);
	free(partitions->items);
	free(partitions->head);
}

static bool begins_list(const char *text)
{
	struct scan scan = {text, text + strlen(text)};
	struct word word = scan_word(&scan);

	return scan_word_is(&word, "PARTITION");
}

/* The list of partitions is the last pair of parentheses, and begins with that word. */
static struct partitions take_apart(const char *text)
{
	struct partitions partitions = {0};
	const char *start = NULL, *item = NULL;
	size_t depth = 0;

	for (const char *c = text; *c; c++) {
		if (strchr("'\"`", *c)) {
			c = skip_quoted(c) - 1;
		} else if (*c == '(') {
			if (depth++ == 0 && !start && begins_list(c + 1)) {
				start = c;
				item = c + 1;
			}
		} else if (*c == ')' && depth) {
			if (--depth == 0 && item) {
				add_item(&partitions, item, c);
				item = NULL;
			}
		} else if (*c == ',' && depth == 1 && item) {
			add_item(&partitions, item, c);
			item = c + 1;
		}
	}
	partitions.head = copy(text, start ? start : text + strlen(text));
	return partitions;
}

static bool is_kind(const struct partitions *partitions, const char *kind)
{
	struct scan scan = {partitions->head, partitions->head + strlen(partitions->head)};
	struct word word = scan_word(&scan);

	return scan_word_is(&word, kind);
}

static void put_items(struct ddl *ddl, const struct partitions *partitions, size_t first,
                      size_t last)
{
	ddl_put(ddl, " (");
	for (size_t i = first; i < last; i++)
		ddl_printf(ddl, "%s%s", i > first ? ", " : "", partitions->items[i]);
	ddl_put(ddl, ")");
}

/* The names of partitions, as they are written there. */
static void put_names(struct ddl *ddl, const struct partitions *partitions, size_t first,
                      size_t last)
{
	for (size_t i = first; i < last; i++) {
		const char *name = partitions->items[i] + strlen("PARTITION");
		const char *end;

		name += strspn(name, " \t\r\n");
		end = *name == '`' ? skip_quoted(name) : name + strcspn(name, " \t\r\n,()");
		ddl_printf(ddl, "%s%.*s", i > first ? ", " : " ", (int)(end - name), name);
	}
}

/* Partitions in the middle take the place of others, with the one behind them where there is one: the range of
 * all together stays the same then (MySQL 8.0, 24.3.1). */
static bool put_change(struct ddl *ddl, const struct partitions *before,
                       const struct partitions *after)
{
	const struct dbw_host *host = ddl->host;
	bool list = is_kind(before, "LIST");
	size_t head = 0, tail = 0, shorter;

	if (!before->count || !after->count || !host->same_sql(host, before->head, after->head) ||
	    !(list || is_kind(before, "RANGE")))
		return false;
	shorter = before->count < after->count ? before->count : after->count;
	while (head < shorter && host->same_sql(host, before->items[head], after->items[head]))
		head++;
	while (tail < shorter - head &&
	       host->same_sql(host, before->items[before->count - 1 - tail],
	                      after->items[after->count - 1 - tail]))
		tail++;
	if (head == before->count) {
		ddl_put(ddl, "ADD PARTITION");
		put_items(ddl, after, head, after->count);
		return true;
	}
	if (!tail && (!list || head == after->count))
		return false;
	if (tail)
		tail--;
	ddl_put(ddl, "REORGANIZE PARTITION");
	put_names(ddl, before, head, before->count - tail);
	ddl_put(ddl, " INTO");
	put_items(ddl, after, head, after->count - tail);
	return true;
}

void partitions_change(struct ddl *ddl, const char *before, const char *after)
{
	struct partitions old = take_apart(before), new = take_apart(after);

	if (!put_change(ddl, &old, &new))
		ddl_printf(ddl, "PARTITION BY %s", after);
	release(&old);
	release(&new);
}
