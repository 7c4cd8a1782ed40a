/* Runs the suite on the plugin that the environment names. */
#include <stdio.h>
#include <stdlib.h>

#include "conformance.h"

int main(void)
{
	TCase *const groups[] = {connection_cases(), failure_cases(),   lock_cases(),
	                         schema_cases(),     operation_cases(), refusal_cases()};
	Suite *suite = suite_create("conformance");
	SRunner *runner;
	int failed;

	if (!getenv("DBWARDEN_TEST_PLUGIN") || !getenv("DBWARDEN_TEST_URL")) {
		fputs("set DBWARDEN_TEST_PLUGIN and DBWARDEN_TEST_URL\n", stderr);
		return 2;
	}
	if (!list_missing_features())
		return 2;
	for (size_t i = 0; i < COUNT(groups); i++) {
		tcase_add_checked_fixture(groups[i], suite_set_up, suite_tear_down);
		tcase_set_timeout(groups[i], 60);
		suite_add_tcase(suite, groups[i]);
	}
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
