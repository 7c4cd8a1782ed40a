/*
 * Who may do what is compared where the models say it, and nowhere else: who never grants anything in the models does
 * not want what somebody granted by hand to be revoked.
 */
#ifndef SCHEMA_GRANTS_H
#define SCHEMA_GRANTS_H

#include "schema/schema.h"

/* Takes the grants out of 'found' that are on things on which 'declared' grants nothing. */
void grants_narrow(struct schema *found, const struct schema *declared);

#endif
