#include "migrations/chain.h"

#include <string.h>

/* What the chain needs, without the document that it lives in. */
static void keep_head(struct arena *arena, struct snapshot *snapshot)
{
	struct snapshot kept = {
	    .history = arena_string(arena, snapshot->history),
	    .parent = arena_string(arena, snapshot->parent),
	    .parent_checksum = arena_string(arena, snapshot->parent_checksum),
	    .words = snapshot->words,
	};

	memcpy(kept.checksum, snapshot->checksum, sizeof kept.checksum);
	*snapshot = kept;
}

/* Reads one file. Only the newest one's content is kept: the others are needed for their checksums alone. */
static bool read_link(struct chain *chain, struct chain_link *link, const struct entry *entry,
                      const char *dialect, bool newest, struct error *error)
{
	struct arena *arena = &chain->arena, own = {0};
	struct error why = {0};

	link->path = snapshot_path(arena, entry, link->migration->version);
	link->state = snapshot_open(newest ? arena : &own, link->path, &link->snapshot, &why);
	if (link->state == SNAPSHOT_GOOD &&
	    !snapshot_fits(&link->snapshot, entry, dialect, link->migration, &why))
		link->state = SNAPSHOT_BAD;
	if (link->state == SNAPSHOT_ABSENT)
		error_set(&why, ERROR_FAILED, "'%s' has no snapshot", link->migration->file);
	if (link->state == SNAPSHOT_NEWER) {
		*error = why;
		arena_release(&own);
		return false;
	}
	link->wanted = link->state == SNAPSHOT_BAD || (newest && link->state == SNAPSHOT_ABSENT);
	link->why = arena_string(arena, why.message);
	error_release(&why);
	if (!newest)
		keep_head(arena, &link->snapshot);
	arena_release(&own);
	return true;
}

/* What its history was not: the first file between its parent and itself that it did not know, where the parent
 * tells. */
static const char *explain_history(struct chain *chain, size_t at)
{
	const struct chain_link *link = &chain->links[at];
	const char *file = path_basename(link->path);
	size_t first = at;

	while (first && *link->snapshot.parent &&
	       version_compare(chain->links[first - 1].migration->version, link->snapshot.parent) >
	           0)
		first--;
	for (size_t i = first; i < at; i++)
		if (chain->links[i].state == SNAPSHOT_GOOD)
			return arena_printf(&chain->arena,
			                    "snapshot '%s' was written without '%s', which stands "
			                    "before it",
			                    file, chain->links[i].migration->file);
	return arena_printf(
	    &chain->arena,
	    "snapshot '%s' was written when an earlier migration was another, or had "
	    "another text",
	    file);
}

static void spoil(struct chain_link *link, const char *why)
{
	link->state = SNAPSHOT_BAD;
	link->wanted = true;
	link->why = why;
}

static struct chain_link *find_parent(const struct chain *chain, size_t at)
{
	const char *parent = chain->links[at].snapshot.parent;

	for (size_t i = at; i-- > 0;) {
		int order = version_compare(chain->links[i].migration->version, parent);

		if (order == 0)
			return &chain->links[i];
		if (order < 0)
			break;
	}
	return NULL;
}

static void check_parent(struct chain *chain, size_t at)
{
	struct chain_link *link = &chain->links[at], *parent;
	const char *file = path_basename(link->path);

	if (!*link->snapshot.parent)
		return;
	parent = find_parent(chain, at);
	if (!parent)
		spoil(link,
		      arena_printf(&chain->arena,
		                   "snapshot '%s' was written after a migration %.20s that is "
		                   "not before it",
		                   file, link->snapshot.parent));
	else if (parent->state == SNAPSHOT_ABSENT && !parent->wanted) {
		parent->wanted = true;
		parent->why =
		    arena_printf(&chain->arena, "snapshot '%s' is missing, which '%s' came after",
		                 path_basename(parent->path), file);
	} else if (parent->state == SNAPSHOT_GOOD &&
	           strcmp(parent->snapshot.checksum, link->snapshot.parent_checksum) != 0)
		spoil(link, arena_printf(&chain->arena,
		                         "snapshot '%s' was not written after this '%s', but after "
		                         "another one",
		                         file, path_basename(parent->path)));
}

bool chain_read(struct chain *chain, const struct migration_directory *directory,
                const struct entry *entry, const char *dialect, struct error *error)
{
	struct snapshot_tip tip = {0};

	*chain = (struct chain){.count = directory->versioned.count};
	chain->links = arena_alloc(&chain->arena, (chain->count + 1) * sizeof *chain->links);
	for (size_t i = 0; i < chain->count; i++) {
		struct chain_link *link = &chain->links[i];

		link->migration = directory->versioned.items[i];
		if (!read_link(chain, link, entry, dialect, i + 1 == chain->count, error))
			return false;
		snapshot_tip_pass(&tip, link->migration->checksum);
		if (link->state != SNAPSHOT_GOOD)
			continue;
		if (strcmp(link->snapshot.history, tip.history) != 0)
			spoil(link, explain_history(chain, i));
		else
			check_parent(chain, i);
	}
	for (size_t i = 0; i < chain->count; i++)
		chain->problems += chain->links[i].wanted;
	return true;
}

void chain_release(struct chain *chain)
{
	arena_release(&chain->arena);
	*chain = (struct chain){0};
}

struct chain_link *chain_newest(const struct chain *chain)
{
	return chain->count ? &chain->links[chain->count - 1] : NULL;
}
