/* What main.c hands to the tests that go through the core. */
#ifndef TEST_CONFORMANCE_SUITE_H
#define TEST_CONFORMANCE_SUITE_H

#include "base/arena.h"
#include "base/error.h"
#include "plugin/dialect.h"

extern struct dialect *dialect;
extern struct error error;
extern struct arena arena;
extern const char *database_url;

void conformance_set_up(void);
void conformance_tear_down(void);

#endif
