/*
 * Sequences, which MariaDB has and MySQL has not (MariaDB, CREATE SEQUENCE).
 */
#include "sequence.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What a sequence has where nothing is said; the bounds are those of bigint. */
static bool is_descending(const struct dbw_sequence *sequence)
{
	return sequence->increment && *sequence->increment == '-';
}

static const char *default_minimum(const struct dbw_sequence *sequence)
{
	return is_descending(sequence) ? "-9223372036854775807" : "1";
}

static const char *default_maximum(const struct dbw_sequence *sequence)
{
	return is_descending(sequence) ? "-1" : "9223372036854775806";
}

static const char *default_start(const struct dbw_sequence *sequence)
{
	const char *minimum = sequence->minimum, *maximum = sequence->maximum;

	if (is_descending(sequence))
		return maximum ? maximum : default_maximum(sequence);
	return minimum ? minimum : default_minimum(sequence);
}

static void drop_default(const char **value, const char *what)
{
	if (*value && strcmp(*value, what) == 0)
		*value = NULL;
}

void sequence_normalize(const struct dbw_host *host, struct dbw_schema *schema,
                        struct dbw_sequence *sequence)
{
	sequence->namespace_name = NULL;
	if (sequence->type) {
		sequence->type = type_canonical(host, schema, sequence->type);
		if (strcasecmp(sequence->type, "bigint") == 0)
			sequence->type = NULL;
	}
	drop_default(&sequence->increment, "1");
	drop_default(&sequence->cache, "1000");
	/* The bounds of the other types are the server's business. */
	if (sequence->type)
		return;
	drop_default(&sequence->start, default_start(sequence));
	drop_default(&sequence->minimum, default_minimum(sequence));
	drop_default(&sequence->maximum, default_maximum(sequence));
}

static void put(struct ddl *ddl, const char *words, const char *value)
{
	if (value)
		ddl_printf(ddl, " %s %s", words, value);
}

static void put_cache(struct ddl *ddl, const char *cache)
{
	if (cache && strcmp(cache, "0") == 0)
		ddl_put(ddl, " NOCACHE");
	else
		put(ddl, "CACHE", cache);
}

void sequence_create(struct ddl *ddl, const struct dbw_sequence *sequence)
{
	ddl_put(ddl, "CREATE SEQUENCE ");
	ddl_name(ddl, sequence->name);
	put(ddl, "AS", sequence->type);
	put(ddl, "START WITH", sequence->start);
	put(ddl, "MINVALUE", sequence->minimum);
	put(ddl, "MAXVALUE", sequence->maximum);
	put(ddl, "INCREMENT BY", sequence->increment);
	put_cache(ddl, sequence->cache);
	if (sequence->cycle)
		ddl_put(ddl, " CYCLE");
}

static const char *or_default(const char *value, const char *what)
{
	return value ? value : what;
}

/* All is said again: what is left out stays as it was. The next value stays in any case. */
void sequence_alter(struct ddl *ddl, const struct dbw_sequence *sequence)
{
	ddl_put(ddl, "ALTER SEQUENCE ");
	ddl_name(ddl, sequence->name);
	put(ddl, "AS", sequence->type);
	put(ddl, "START WITH", or_default(sequence->start, default_start(sequence)));
	if (sequence->minimum || !sequence->type)
		put(ddl, "MINVALUE", or_default(sequence->minimum, default_minimum(sequence)));
	else
		ddl_put(ddl, " NO MINVALUE");
	if (sequence->maximum || !sequence->type)
		put(ddl, "MAXVALUE", or_default(sequence->maximum, default_maximum(sequence)));
	else
		ddl_put(ddl, " NO MAXVALUE");
	put(ddl, "INCREMENT BY", or_default(sequence->increment, "1"));
	put_cache(ddl, or_default(sequence->cache, "1000"));
	ddl_put(ddl, sequence->cycle ? " CYCLE" : " NOCYCLE");
}
