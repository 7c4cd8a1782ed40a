#include "narrow.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* PostgreSQL 15, chapter 8: what the types hold. */

enum family {
	OTHER,
	INTEGER,
	FLOAT,
	NUMERIC,
	TEXT,
	CHARACTER, /* blanks at the end do not count */
	BITS,
	BOOLEAN,
	DATE,
	TIME,
	TIME_ZONE,
	TIMESTAMP,
	TIMESTAMP_ZONE,
	INTERVAL,
	UUID,
	JSON,
	JSONB,
};

struct shape {
	enum family family;
	int size; /* digits before the point; digits of a float; characters, bits; of a second's fraction */
	int scale;  /* digits behind the point */
	bool fixed; /* bit(n): neither more nor less */
};

enum { NO_LIMIT = INT_MAX, SECOND_DIGITS = 6 };

static const struct {
	const char *name;
	enum family family;
	int size;
	int scale;
	bool fixed;
} types[] = {
    {"smallint", INTEGER, 5, 0, false},
    {"integer", INTEGER, 10, 0, false},
    {"bigint", INTEGER, 19, 0, false},
    {"smallserial", INTEGER, 5, 0, false},
    {"serial", INTEGER, 10, 0, false},
    {"bigserial", INTEGER, 19, 0, false},
    {"real", FLOAT, 6, 0, false},
    {"double precision", FLOAT, 15, 0, false},
    {"numeric", NUMERIC, NO_LIMIT, NO_LIMIT, false},
    {"character varying", TEXT, NO_LIMIT, 0, false},
    {"text", TEXT, NO_LIMIT, 0, false},
    {"citext", TEXT, NO_LIMIT, 0, false},
    {"character", CHARACTER, 1, 0, false},
    {"bpchar", CHARACTER, NO_LIMIT, 0, false},
    {"bit varying", BITS, NO_LIMIT, 0, false},
    {"bit", BITS, 1, 0, true},
    {"boolean", BOOLEAN, 0, 0, false},
    {"date", DATE, 0, 0, false},
    {"time without time zone", TIME, SECOND_DIGITS, 0, false},
    {"time with time zone", TIME_ZONE, SECOND_DIGITS, 0, false},
    {"timestamp without time zone", TIMESTAMP, SECOND_DIGITS, 0, false},
    {"timestamp with time zone", TIMESTAMP_ZONE, SECOND_DIGITS, 0, false},
    {"interval", INTERVAL, SECOND_DIGITS, 0, false},
    {"uuid", UUID, 0, 0, false},
    {"json", JSON, 0, 0, false},
    {"jsonb", JSONB, 0, 0, false},
};

/* "timestamp(3) with time zone" without what stands in parentheses; its numbers. */
static int take_apart(const char *type, char *name, size_t size, int numbers[2])
{
	const char *open = strchr(type, '(');
	const char *close = open ? strchr(open, ')') : NULL;
	int count = 0;

	if (!close) {
		snprintf(name, size, "%s", type);
		return 0;
	}
	count = sscanf(open, "(%d,%d)", &numbers[0], &numbers[1]);
	snprintf(name, size, "%.*s%s", (int)(open - type), type, close + 1);
	return count < 0 ? 0 : count;
}

static struct shape shape_of(const char *type)
{
	struct shape shape = {.family = OTHER};
	int numbers[2] = {0, 0}, count;
	char name[128];

	count = take_apart(type, name, sizeof name, numbers);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (strcmp(types[i].name, name) != 0)
			continue;
		shape.family = types[i].family;
		shape.size = types[i].size;
		shape.scale = types[i].scale;
		shape.fixed = types[i].fixed;
	}
	if (count > 0 && shape.family == NUMERIC) {
		shape.size = numbers[0] - numbers[1];
		shape.scale = numbers[1];
	} else if (count > 0 && shape.family != INTEGER) {
		shape.size = numbers[0];
	}
	return shape;
}

static const char digits_lost[] =
    "numbers that do not fit are refused, further digits rounded away";
static const char length_lost[] = "longer values do not fit: they are refused or cut";
static const char fraction_lost[] = "smaller fractions of a second are rounded away";

static const char *number_loss(const struct shape *before, const struct shape *after)
{
	/* Of an integer type the largest value has 'size' digits, but not every number of so many
	 * digits fits. */
	if (after->family == INTEGER)
		return before->family == INTEGER ? before->size > after->size ? digits_lost : NULL
		       : before->family == NUMERIC
		           ? before->scale > 0 || before->size >= after->size ? digits_lost : NULL
		           : digits_lost;
	if (after->family == FLOAT)
		return before->family == FLOAT ? before->size > after->size ? digits_lost : NULL
		       : before->size == NO_LIMIT || before->size + before->scale > after->size
		           ? digits_lost
		           : NULL;
	/* A float becomes a number of 6 or 15 digits, which is not always the same number. */
	if (before->family == FLOAT)
		return digits_lost;
	return before->size > after->size || before->scale > after->scale ? digits_lost : NULL;
}

/* The longest text of a value; NO_LIMIT where that is not known. */
static int text_length(const struct shape *shape)
{
	switch (shape->family) {
	case INTEGER:
		return shape->size + 1;
	case BOOLEAN:
		return 5;
	case UUID:
		return 36;
	case TEXT:
	case CHARACTER:
		return shape->size;
	default:
		return NO_LIMIT;
	}
}

static bool is_number(enum family family)
{
	return family == INTEGER || family == FLOAT || family == NUMERIC;
}

static const char *time_loss(const struct shape *before, const struct shape *after)
{
	bool timestamp = before->family == TIMESTAMP || before->family == TIMESTAMP_ZONE;

	if (before->family == after->family)
		return before->size > after->size ? fraction_lost : NULL;
	if (timestamp && after->family == DATE)
		return "the time of day";
	if (timestamp && (after->family == TIME || after->family == TIME_ZONE))
		return "the date";
	if (before->family == TIMESTAMP_ZONE && after->family == TIMESTAMP)
		return "which instant it was: the local time in the session's zone is kept";
	if (before->family == TIME_ZONE && after->family == TIME)
		return "the offset of the time zone";
	if (before->family == DATE &&
	    (after->family == TIMESTAMP || after->family == TIMESTAMP_ZONE))
		return NULL;
	if (before->family == TIMESTAMP && after->family == TIMESTAMP_ZONE)
		return before->size > after->size ? fraction_lost : NULL;
	if (before->family == TIME && after->family == TIME_ZONE)
		return before->size > after->size ? fraction_lost : NULL;
	return "values that cannot become the new type are refused";
}

static bool is_time(enum family family)
{
	return family >= DATE && family <= INTERVAL;
}

static const char *shape_loss(const struct shape *before, const struct shape *after)
{
	if (is_number(before->family) && is_number(after->family))
		return number_loss(before, after);
	if (after->family == TEXT)
		return after->size == NO_LIMIT || text_length(before) <= after->size ? NULL
		                                                                     : length_lost;
	if (after->family == CHARACTER)
		return before->family == CHARACTER && before->size <= after->size
		           ? NULL
		           : "blanks at the end, and what is longer";
	if (before->family == BITS && after->family == BITS)
		return before->size > after->size ||
		               (after->fixed && !(before->fixed && before->size == after->size))
		           ? length_lost
		           : NULL;
	if (before->family == BOOLEAN && is_number(after->family))
		return NULL;
	if (is_number(before->family) && after->family == BOOLEAN)
		return "which number it was, but for 0";
	if (is_time(before->family) && is_time(after->family))
		return time_loss(before, after);
	if (before->family == JSON && after->family == JSONB)
		return "the order of keys, keys given twice, white space";
	if (before->family == JSONB && after->family == JSON)
		return NULL;
	if (before->family == TEXT && after->family == JSON)
		return NULL;
	return "values that cannot become the new type are refused, and how a value was written is "
	       "lost";
}

/* "integer[]" is as "integer". */
static bool strip_array(const char *type, char *element, size_t size)
{
	size_t length = strlen(type);

	snprintf(element, size, "%s", type);
	if (length < 2 || strcmp(type + length - 2, "[]") != 0 || length >= size)
		return false;
	element[length - 2] = '\0';
	return true;
}

static const char *plain(const char *type)
{
	return strcmp(type, "serial") == 0        ? "integer"
	       : strcmp(type, "bigserial") == 0   ? "bigint"
	       : strcmp(type, "smallserial") == 0 ? "smallint"
	                                          : type;
}

const char *narrow_loss(const char *before, const char *after)
{
	char old[160], new[160];
	bool was_array = strip_array(plain(before), old, sizeof old);
	bool array = strip_array(plain(after), new, sizeof new);
	struct shape from, to;

	if (strcmp(plain(before), plain(after)) == 0)
		return NULL;
	from = shape_of(old);
	to = shape_of(new);
	if (was_array != array && !(was_array && to.family == TEXT && to.size == NO_LIMIT))
		return "values that cannot become the new type are refused";
	return was_array != array ? NULL : shape_loss(&from, &to);
}

/* PostgreSQL 15, ALTER TABLE, notes: a type that is binary coercible to the new one, with the same or fewer
 * limits, needs no rewrite. Arrays of such are written again. */
bool narrow_keeps_rows(const char *before, const char *after)
{
	struct shape from = shape_of(plain(before)), to = shape_of(plain(after));

	if (strcmp(plain(before), plain(after)) == 0)
		return true;
	if (strchr(before, '[') || strchr(after, '[') || from.family == OTHER)
		return false;
	if (from.family == TEXT && to.family == TEXT)
		return to.size >= from.size && strcmp(before, "citext") != 0 &&
		       strcmp(after, "citext") != 0;
	/* Digits behind the point are stored as they are. */
	if (from.family == NUMERIC && to.family == NUMERIC)
		return to.size == NO_LIMIT ||
		       (from.scale == to.scale && from.size <= to.size && from.size != NO_LIMIT);
	if (from.family == to.family && (is_time(from.family) || from.family == BITS))
		return to.size >= from.size && !to.fixed;
	return false;
}
