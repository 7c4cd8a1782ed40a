/*
 * What the files of generate() share.
 */
#ifndef ENGINE_GENERATE_INTERNAL_H
#define ENGINE_GENERATE_INTERNAL_H

#include "engine/generate.h"

/* generate_renames.c: compares base and models, and asks. *open: a question has no answer. */
bool generate_compare(struct generated *generated, const struct dialect *dialect,
                      const struct generate_options *options, bool *open, struct error *error);

/* generate_file.c */

/* The operations as they are planned; *worst receives the worst reversal. What is made in the same set has no
 * rows: 'before' is what there is now. */
void generate_plan(struct arena *arena, const struct dialect *dialect, const struct schema *before,
                   const struct dbw_list *operations, struct dbw_list *planned,
                   enum reversal *worst);
/* Makes the files of the set out of the stages: compared, planned, not named yet. */
bool generate_files(struct generated *generated, const struct dialect *dialect, bool safe,
                    struct error *error);
/* Writes the text of a named file, reads it back, and proves it. */
bool generate_text(struct generated *generated, struct generated_file *file,
                   const struct dialect *dialect, struct error *error);
bool generate_proof(struct generated *generated, struct generated_file *file,
                    const struct config *config, const struct entry *entry,
                    const struct dialect *dialect, const struct generate_options *options,
                    struct error *error);
void generated_file_release(struct generated_file *file);

#endif
