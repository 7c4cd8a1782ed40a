/* Scripts to statements. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "sql/statements.h"

static const struct dbw_traits sqlite = {
    .flags = DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE | DBW_TRAIT_IDENTIFIER_BACKTICK |
             DBW_TRAIT_IDENTIFIER_BRACKET | DBW_TRAIT_TRIGGER_BODY,
};
static const struct dbw_traits postgresql = {
    .flags = DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE | DBW_TRAIT_STRING_E | DBW_TRAIT_DOLLAR_QUOTE |
             DBW_TRAIT_COMMENT_NESTED | DBW_TRAIT_BEGIN_ATOMIC | DBW_TRAIT_COPY_STDIN,
};
static const struct dbw_traits mysql = {
    .flags = DBW_TRAIT_IDENTIFIER_BACKTICK | DBW_TRAIT_STRING_DOUBLE_QUOTE |
             DBW_TRAIT_STRING_BACKSLASH | DBW_TRAIT_COMMENT_HASH | DBW_TRAIT_COMMENT_DASH_SPACE |
             DBW_TRAIT_COMMENT_VERSIONED | DBW_TRAIT_COMPOUND_BODY | DBW_TRAIT_DELIMITER,
};

static struct error error;
static struct arena arena;

static void tear_down(void)
{
	error_release(&error);
	arena_release(&arena);
}

#define SAME(text) text "; x", text "|x"

/* The statements that a script holds, with '|' between them. */
static const struct {
	const struct dbw_traits *traits;
	const char *script;
	const char *statements;
} cases[] = {
    /* Anywhere. */
    {&sqlite, "", ""},
    {&sqlite, ";;\n ; -- nothing\n", ""},
    {&sqlite, "a; b", "a|b"},
    {&sqlite, "a;b;", "a|b"},
    {&sqlite, "-- c\na /* ; */ b -- ;\n;\n\nc", "a /* ; */ b|c"},
    {&sqlite, "a\n\n\nb;", "a\n\n\nb"},
    {&sqlite, "'a;''b' ; \"c;d\"; [e;f]; `g;h`", "'a;''b'|\"c;d\"|[e;f]|`g;h`"},
    {&sqlite, "INSERT INTO t VALUES (':name', '\n-- x\n');",
     "INSERT INTO t VALUES (':name', '\n-- x\n')"},
    {&sqlite,
     "\xEF\xBB\xBF"
     "a;\r\nb;\r\n",
     "a|b"},
    {&sqlite, "BEGIN; a; END; COMMIT;", "BEGIN|a|END|COMMIT"},

    /* Triggers. */
    {&sqlite, SAME("CREATE TRIGGER t AFTER INSERT ON a BEGIN b; c; END")},
    {&sqlite, SAME("create temp trigger t BEGIN b; END")},
    {&sqlite, SAME("CREATE TEMPORARY TRIGGER IF NOT EXISTS t BEGIN b; END")},
    {&sqlite, SAME("CREATE TRIGGER t BEGIN SELECT CASE WHEN a THEN 1 ELSE 2 END; b; END")},
    {&sqlite, SAME("CREATE TRIGGER t BEGIN SELECT CASE CASE a WHEN 1 THEN 2 END WHEN 2 THEN 3 "
                   "END; END")},
    {&sqlite, SAME("CREATE TRIGGER t WHEN CASE WHEN a THEN 1 END BEGIN b; END")},
    {&sqlite, SAME("CREATE TRIGGER t BEGIN UPDATE a SET end = 1, \"end\" = NEW.end; c; END")},
    {&sqlite, SAME("CREATE TRIGGER t BEGIN b; -- END;\n /* END; */ c 'END;'; END")},
    {&sqlite, SAME("CREATE TRIGGER t BEGIN INSERT INTO l VALUES (replace(a, 'b', 'c')); END")},
    {&sqlite, "CREATE TRIGGER a BEGIN b; END; CREATE TRIGGER c BEGIN d; END",
     "CREATE TRIGGER a BEGIN b; END|CREATE TRIGGER c BEGIN d; END"},
    {&sqlite, "CREATE TABLE trigger_begin (a); b", "CREATE TABLE trigger_begin (a)|b"},
    {&sqlite, "DROP TRIGGER t; BEGIN; b", "DROP TRIGGER t|BEGIN|b"},
    {&sqlite, "CREATE TABLE t (trigger text, begin text); b",
     "CREATE TABLE t (trigger text, begin text)|b"},

    /* Commands of psql's end with their line. */
    {&postgresql, "\\restrict abc\n\nSET a = 1;\n  \\c db ;\nb;\n\\unrestrict abc",
     "\\restrict abc|SET a = 1|\\c db ;|b|\\unrestrict abc"},
    {&postgresql, "SELECT 1 \\gx", "SELECT 1 \\gx"},

    /* Bodies in dollar quotes, and those of standard SQL. */
    {&postgresql,
     SAME("CREATE FUNCTION f() RETURNS int AS $$ BEGIN a; b; END $$ LANGUAGE plpgsql")},
    {&postgresql, SAME("DO $x$ BEGIN a; $$;$$ END $x$")},
    {&postgresql, SAME("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC a; b; END")},
    {&postgresql, SAME("CREATE OR REPLACE PROCEDURE f() BEGIN ATOMIC SELECT CASE WHEN a THEN b "
                       "END; c; END")},
    {&postgresql, SAME("CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()")},
    {&postgresql, SAME("CREATE FUNCTION f() RETURNS int RETURN 1")},
    {&postgresql, SAME("CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f()")},
    {&postgresql, "BEGIN; a; COMMIT", "BEGIN|a|COMMIT"},
    {&postgresql, "CREATE RULE r AS ON INSERT TO t DO ALSO (a; b); c",
     "CREATE RULE r AS ON INSERT TO t DO ALSO (a; b)|c"},
    {&postgresql, "CREATE RULE r AS ON INSERT TO t DO NOTHING; c",
     "CREATE RULE r AS ON INSERT TO t DO NOTHING|c"},
    {&postgresql, "COPY a FROM '/f'; COPY b TO stdout", "COPY a FROM '/f'|COPY b TO stdout"},
    {&postgresql, "/* a; /* b; */ c; */ d; e", "d|e"},

    /* Compound bodies without DELIMITER. */
    {&mysql, SAME("CREATE PROCEDURE p() BEGIN a; b; END")},
    {&mysql, SAME("CREATE PROCEDURE p() SELECT 1")},
    {&mysql, SAME("CREATE PROCEDURE p(IN begin INT) COMMENT 'x' BEGIN END")},
    {&mysql, SAME("CREATE PROCEDURE IF NOT EXISTS p() DETERMINISTIC SELECT IF(a, b, c)")},
    {&mysql, SAME("CREATE DEFINER=`root`@`localhost` PROCEDURE p() BEGIN a; END")},
    {&mysql, SAME("CREATE DEFINER = CURRENT_USER() TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET "
                  "NEW.a = 1")},
    {&mysql, SAME("CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW IF a THEN b; ELSE c; END IF")},
    {&mysql,
     SAME("CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET NEW.end = 1; b; END")},
    {&mysql, SAME("CREATE PROCEDURE p() BEGIN IF a THEN IF b THEN c; END IF; ELSEIF d THEN e; END "
                  "IF; f; END")},
    {&mysql, SAME("CREATE PROCEDURE p() BEGIN IF a THEN b; ELSE IF c THEN d; END IF; END IF; END")},
    {&mysql, SAME("CREATE PROCEDURE p() BEGIN SELECT IF(a, b, c); DROP TABLE IF EXISTS x; SET z = "
                  "REPEAT('x', 2); REPLACE INTO y VALUES (1); b; END")},
    {&mysql, SAME("CREATE PROCEDURE p() BEGIN CASE a WHEN 1 THEN b; WHEN 2 THEN c; ELSE BEGIN END; "
                  "END CASE; d; END")},
    {&mysql, SAME("CREATE PROCEDURE p() BEGIN SET x = CASE WHEN a THEN IF(b, 1, 2) ELSE 3 END; "
                  "d; END")},
    {&mysql, SAME("CREATE PROCEDURE p() l: BEGIN m:LOOP a; LEAVE m; END LOOP m; b; END l")},
    {&mysql, SAME("CREATE PROCEDURE p() BEGIN l:LOOP a; END LOOP; WHILE b DO c; END WHILE; REPEAT "
                  "d; UNTIL e END REPEAT; f; END")},
    {&mysql, SAME("CREATE PROCEDURE p() BEGIN REPEAT d; UNTIL CASE e WHEN 1 THEN 2 END END "
                  "REPEAT; f; END")},
    {&mysql, SAME("CREATE PROCEDURE p() BEGIN DECLARE x INT; DECLARE EXIT HANDLER FOR NOT FOUND "
                  "BEGIN a; b; END; c; END")},
    {&mysql, SAME("CREATE PROCEDURE p() WHILE a DO b; END WHILE")},
    {&mysql, SAME("CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN CASE WHEN a THEN 1 END")},
    {&mysql, SAME("CREATE FUNCTION f() RETURNS VARCHAR(9) RETURN REPEAT('x', 3)")},
    {&mysql, SAME("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN a; b; END")},
    {&mysql, SAME("ALTER EVENT e DO BEGIN a; b; END")},
    {&mysql, SAME("CREATE DEFINER=`a`@`%` SQL SECURITY DEFINER VIEW v AS SELECT 1")},
    {&mysql, "BEGIN; a; COMMIT", "BEGIN|a|COMMIT"},

    /* The client's DELIMITER. */
    {&mysql, "DELIMITER //\na; b//\nc //\ndelimiter ;\nd; e", "a; b|c|d|e"},
    {&mysql, "DELIMITER $$\nCREATE PROCEDURE p() BEGIN a; END$$\nDELIMITER ;\nb;",
     "CREATE PROCEDURE p() BEGIN a; END|b"},
    {&mysql, "DELIMITER ;;\nBEGIN a; END ;;\nb;\n;;\nDELIMITER ;\nc", "BEGIN a; END|b|c"},
    {&mysql, "DELIMITER |\na || 'x|y'|", "a|'x|y'"},
    {&mysql, "DELIMITER go\na gone\ngo\nb go", "a gone|b"},
    {&mysql, "DELIMITER //\r\na //\r\nb", "a|b"},
    {&sqlite, "DELIMITER //\na;", "DELIMITER //\na"},

    /* Versioned comments are part of their statement. */
    {&mysql, "/*!40101 SET a = 1 */; b", "/*!40101 SET a = 1 */|b"},
    {&mysql, "CREATE TABLE t (a int) /*!50100 PARTITION BY HASH(a) */; b",
     "CREATE TABLE t (a int) /*!50100 PARTITION BY HASH(a) */|b"},
    {&mysql,
     "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR "
     "EACH "
     "ROW BEGIN a; END */; b",
     "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR "
     "EACH "
     "ROW BEGIN a; END */|b"},
    {&mysql, "/* plain */ a; -- c\n# d\nb", "a|b"},
};

static bool split(const struct dbw_traits *traits, const char *script, size_t length,
                  struct dbw_list *statements, sql_comment_function *on_comment, void *context)
{
	return sql_split(traits, "x.sql", script, length, 1, &arena, statements, on_comment,
	                 context, &error);
}

START_TEST(cuts_scripts_into_statements)
{
	struct dbw_list statements = {0};
	struct dbw_buffer out = {0};

	ck_assert_msg(split(cases[_i].traits, cases[_i].script, strlen(cases[_i].script),
	                    &statements, NULL, NULL),
	              "%s", error.message);
	for (size_t i = 0; i < statements.count; i++) {
		const struct sql_statement *statement = statements.items[i];

		ck_assert(statement->text == cases[_i].script + statement->offset);
		buffer_printf(&out, "%s%.*s", i ? "|" : "", (int)statement->length,
		              statement->text);
	}
	ck_assert_str_eq(buffer_text(&out), cases[_i].statements);
	buffer_release(&out);
}
END_TEST

static const struct {
	const struct dbw_traits *traits;
	const char *script;
	size_t length; /* 0: up to the NUL */
	size_t line, column;
	const char *message;
} faults[] = {
    {&sqlite, "a;\n  'b;", 0, 2, 3, "unterminated string"},
    {&sqlite, "a;\n/* b;", 0, 2, 1, "unterminated comment"},
    {&sqlite, "\n\"b;", 0, 2, 1, "unterminated quoted name"},
    {&sqlite, "a;\0b", 4, 1, 3, "NUL byte"},
    {&sqlite, "a;\n\xFF", 0, 2, 1, "invalid UTF-8"},
    {&postgresql, "a; $$b;", 0, 1, 4, "unterminated dollar-quoted string"},
    {&sqlite, "a;\nCREATE TRIGGER t\nBEGIN b; c", 0, 3, 1,
     "unterminated body: 'BEGIN' without its end"},
    {&sqlite, "CREATE TRIGGER t BEGIN SELECT CASE a; END;", 0, 1, 18,
     "unterminated body: 'BEGIN' without its end"},
    {&mysql, "CREATE PROCEDURE p()\nBEGIN IF a THEN b; END;", 0, 2, 1,
     "unterminated body: 'BEGIN' without its end"},
    {&postgresql, "CREATE FUNCTION f() BEGIN ATOMIC a;", 0, 1, 21,
     "unterminated body: 'BEGIN' without its end"},
    {&postgresql, "CREATE RULE r AS ON INSERT TO t DO (a; b;", 0, 1, 36,
     "unterminated body: '(' without its end"},
    {&postgresql, "a;\n COPY t (x) FROM stdin;\n1\n\\.\n", 0, 2, 2,
     "COPY ... FROM stdin cannot be sent as SQL: its data lines are for the database's own "
     "client"},
    {&mysql, "a;\nDELIMITER\nb", 0, 2, 1, "DELIMITER without a delimiter"},
    {&mysql, "\n/*!50003 a; b */;", 0, 2, 11,
     "a statement ends inside the comment that begins in line 2, and goes on behind it"},
    {&sqlite, "a\n-- @dbwarden:autocommit\nb;", 0, 2, 1,
     "'-- @dbwarden:autocommit' stands inside the statement that begins in line 1"},
    {&sqlite, "-- @dbwarden:autocomit\nb;", 0, 1, 1, "unknown directive '@dbwarden:autocomit'"},
};

START_TEST(reports_what_cannot_be_split_with_its_place)
{
	const char *script = faults[_i].script;
	struct dbw_list statements = {0};

	ck_assert(!split(faults[_i].traits, script,
	                 faults[_i].length ? faults[_i].length : strlen(script), &statements, NULL,
	                 NULL));
	ck_assert_str_eq(error.message, faults[_i].message);
	ck_assert_str_eq(error.file, "x.sql");
	ck_assert_uint_eq(error.line, faults[_i].line);
	ck_assert_uint_eq(error.column, faults[_i].column);
}
END_TEST

START_TEST(knows_the_place_of_each_statement)
{
	static const char script[] = "-- c\n\n  a;  b\n;\n";
	struct dbw_list statements = {0};
	const struct sql_statement *a, *b;

	ck_assert(sql_split(&sqlite, "x.sql", script, strlen(script), 10, &arena, &statements, NULL,
	                    NULL, &error));
	ck_assert_uint_eq(statements.count, 2);
	a = statements.items[0];
	b = statements.items[1];
	ck_assert_uint_eq(a->line, 12);
	ck_assert_uint_eq(a->column, 3);
	ck_assert_uint_eq(b->line, 12);
	ck_assert_uint_eq(b->column, 7);
}
END_TEST

START_TEST(an_offset_in_a_statement_has_its_place_in_the_file)
{
	static const char script[] = "\n  ab\ncd\r\n e;";
	static const size_t places[][3] = {{0, 2, 3}, {1, 2, 4}, {3, 3, 1},
	                                   {8, 4, 2}, {9, 4, 3}, {999, 4, 3}};
	struct dbw_list statements = {0};

	ck_assert(split(&sqlite, script, strlen(script), &statements, NULL, NULL));
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		size_t line, column;

		sql_statement_place(statements.items[0], places[i][0], &line, &column);
		ck_assert_uint_eq(line, places[i][1]);
		ck_assert_uint_eq(column, places[i][2]);
	}
}
END_TEST

START_TEST(autocommit_is_for_the_next_statement_alone)
{
	static const char script[] = "a;\n"
				     "-- @dbwarden:autocommit\n"
				     "-- why\n"
				     "b; c;\n"
				     "-- @DBWARDEN:autocommit  \r\n"
				     "d; -- @dbwarden:autocommit\n"
				     "e; '\n-- @dbwarden:autocommit\n'; f";
	static const bool expected[] = {false, true, false, true, false, false, false};
	struct dbw_list statements = {0};

	ck_assert_msg(split(&sqlite, script, strlen(script), &statements, NULL, NULL), "%s",
	              error.message);
	ck_assert_uint_eq(statements.count, sizeof expected / sizeof *expected);
	for (size_t i = 0; i < statements.count; i++)
		ck_assert_int_eq(((struct sql_statement *)statements.items[i])->autocommit,
		                 expected[i]);
}
END_TEST

static bool note_comment(void *context, const struct sql_line_comment *comment,
                         struct error *ignored)
{
	(void)ignored;
	buffer_printf(context, "%zu:%zu:%zu<%.*s>%s%s;", comment->line, comment->offset,
	              comment->end, (int)comment->length, comment->text,
	              comment->inside_statement ? " statement" : "",
	              comment->inside_body ? " body" : "");
	return true;
}

START_TEST(whole_line_comments_are_handed_out)
{
	static const char script[] = "-- one \r\n"
				     "--two\n"
				     "  --\tthree\n"
				     "a -- not this\n"
				     "-- four\n"
				     "; -- nor this\n"
				     "'\n-- nor this\n';\n"
				     "/*\n-- nor this\n*/\n"
				     "CREATE TRIGGER t BEGIN\n"
				     "-- five\n"
				     "b; END\n"
				     "-- six\n"
				     ";-- nor this\n"
				     "-- seven";
	struct dbw_list statements = {0};
	struct dbw_buffer out = {0};

	ck_assert(split(&sqlite, script, strlen(script), &statements, note_comment, &out));
	ck_assert_str_eq(buffer_text(&out), "1:0:9<one>;2:9:15<two>;3:15:26<three>;"
	                                    "5:40:48<four> statement;"
	                                    "14:120:128<five> statement body;"
	                                    "16:135:142<six> statement;18:155:163<seven>;");
	buffer_release(&out);
}
END_TEST

static bool refuse_comment(void *context, const struct sql_line_comment *comment,
                           struct error *refusal)
{
	(void)context;
	return error_set(refusal, ERROR_FAILED, "refused in line %zu", comment->line);
}

START_TEST(a_refused_comment_ends_the_split)
{
	static const char script[] = "a;\n-- b\nc 'open";
	struct dbw_list statements = {0};

	ck_assert(!split(&sqlite, script, strlen(script), &statements, refuse_comment, NULL));
	ck_assert_str_eq(error.message, "refused in line 2");
}
END_TEST

START_TEST(never_reads_past_the_end)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t length = 1; length < strlen(cases[i].script); length++) {
			char *script = memcpy(malloc(length), cases[i].script, length);
			struct dbw_list statements = {0};

			split(cases[i].traits, script, length, &statements, NULL, NULL);
			for (size_t j = 0; j < statements.count; j++) {
				const struct sql_statement *one = statements.items[j];

				ck_assert_uint_le(one->offset + one->length, length);
			}
			free(script);
		}
}
END_TEST

START_TEST(deep_nesting_needs_no_stack)
{
	size_t depth = 100000;
	struct dbw_list statements = {0};
	struct dbw_buffer script = {0};

	buffer_string(&script, "CREATE PROCEDURE p() ");
	for (size_t i = 0; i < depth; i++)
		buffer_string(&script, "BEGIN IF a THEN ");
	for (size_t i = 0; i < depth; i++)
		buffer_string(&script, "; END IF; END");
	ck_assert(split(&mysql, script.text, script.length, &statements, NULL, NULL));
	ck_assert_uint_eq(statements.count, 1);
	buffer_release(&script);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

int main(void)
{
	Suite *suite = suite_create("statements");
	TCase *group = tcase_create("statements");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(group, NULL, tear_down);
	tcase_add_loop_test(group, cuts_scripts_into_statements, 0, COUNT(cases));
	tcase_add_loop_test(group, reports_what_cannot_be_split_with_its_place, 0, COUNT(faults));
	tcase_add_test(group, knows_the_place_of_each_statement);
	tcase_add_test(group, an_offset_in_a_statement_has_its_place_in_the_file);
	tcase_add_test(group, autocommit_is_for_the_next_statement_alone);
	tcase_add_test(group, whole_line_comments_are_handed_out);
	tcase_add_test(group, a_refused_comment_ends_the_split);
	tcase_add_test(group, never_reads_past_the_end);
	tcase_add_test(group, deep_nesting_needs_no_stack);
	suite_add_tcase(suite, group);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
