#include "engine/mend.h"

#include <string.h>

#include "engine/scope.h"

/* The schemas of the wanted links, by place; NULL where none is wanted. */
struct replayed {
	struct schema **schemas;
	size_t count;
};

static void replayed_release(struct replayed *replayed)
{
	for (size_t i = 0; i < replayed->count; i++) {
		schema_free(replayed->schemas[i]);
		replayed->schemas[i] = NULL;
	}
}

/* Earlier ones than the newest, whose schema the base is. */
static bool replay_wanted(struct replayed *replayed, const struct base *base,
                          const struct dialect *dialect, const struct config *config,
                          const struct entry *entry, struct error *error)
{
	const struct chain *chain = &base->chain;
	struct dbw_list migrations = {0};
	struct arena arena = {0};
	struct session scratch;
	bool done;

	for (size_t i = 0; i < chain->count; i++)
		list_append(&arena, &migrations, (void *)(size_t)chain->links[i].migration);
	done = session_open_scratch(&scratch, dialect, config, entry, error);
	if (!done)
		goto out;
	done = scratch_build_for(&scratch, &migrations, base->schema, entry, error);
	for (size_t i = 0; done && i + 1 < chain->count; i++) {
		const struct migration *migration = chain->links[i].migration;

		done = replay_section(&scratch, migration, &migration->upgrade, error) ||
		       error_context(error, "replaying '%s'", migration->file);
		if (!done || !chain->links[i].wanted)
			continue;
		replayed->schemas[i] = schema_new(dialect->plugin.traits);
		done = scope_introspect(&scratch, entry, replayed->schemas[i], error);
	}
	session_close(&scratch);
out:
	arena_release(&arena);
	return done;
}

static bool add(struct mending *mending, struct file_set *set, const char *path,
                const struct dbw_buffer *text, struct error *error)
{
	list_append(&mending->arena, &mending->paths, arena_string(&mending->arena, path));
	return file_set_add(set, path, buffer_text(text), text->length, error);
}

static bool follows(const struct snapshot *snapshot, const struct snapshot_tip *tip)
{
	return version_compare(snapshot->parent, tip->version) == 0 &&
	       strcmp(snapshot->parent_checksum, tip->checksum) == 0;
}

/* A good one whose parent was written anew. */
static bool adopt(struct mending *mending, const struct chain_link *link,
                  const struct dialect *dialect, const struct entry *entry, struct file_set *set,
                  struct error *error)
{
	struct schema *schema = schema_new(dialect->plugin.traits);
	struct dbw_buffer text = {0};
	struct snapshot snapshot;
	struct arena arena = {0};
	bool done = snapshot_open(&arena, link->path, &snapshot, error) == SNAPSHOT_GOOD &&
	            snapshot_schema(&snapshot, schema, error);

	if (done) {
		snapshot_write(&text, schema, snapshot.words, entry, dialect->plugin.name,
		               link->migration->version, link->migration->checksum, &mending->tip);
		done = add(mending, set, link->path, &text, error);
	}
	buffer_release(&text);
	arena_release(&arena);
	schema_free(schema);
	return done;
}

static bool mend_link(struct mending *mending, const struct chain_link *link,
                      const struct schema *schema, enum snapshot_words words,
                      const struct dialect *dialect, const struct entry *entry,
                      struct file_set *set, struct error *error)
{
	struct dbw_buffer text = {0};
	bool done;

	snapshot_write(&text, schema, words, entry, dialect->plugin.name, link->migration->version,
	               link->migration->checksum, &mending->tip);
	list_append(&mending->arena, &mending->mended,
	            link->wanted ? arena_string(&mending->arena, link->why)
	                         : arena_printf(&mending->arena,
	                                        "snapshot '%s' was in the words of a server",
	                                        path_basename(link->path)));
	done = add(mending, set, link->path, &text, error);
	buffer_release(&text);
	return done;
}

/* One link, the ones before it being done. */
static bool mend_one(struct mending *mending, const struct base *base, size_t at,
                     const struct schema *replayed, const struct schema *declared,
                     const struct dialect *dialect, const struct entry *entry, struct file_set *set,
                     struct error *error)
{
	const struct chain_link *link = &base->chain.links[at];
	bool newest = at + 1 == base->chain.count;
	bool rewrites = dialect->plugin.traits->flags & DBW_TRAIT_REWRITES_TEXT;
	bool reword = declared && base->words == WORDS_SERVER;

	/* One in the server's words serves only until the models' are known. */
	if (newest && (link->wanted || reword))
		return mend_link(mending, link, reword ? declared : base->schema,
		                 reword ? WORDS_DECLARED : base->words, dialect, entry, set, error);
	if (replayed)
		return mend_link(mending, link, replayed, rewrites ? WORDS_SERVER : WORDS_DECLARED,
		                 dialect, entry, set, error);
	if (link->state != SNAPSHOT_GOOD) {
		snapshot_tip_pass(&mending->tip, link->migration->checksum);
		return true;
	}
	if (!mending->left && !follows(&link->snapshot, &mending->tip))
		return adopt(mending, link, dialect, entry, set, error);
	snapshot_tip_reach(&mending->tip, &link->snapshot, link->migration);
	return true;
}

bool mend_chain(struct mending *mending, const struct base *base, const struct schema *declared,
                const struct dialect *dialect, const struct config *config,
                const struct entry *entry, struct file_set *set, struct error *error)
{
	const struct chain *chain = &base->chain;
	const struct chain_link *newest = chain_newest(chain);
	size_t earlier = chain->problems - (newest && newest->wanted);
	struct replayed replayed = {0};
	struct error why = {0};
	bool done = true;

	replayed.count = chain->count;
	replayed.schemas =
	    arena_alloc(&mending->arena, (chain->count + 1) * sizeof *replayed.schemas);
	if (earlier && !replay_wanted(&replayed, base, dialect, config, entry, &why)) {
		mending->left = arena_string(&mending->arena, why.message);
		replayed_release(&replayed);
	}
	for (size_t i = 0; done && i < chain->count; i++)
		done = mend_one(mending, base, i, replayed.schemas[i], declared, dialect, entry,
		                set, error);
	error_release(&why);
	replayed_release(&replayed);
	return done;
}

void mending_release(struct mending *mending)
{
	arena_release(&mending->arena);
	*mending = (struct mending){0};
}
