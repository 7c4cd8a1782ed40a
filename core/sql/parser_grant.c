#include <ctype.h>
#include <string.h>

#include "sql/parser_internal.h"
#include "sql/text.h"

/* GRANT and REVOKE, taken apart: one object for each grantee of each thing. What is about the server or the whole
 * database, and membership in roles, is no part of a schema. */

struct grant_target {
	const char *namespace_name;
	const char *name; /* NULL: no table or view */
	const char *text; /* "TABLE app.t" */
};

struct grant {
	bool revoke;
	bool option;                /* WITH GRANT OPTION, GRANT OPTION FOR */
	struct dbw_list privileges; /* struct dbw_option: the privilege, a column or "" */
	struct dbw_list targets;    /* struct grant_target */
	struct dbw_list roles;      /* char * */
};

static bool upper_word(struct parser *parser, const char **word)
{
	char *upper = arena_copy(parser->arena, parser->token.text, parser->token.length);

	if (parser->token.kind != TOKEN_WORD)
		return parser_unexpected(parser, "a privilege");
	for (char *c = upper; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	*word = upper;
	return parser_advance(parser);
}

static void add_privilege(struct parser *parser, struct dbw_list *privileges, const char *name,
                          const char *column)
{
	struct dbw_option *privilege = schema_add(parser->schema, privileges, DBW_OPTION);

	privilege->name = name;
	privilege->value = column;
}

/* SELECT (a, b), UPDATE, ALL PRIVILEGES */
static bool parse_privileges(struct parser *parser, struct grant *grant)
{
	bool more = true;

	while (more) {
		struct dbw_list columns = {0};
		const char *name;

		if (!upper_word(parser, &name))
			return false;
		if (strcmp(name, "ALL") == 0 && !parser_accept(parser, "PRIVILEGES", NULL))
			return false;
		if (parser_at_symbol(parser, "(") &&
		    !parser_name_list(parser, "a column name", &columns))
			return false;
		for (size_t i = 0; i < columns.count; i++)
			add_privilege(parser, &grant->privileges, name, columns.items[i]);
		if (!columns.count)
			add_privilege(parser, &grant->privileges, name, "");
		if (!parser_accept_symbol(parser, ",", &more))
			return false;
	}
	return true;
}

/* The kinds of things, and how they are called here. */
static const struct {
	const char *word;
	const char *kind; /* NULL: no part of a schema */
} kinds[] = {
    {"TABLE", "TABLE"},       {"SEQUENCE", "SEQUENCE"},   {"SCHEMA", "SCHEMA"},
    {"FUNCTION", "FUNCTION"}, {"PROCEDURE", "PROCEDURE"}, {"ROUTINE", "ROUTINE"},
    {"TYPE", "TYPE"},         {"DOMAIN", "TYPE"},         {"DATABASE", NULL},
    {"FOREIGN", NULL},        {"LANGUAGE", NULL},         {"LARGE", NULL},
    {"PARAMETER", NULL},      {"TABLESPACE", NULL},
};

/* One thing's name, and the types of a routine's arguments. */
static bool parse_target(struct parser *parser, const char *kind, struct grant *grant)
{
	const char *usual = parser->traits->default_namespace, *signature = NULL;
	struct grant_target *target = arena_new(parser->arena, struct grant_target);
	size_t from = parser->token.offset, to;
	bool dot;

	if (!parser_name(parser, "a name", &target->name) ||
	    !parser_accept_symbol(parser, ".", &dot))
		return false;
	if (dot) {
		target->namespace_name = target->name;
		if (usual && sql_names_equal(parser->traits, target->namespace_name, usual)) {
			target->namespace_name = NULL;
			from = parser->token.offset;
		}
		if (!parser_name(parser, "a name", &target->name))
			return false;
	}
	to = parser->last.offset + parser->last.length;
	if (parser_at_symbol(parser, "(") && !parser_signature(parser, &signature))
		return false;
	target->text = arena_printf(parser->arena, "%s %s", kind, parser_tidy(parser, from, to));
	/* The names of parameters are left out. */
	if (signature)
		target->text = arena_printf(parser->arena, "%s(%s)", target->text, signature);
	if (strcmp(kind, "SCHEMA") == 0)
		target->namespace_name =
		    usual && sql_names_equal(parser->traits, target->name, usual) ? NULL
										  : target->name;
	if (strcmp(kind, "TABLE") != 0)
		target->name = NULL;
	list_append(parser->arena, &grant->targets, target);
	return true;
}

/* ALL TABLES IN SCHEMA a, b: the dialect knows which these are. */
static bool parse_all_in_schema(struct parser *parser, struct grant *grant)
{
	const char *kind, *name;
	bool more = true;

	if (!parser_expect(parser, "ALL") || !upper_word(parser, &kind) ||
	    !parser_expect(parser, "IN") || !parser_expect(parser, "SCHEMA"))
		return false;
	while (more) {
		struct grant_target *target = arena_new(parser->arena, struct grant_target);
		size_t from = parser->token.offset;

		if (!parser_name(parser, "the name of a schema", &name))
			return false;
		target->namespace_name = name;
		target->text = arena_printf(
		    parser->arena, "ALL %s IN SCHEMA %s", kind,
		    parser_tidy(parser, from, parser->last.offset + parser->last.length));
		list_append(parser->arena, &grant->targets, target);
		if (!parser_accept_symbol(parser, ",", &more))
			return false;
	}
	return true;
}

static bool parse_targets(struct parser *parser, struct grant *grant, bool *known)
{
	const char *kind = "TABLE";
	bool more = true;

	*known = true;
	if (parser_at(parser, "ALL"))
		return parse_all_in_schema(parser, grant);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!parser_at(parser, kinds[i].word) || parser_next_is_symbol(parser, ",") ||
		    parser_next_is_symbol(parser, ".") || parser_next_is(parser, "TO") ||
		    parser_next_is(parser, "FROM"))
			continue;
		*known = kinds[i].kind != NULL;
		kind = kinds[i].kind;
		if (!*known)
			return true;
		if (!parser_advance(parser))
			return false;
		break;
	}
	while (more)
		if (!parse_target(parser, kind, grant) || !parser_accept_symbol(parser, ",", &more))
			return false;
	return true;
}

static bool parse_roles(struct parser *parser, struct grant *grant)
{
	bool more = true;

	while (more) {
		const char *role = NULL;
		bool everybody;

		if (!parser_accept(parser, "GROUP", NULL))
			return false;
		everybody = parser_at(parser, "PUBLIC");
		if (parser_at(parser, "CURRENT_USER") || parser_at(parser, "CURRENT_ROLE") ||
		    parser_at(parser, "SESSION_USER"))
			return parser_fail(parser, &parser->token,
			                   "a model names a role; who runs its migrations may "
			                   "be anybody");
		if (!parser_name(parser, "a role", &role))
			return false;
		list_append(parser->arena, &grant->roles,
		            everybody ? (void *)(size_t) "PUBLIC" : (void *)(size_t)role);
		if (!parser_accept_symbol(parser, ",", &more))
			return false;
	}
	return true;
}

/* GRANT role TO role: there is no ON. */
static bool is_membership(const struct parser *parser)
{
	struct lexer here = parser->lexer;
	struct error ignored = {0};
	struct token token = parser->token;
	bool more = true, found = false;

	here.comments = false;
	while (more && !found) {
		found = token_is(&token, "ON");
		more = !token_is(&token, "TO") && !token_is(&token, "FROM") &&
		       lexer_next(&here, &token, &ignored) && token.kind != TOKEN_END;
	}
	error_release(&ignored);
	return !found;
}

bool parse_grant(struct parser *parser, struct parse_report *report)
{
	struct grant *grant = arena_new(parser->arena, struct grant);
	struct token at = parser->token;
	struct waiting *waiting;
	bool known, found;

	grant->revoke = parser_at(parser, "REVOKE");
	if (!(parser->traits->flags & DBW_TRAIT_NAMESPACES) || is_membership(parser)) {
		report->settings++;
		return parser_skip(parser);
	}
	if (!parser_advance(parser) ||
	    !parser_accept_words(parser, &found, "GRANT", "OPTION", "FOR", NULL))
		return false;
	grant->option = found;
	if (!parse_privileges(parser, grant) || !parser_expect(parser, "ON") ||
	    !parse_targets(parser, grant, &known))
		return false;
	if (!known) {
		report->settings++;
		return parser_skip(parser);
	}
	if (!parser_expect(parser, grant->revoke ? "FROM" : "TO") || !parse_roles(parser, grant) ||
	    !parser_accept_words(parser, &found, "WITH", "GRANT", "OPTION", NULL))
		return false;
	grant->option |= found;
	if (!parser_accept_words(parser, &found, "GRANTED", "BY", NULL) ||
	    (found && !parser_advance(parser)) ||
	    (!parser_accept(parser, "CASCADE", NULL) || !parser_accept(parser, "RESTRICT", NULL)))
		return false;
	waiting = parser_wait(parser, WAITING_COMMENTS, &at, grant->revoke ? "REVOKE" : "GRANT");
	waiting->grant = grant;
	return true;
}

/* What the statements come to, one after the other. */

static struct dbw_object *find_grant(struct schema *schema, const struct grant_target *target,
                                     const char *role, const char *signature)
{
	return schema_find_object(schema, DBW_GRANT, target->namespace_name, role, target->name,
	                          signature);
}

static bool same_privilege(const struct dbw_option *a, const struct dbw_option *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->value, b->value) == 0;
}

static bool has_privilege(const struct dbw_object *object, const struct dbw_option *privilege)
{
	for (size_t i = 0; object && i < object->privileges.count; i++)
		if (same_privilege(privilege, object->privileges.items[i]))
			return true;
	return false;
}

/* 'better': the signature of a grant that has all that this one could give; or NULL. */
static void grant_to(struct schema *schema, const struct waiting *waiting,
                     const struct grant_target *target, const char *role, const char *signature,
                     const char *better)
{
	const struct grant *grant = waiting->grant;
	struct dbw_object *object = find_grant(schema, target, role, signature);
	const struct dbw_object *other = better ? find_grant(schema, target, role, better) : NULL;

	if (!object) {
		object = schema_add(schema, &schema->content.objects, DBW_OBJECT);
		object->kind = DBW_GRANT;
		object->namespace_name = target->namespace_name;
		object->name = role;
		object->table = target->name;
		object->signature = signature;
		object->text = target->text;
		object->source = waiting->source;
		schema_changed(schema);
	}
	for (size_t i = 0; i < grant->privileges.count; i++) {
		const struct dbw_option *privilege = grant->privileges.items[i];

		if (!has_privilege(object, privilege) && !has_privilege(other, privilege))
			list_append(&schema->arena, &object->privileges, (void *)(size_t)privilege);
	}
}

static bool is_revoked(const struct grant *grant, const struct dbw_option *privilege)
{
	for (size_t i = 0; i < grant->privileges.count; i++) {
		const struct dbw_option *one = grant->privileges.items[i];

		if ((strcmp(one->name, "ALL") == 0 && !*one->value) ||
		    same_privilege(one, privilege))
			return true;
	}
	return false;
}

static void revoke_from(struct schema *schema, const struct grant *grant,
                        const struct grant_target *target, const char *role, const char *signature)
{
	struct dbw_object *object = find_grant(schema, target, role, signature);

	for (size_t i = object ? object->privileges.count : 0; i > 0; i--)
		if (is_revoked(grant, object->privileges.items[i - 1]))
			list_remove(&object->privileges, i - 1);
	for (size_t i = schema->content.objects.count; object && i > 0; i--)
		if (schema->content.objects.items[i - 1] == object && !object->privileges.count) {
			list_remove(&schema->content.objects, i - 1);
			schema_changed(schema);
		}
}

/* What was granted with the right to grant it stays granted without. */
static void take_option(struct schema *schema, const struct waiting *waiting,
                        const struct grant_target *target, const char *role, const char *with)
{
	const struct dbw_object *object = find_grant(schema, target, role, with);
	struct grant kept = *waiting->grant;
	struct waiting here = *waiting;

	kept.privileges = (struct dbw_list){0};
	for (size_t i = 0; object && i < object->privileges.count; i++)
		if (is_revoked(waiting->grant, object->privileges.items[i]))
			list_append(&schema->arena, &kept.privileges, object->privileges.items[i]);
	revoke_from(schema, waiting->grant, target, role, with);
	here.grant = &kept;
	if (kept.privileges.count)
		grant_to(schema, &here, target, role, target->text, NULL);
}

/* What everybody may do until it is taken away: the dialect knows whether that is so. */
static void revoke_from_all(struct schema *schema, const struct waiting *waiting,
                            const struct grant_target *target)
{
	struct grant negated = *waiting->grant;
	struct waiting here = *waiting;

	negated.privileges = (struct dbw_list){0};
	for (size_t i = 0; i < waiting->grant->privileges.count; i++) {
		const struct dbw_option *from = waiting->grant->privileges.items[i];
		struct dbw_option *to = schema_add(schema, &negated.privileges, DBW_OPTION);

		to->name = arena_printf(&schema->arena, "-%s", from->name);
		to->value = from->value;
	}
	here.grant = &negated;
	grant_to(schema, &here, target, "PUBLIC", target->text, NULL);
}

static bool is_declared(struct schema *schema, const struct grant_target *target)
{
	return !target->name || schema_find_table(schema, target->namespace_name, target->name) ||
	       schema_find_sequence(schema, target->namespace_name, target->name) ||
	       schema_find_object(schema, DBW_VIEW, target->namespace_name, target->name, NULL,
	                          NULL) ||
	       schema_find_object(schema, DBW_MATERIALIZED_VIEW, target->namespace_name,
	                          target->name, NULL, NULL);
}

bool attach_grant(struct schema *schema, const struct waiting *waiting, struct error *error)
{
	const struct grant *grant = waiting->grant;

	for (size_t i = 0; i < grant->targets.count; i++) {
		struct grant_target *target = grant->targets.items[i];
		const char *with;

		if (!is_declared(schema, target))
			return error_at(error, ERROR_FAILED, waiting->source.file,
			                waiting->source.line, waiting->source.column,
			                "%s is on '%s', which is not declared", waiting->what,
			                target->name);
		/* A sequence may be called a table. */
		if (target->name &&
		    schema_find_sequence(schema, target->namespace_name, target->name)) {
			target->text = arena_printf(&schema->arena, "SEQUENCE%s",
			                            target->text + strlen("TABLE"));
			target->name = NULL;
		}
		with = arena_printf(&schema->arena, "%s WITH GRANT OPTION", target->text);
		for (size_t j = 0; j < grant->roles.count; j++) {
			const char *role = grant->roles.items[j];

			if (!grant->revoke) {
				/* With the right to grant it, it is not granted without. */
				if (grant->option)
					revoke_from(schema, grant, target, role, target->text);
				grant_to(schema, waiting, target, role,
				         grant->option ? with : target->text,
				         grant->option ? NULL : with);
				continue;
			}
			if (grant->option) {
				take_option(schema, waiting, target, role, with);
				continue;
			}
			revoke_from(schema, grant, target, role, with);
			revoke_from(schema, grant, target, role, target->text);
			if (strcmp(role, "PUBLIC") == 0 && !target->name)
				revoke_from_all(schema, waiting, target);
		}
	}
	return true;
}
