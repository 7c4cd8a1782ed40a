#include "narrow.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* MySQL 8.0, chapter 11: what the types hold. */

enum family {
	OTHER,
	INTEGER,
	DECIMAL,
	FLOAT,
	BIT,
	TEXT,
	BINARY,
	BLANK_BINARY, /* binary(n) fills up with zeros */
	LIST,         /* ENUM and SET: the values decide */
	DATE,
	TIME,
	DATETIME,
	YEAR,
	JSON,
	UUID,
};

struct shape {
	enum family family;
	unsigned long size;  /* bits; digits before the point or of a float; characters or bytes */
	unsigned long scale; /* digits behind the point, of a second's fraction too */
	bool is_unsigned;
	bool timestamp; /* 1970 to 2038 */
};

static const struct {
	const char *name;
	enum family family;
	unsigned long size;
} types[] = {
    {"tinyint", INTEGER, 8},
    {"smallint", INTEGER, 16},
    {"mediumint", INTEGER, 24},
    {"int", INTEGER, 32},
    {"bigint", INTEGER, 64},
    {"decimal", DECIMAL, 10},
    {"float", FLOAT, 6},
    {"double", FLOAT, 15},
    {"bit", BIT, 1},
    {"char", TEXT, 1},
    {"varchar", TEXT, 0},
    {"tinytext", TEXT, 255},
    {"text", TEXT, 65535},
    {"mediumtext", TEXT, 16777215},
    {"longtext", TEXT, 4294967295},
    {"binary", BLANK_BINARY, 1},
    {"varbinary", BINARY, 0},
    {"tinyblob", BINARY, 255},
    {"blob", BINARY, 65535},
    {"mediumblob", BINARY, 16777215},
    {"longblob", BINARY, 4294967295},
    {"enum", LIST, 0},
    {"set", LIST, 0},
    {"date", DATE, 0},
    {"time", TIME, 0},
    {"datetime", DATETIME, 0},
    {"timestamp", DATETIME, 0},
    {"year", YEAR, 0},
    {"json", JSON, 0},
    {"uuid", UUID, 0},
};

static struct shape shape_of(const char *type)
{
	struct shape shape = {.family = OTHER};
	size_t length = strcspn(type, "( ");
	unsigned long first = 0, second = 0;
	int numbers = type[length] == '(' ? sscanf(type + length, "(%lu,%lu)", &first, &second) : 0;

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strlen(types[i].name) == length && strncmp(types[i].name, type, length) == 0) {
			shape.family = types[i].family;
			shape.size = types[i].size;
		}
	shape.is_unsigned = strstr(type, " unsigned") || strstr(type, " zerofill");
	shape.timestamp = strncmp(type, "timestamp", 9) == 0;
	if (numbers < 1)
		return shape;
	if (shape.family == DECIMAL) {
		shape.size = first - second;
		shape.scale = second;
	} else if (shape.family == TIME || shape.family == DATETIME) {
		shape.scale = first;
	} else if (shape.family == TEXT || shape.family == BINARY || shape.family == BLANK_BINARY ||
	           shape.family == BIT) {
		shape.size = first;
	} else if (shape.family == FLOAT && numbers == 2) {
		shape.size = first < shape.size ? first : shape.size;
	}
	return shape;
}

static const char numbers_lost[] =
    "numbers that do not fit are refused or cut, further digits rounded away";
static const char length_lost[] = "longer values do not fit: they are refused or cut";
static const char fraction_lost[] = "smaller fractions of a second are rounded away";
static const char other_lost[] =
    "values that cannot become the new type are refused, and how a value was written is lost";

static unsigned long digits(const struct shape *integer)
{
	return integer->size == 8    ? 3
	       : integer->size == 16 ? 5
	       : integer->size == 24 ? 8
	       : integer->size == 32 ? 10
	                             : 20;
}

static const char *number_loss(const struct shape *before, const struct shape *after)
{
	bool sign = !before->is_unsigned && after->is_unsigned;

	if (before->family == INTEGER && after->family == INTEGER)
		return sign || before->size > after->size ||
		               (before->size == after->size && before->is_unsigned &&
		                !after->is_unsigned)
		           ? numbers_lost
		           : NULL;
	if (sign)
		return numbers_lost;
	if (before->family == INTEGER)
		return digits(before) > after->size ? numbers_lost : NULL;
	if (before->family == DECIMAL && after->family == INTEGER)
		return before->scale || before->size >= digits(after) ? numbers_lost : NULL;
	if (before->family == DECIMAL && after->family == DECIMAL)
		return before->size > after->size || before->scale > after->scale ? numbers_lost
		                                                                  : NULL;
	if (before->family == DECIMAL)
		return before->size + before->scale > after->size ? numbers_lost : NULL;
	return after->family == FLOAT && before->size <= after->size ? NULL : numbers_lost;
}

static const char *time_loss(const struct shape *before, const struct shape *after)
{
	if (before->family == after->family) {
		if (before->scale > after->scale)
			return fraction_lost;
		return !before->timestamp && after->timestamp
		           ? "times before 1970 and after 2038 are refused"
		           : NULL;
	}
	if (before->family == DATE && after->family == DATETIME)
		return after->timestamp ? "dates before 1970 and after 2038 are refused" : NULL;
	if (before->family == DATETIME)
		return after->family == DATE ? "the time of day" : "the date";
	return other_lost;
}

static bool is_number(enum family family)
{
	return family == INTEGER || family == DECIMAL || family == FLOAT;
}

static bool is_time(enum family family)
{
	return family == DATE || family == TIME || family == DATETIME;
}

/* How long a value is as text, at most. */
static unsigned long text_length(const struct shape *shape)
{
	switch (shape->family) {
	case INTEGER:
		return digits(shape) + 1;
	case DECIMAL:
		return shape->size + shape->scale + 2;
	case FLOAT:
		return 24;
	case DATE:
		return 10;
	case TIME:
		return 17;
	case DATETIME:
		return 26;
	case YEAR:
		return 4;
	case UUID:
		return 36;
	case LIST:
		return 255;
	case TEXT:
		return shape->size;
	default:
		return ULONG_MAX;
	}
}

static const char *shape_loss(const struct shape *before, const struct shape *after)
{
	bool bytes = before->family == BINARY || before->family == BLANK_BINARY;

	if (is_number(before->family) && is_number(after->family))
		return number_loss(before, after);
	if (is_time(before->family) && is_time(after->family))
		return time_loss(before, after);
	if (before->family == BIT && after->family == BIT)
		return before->size > after->size ? length_lost : NULL;
	if (before->family == JSON && after->family == TEXT)
		return after->size == 4294967295 ? NULL : length_lost;
	if (after->family == TEXT && !bytes && before->family != OTHER && before->family != BIT)
		return text_length(before) > after->size ? length_lost : NULL;
	if (bytes && after->family == BINARY)
		return before->size > after->size ? length_lost : NULL;
	if (before->family == BLANK_BINARY && after->family == BLANK_BINARY)
		return before->size > after->size ? length_lost : NULL;
	if (before->family == BINARY && after->family == BLANK_BINARY)
		return "how long each value was: shorter ones are filled with zeros";
	return other_lost;
}

/* The values of ENUM and SET. */

/* The next 'value' in the list, its quotes included; false at the end. */
static bool next_value(const char **at, const char **value, size_t *length)
{
	const char *from = strchr(*at, '\''), *end;

	if (!from)
		return false;
	for (end = from + 1; *end; end++) {
		if (*end == '\\' && end[1])
			end++;
		else if (*end == '\'' && end[1] == '\'')
			end++;
		else if (*end == '\'')
			break;
	}
	*value = from;
	*length = (size_t)(end - from);
	*at = *end ? end + 1 : end;
	return true;
}

static bool has_value(const char *type, const char *wanted, size_t size)
{
	const char *value;
	size_t length;

	while (next_value(&type, &value, &length))
		if (length == size && strncmp(value, wanted, size) == 0)
			return true;
	return false;
}

static bool same_list_kind(const char *before, const char *after)
{
	return (strncmp(before, "enum(", 5) == 0 && strncmp(after, "enum(", 5) == 0) ||
	       (strncmp(before, "set(", 4) == 0 && strncmp(after, "set(", 4) == 0);
}

static const char *list_loss(const char *before, const char *after)
{
	const char *value;
	size_t length;

	/* One value of an ENUM is one of a SET too. */
	if (!same_list_kind(before, after) &&
	    !(strncmp(before, "enum(", 5) == 0 && strncmp(after, "set(", 4) == 0))
		return other_lost;
	while (next_value(&before, &value, &length))
		if (!has_value(after, value, length))
			return "rows with a value that is no more are refused, or lose it";
	return NULL;
}

bool narrow_appends_values(const char *before, const char *after)
{
	const char *old, *new;
	size_t old_length, new_length;

	if (!same_list_kind(before, after))
		return false;
	while (next_value(&before, &old, &old_length))
		if (!next_value(&after, &new, &new_length) || old_length != new_length ||
		    strncmp(old, new, old_length) != 0)
			return false;
	return true;
}

const char *narrow_loss(const char *before, const char *after)
{
	struct shape from = shape_of(before), to = shape_of(after);

	if (strcmp(before, after) == 0)
		return NULL;
	if (to.family == LIST)
		return from.family == LIST
		           ? list_loss(before, after)
		           : "values that are not in the list are refused, or become ''";
	return shape_loss(&from, &to);
}

/* MySQL 8.0, 10.9: utf8mb4 has all that the others have; utf8mb3 has what the others have but utf8mb4. */
bool narrow_holds_charset(const char *before, const char *after)
{
	if (!before || !after)
		return before == after || (after && strcasecmp(after, "utf8mb4") == 0);
	if (strcasecmp(before, after) == 0 || strcasecmp(after, "utf8mb4") == 0 ||
	    strcasecmp(before, "ascii") == 0)
		return true;
	return strcasecmp(after, "utf8mb3") == 0 &&
	       (strcasecmp(before, "latin1") == 0 || strcasecmp(before, "ucs2") == 0 ||
	        strcasecmp(before, "latin2") == 0 || strcasecmp(before, "cp1251") == 0);
}
