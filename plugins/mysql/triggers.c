/*
 * The order of triggers that fire on the same event. The server keeps it, and gives it back as an order and not
 * in the text; so every trigger but the first says here which one it FOLLOWS.
 */
#include "triggers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ddl.h"
#include "scan.h"

/* A trigger taken apart. */
struct trigger {
	struct dbw_object *object;
	struct word timing;
	struct word event;
	size_t head;       /* length of the text up to FOR EACH ROW, included */
	const char *body;  /* what is executed */
	const char *other; /* FOLLOWS or PRECEDES this one; NULL: behind all others */
	bool precedes;
	bool placed;
};

static bool expect(struct scan *scan, const char *text)
{
	struct word word = scan_word(scan);

	return scan_word_is(&word, text);
}

/* CREATE TRIGGER name timing event ON table FOR EACH ROW [FOLLOWS|PRECEDES other] body */
static bool take_apart(const struct dbw_host *host, struct dbw_schema *schema,
                       struct dbw_object *object, struct trigger *trigger)
{
	struct scan scan = {object->text, object->text + strlen(object->text)}, behind;
	struct word word;

	*trigger = (struct trigger){.object = object};
	if (!expect(&scan, "CREATE") || !expect(&scan, "TRIGGER") ||
	    !ddl_scan_name(host, schema, &scan))
		return false;
	trigger->timing = scan_word(&scan);
	trigger->event = scan_word(&scan);
	if (!expect(&scan, "ON") || !ddl_scan_name(host, schema, &scan) || !expect(&scan, "FOR") ||
	    !expect(&scan, "EACH") || !expect(&scan, "ROW"))
		return false;
	trigger->head = (size_t)(scan.position - object->text);
	behind = scan;
	word = scan_word(&behind);
	trigger->precedes = scan_word_is(&word, "PRECEDES");
	if (trigger->precedes || scan_word_is(&word, "FOLLOWS")) {
		trigger->other = ddl_scan_name(host, schema, &behind);
		scan = behind;
	}
	trigger->body = scan.position + strspn(scan.position, " \t\r\n");
	return true;
}

static bool same_word(const struct word *a, const struct word *b)
{
	return a->length == b->length && strncasecmp(a->text, b->text, a->length) == 0;
}

static bool same_event(const struct trigger *a, const struct trigger *b)
{
	return strcasecmp(a->object->table, b->object->table) == 0 &&
	       same_word(&a->timing, &b->timing) && same_word(&a->event, &b->event);
}

static void insert(struct trigger **order, size_t *count, size_t at, struct trigger *trigger)
{
	memmove(order + at + 1, order + at, (*count - at) * sizeof *order);
	order[at] = trigger;
	++*count;
	trigger->placed = true;
}

/* Puts those of one event into their order, as if they were made one after the other. Those that name one which
 * is not there come last: the server will say what it thinks of them. */
static size_t arrange(struct trigger *triggers, size_t count, size_t first, struct trigger **order)
{
	size_t placed = 0;
	bool more = true;

	for (size_t i = first; i < count; i++)
		if (same_event(&triggers[i], &triggers[first]) && !triggers[i].other)
			insert(order, &placed, placed, &triggers[i]);
	while (more) {
		more = false;
		for (size_t i = first; i < count; i++) {
			struct trigger *trigger = &triggers[i];
			size_t at = 0;

			if (trigger->placed || !trigger->other ||
			    !same_event(trigger, &triggers[first]))
				continue;
			while (at < placed &&
			       strcasecmp(order[at]->object->name, trigger->other) != 0)
				at++;
			if (at == placed)
				continue;
			insert(order, &placed, at + !trigger->precedes, trigger);
			more = true;
		}
	}
	for (size_t i = first; i < count; i++)
		if (!triggers[i].placed && same_event(&triggers[i], &triggers[first]))
			insert(order, &placed, placed, &triggers[i]);
	return placed;
}

static void write_text(const struct dbw_host *host, struct dbw_schema *schema,
                       struct trigger *trigger, const struct trigger *before)
{
	struct ddl ddl;
	const char *text;
	size_t length;

	if (!before && !trigger->other)
		return;
	ddl = ddl_begin(host);
	host->buffer_append(ddl.buffer, trigger->object->text, trigger->head);
	if (before) {
		ddl_put(&ddl, " FOLLOWS ");
		ddl_name(&ddl, before->object->name);
	}
	ddl_printf(&ddl, " %s", trigger->body);
	text = host->buffer_text(ddl.buffer, &length);
	trigger->object->text = host->text(schema, text, length);
	ddl_end(&ddl);
}

void triggers_normalize(const struct dbw_host *host, struct dbw_schema *schema)
{
	size_t size = schema->objects.count + 1, count = 0;
	struct trigger *triggers = calloc(size, sizeof *triggers);
	struct trigger **order = calloc(size, sizeof *order);

	if (!triggers || !order)
		abort();
	for (size_t i = 0; i < schema->objects.count; i++) {
		struct dbw_object *object = schema->objects.items[i];

		if (object->kind == DBW_TRIGGER && object->table &&
		    take_apart(host, schema, object, &triggers[count]))
			count++;
	}
	for (size_t i = 0; i < count; i++) {
		size_t placed = triggers[i].placed ? 0 : arrange(triggers, count, i, order);

		for (size_t j = 0; j < placed; j++)
			write_text(host, schema, order[j], j ? order[j - 1] : NULL);
	}
	free(triggers);
	free(order);
}
