/*
 * A change of many files that is made as a whole or not at all. First all of it is written into one file beside
 * the snapshots; once that is there, the change is made, and whoever finds the file later makes it to the end.
 */
#ifndef MIGRATIONS_REDO_H
#define MIGRATIONS_REDO_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "config/config.h"

enum redo_folder { REDO_MIGRATIONS, REDO_SNAPSHOTS };

struct redo {
	json_t *writes;  /* [{"folder": ..., "name": ..., "text": ...}] */
	json_t *removes; /* [{"folder": ..., "name": ...}] */
};

void redo_begin(struct redo *redo);
/* 'name' is that of a file in the folder, without a slash. */
void redo_write(struct redo *redo, enum redo_folder folder, const char *name, const char *text,
                size_t length);
/* Unless the same name is written, whenever that was said. */
void redo_remove(struct redo *redo, enum redo_folder folder, const char *name);
/* Takes back what was said to be removed so far. */
void redo_keep(struct redo *redo, enum redo_folder folder, const char *name);
void redo_release(struct redo *redo);

/* Makes the change. Where it fails in between, redo_finish() goes on. */
bool redo_commit(const struct redo *redo, const struct entry *entry, struct error *error);
/* True if a change was begun and not ended. */
bool redo_is_pending(const struct entry *entry);
/* The error for those who may not end it. */
bool redo_refuse(const struct entry *entry, struct error *error);
/* Ends it; nothing to end is no error. */
bool redo_finish(const struct entry *entry, struct error *error);

#endif
