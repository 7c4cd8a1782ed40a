/*
 * A part of a schema: the tables and objects that a set of operations can touch, and all that these need
 * to be made. What is compared or proved in a scratch database is this part: so a small change of a large
 * schema costs little.
 */
#ifndef ENGINE_PART_H
#define ENGINE_PART_H

#include "schema/diff.h"
#include "schema/schema.h"

struct part {
	struct arena arena;
	const struct schema *whole;
	struct dbw_list tables;  /* struct dbw_table, in the order in which they were chosen */
	struct dbw_list objects; /* struct dbw_object */
	struct schema *set;      /* the chosen tables again, to look them up by name */
	struct schema *names;    /* likewise the names of their indexes and constraints */
};

/* What the operations of the diff touch in 'whole', which is one of the two sides that it compares. */
void part_begin(struct part *part, const struct schema *whole, const struct diff *diff);
/* Takes in what the other side's part has, so that what is compared is the same on both. */
void part_join(struct part *part, const struct part *other);
/* The part as a schema of its own; its elements stay where they are. The caller frees it. */
struct schema *part_schema(const struct part *part);
void part_release(struct part *part);

#endif
