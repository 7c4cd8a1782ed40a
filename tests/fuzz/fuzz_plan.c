/*
 * The reader of plans: what it accepts is said in one line.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "engine/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);
	struct arena arena = {0};
	struct error error = {0};
	struct plan plan = {0};
	bool done = plan_read(&plan, &arena, text, size, &error);

	must(done == !error.message, "an error and its result differ");
	if (done) {
		const char *summary = plan_summary(&plan, &arena);

		must(summary && !strchr(summary, '\n'), "a summary of more than one line");
	}
	error_release(&error);
	arena_release(&arena);
	free(text);
	return 0;
}
