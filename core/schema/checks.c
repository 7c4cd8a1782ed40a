#include "schema/diff.h"
#include "schema/diff_internal.h"
#include "sql/text.h"

/* Checks that nobody named. A server names them as it likes, by their places in the table for example, so they are
 * known by what they say; the name that one has on the server is the one to drop it by. */

static struct dbw_constraint *find_constraint(const struct dbw_traits *traits,
                                              const struct dbw_table *table, const char *name)
{
	for (size_t i = 0; name && i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->name && sql_names_equal(traits, constraint->name, name))
			return constraint;
	}
	return NULL;
}

/* The check of that side which is the same, but has a name of its own. */
static struct dbw_constraint *find_nameless(const struct dbw_traits *traits,
                                            const struct dbw_table *table,
                                            const struct dbw_table *other,
                                            const struct dbw_constraint *check)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *one = table->constraints.items[i];
		const struct dbw_constraint *twin = find_constraint(traits, other, one->name);

		if (element_equal(traits, DBW_CONSTRAINT, one, check) &&
		    !(twin && element_equal(traits, DBW_CONSTRAINT, one, twin)))
			return one;
	}
	return NULL;
}

void checks_keep_names(const struct dbw_traits *traits, const struct dbw_table *before,
                       const struct dbw_table *after)
{
	for (size_t i = 0; i < before->constraints.count; i++) {
		const struct dbw_constraint *found = before->constraints.items[i];
		struct dbw_constraint *wanted, *other;

		if (!found->server_named)
			continue;
		other = find_constraint(traits, after, found->name);
		if (other && element_equal(traits, DBW_CONSTRAINT, found, other))
			continue;
		wanted = find_nameless(traits, after, before, found);
		if (!wanted)
			continue;
		if (other)
			other->name = wanted->name;
		wanted->name = found->name;
		wanted->options = found->options;
	}
}

void diff_name_checks(struct schema *declared, const struct schema *after)
{
	for (size_t i = 0; i < declared->content.tables.count; i++) {
		const struct dbw_table *table = declared->content.tables.items[i];
		const struct dbw_table *twin =
		    schema_find_table(after, table->namespace_name, table->name);

		for (size_t j = 0; twin && j < table->constraints.count; j++) {
			struct dbw_constraint *check = table->constraints.items[j];

			for (size_t k = 0; check->server_named && k < twin->constraints.count;
			     k++) {
				const struct dbw_constraint *one = twin->constraints.items[k];

				if (!one->server_named ||
				    !sql_names_equal(declared->traits, one->server_named,
				                     check->server_named))
					continue;
				check->name = one->name;
				check->options = one->options;
			}
		}
	}
}
