/*
 * What the plan beside a pending migration says of its risk, for commands that show what is pending.
 */
#ifndef CLI_PLANS_H
#define CLI_PLANS_H

#include "cli/cli.h"
#include "cli/output.h"
#include "migrations/migration.h"

/* Prints 'VERSION: SUMMARY' where there is a plan; true if it did. One that is broken or of another text is told
 * of and left out. */
bool plan_print_line(struct invocation *invocation, const struct migration *migration);
/* As comments of SQL: one line for each operation that has something to say. */
void plan_print_comments(struct invocation *invocation, const struct migration *migration);
/* An object, or null. */
json_t *plan_json(struct invocation *invocation, const struct migration *migration);

#endif
