/* What finding and comparing elements have in common. */
#ifndef TEST_CONFORMANCE_ELEMENTS_H
#define TEST_CONFORMANCE_ELEMENTS_H

#include "conformance.h"

/* The same, by the dialect's rule for names; NULL equals NULL alone. */
bool same_name(const char *a, const char *b);
/* NULL: it has none. */
const char *element_name(enum dbw_element_kind kind, const void *element);

#endif
