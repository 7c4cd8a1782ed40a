#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/process.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct arena arena;
static struct error error;
static char folder[64];

static void setup(void)
{
	strcpy(folder, "/tmp/dbwarden-test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown(void)
{
	char command[256];

	snprintf(command, sizeof command, "chmod -R u+w %s && rm -rf %s", folder, folder);
	ck_assert_int_eq(system(command), 0);
	error_release(&error);
	arena_release(&arena);
}

static char *in_folder(const char *name)
{
	return path_join(&arena, folder, name);
}

static const char *content_of(const char *path)
{
	struct text text = {0};

	ck_assert_msg(file_read(&arena, path, &text, &error), "%s", error.message);
	return text.bytes;
}

/* The names in the test's folder, joined by blanks. */
static const char *names_in_folder(void)
{
	struct dbw_list names = {0};
	const char *text = "";

	ck_assert(directory_list(&arena, folder, &names, &error));
	for (size_t i = 0; i < names.count; i++)
		text = arena_printf(&arena, "%s%s%s", text, *text ? " " : "",
		                    (const char *)names.items[i]);
	return text;
}

/* Arena and lists. */

START_TEST(arena_gives_zeroed_aligned_memory_of_any_size)
{
	static const size_t sizes[] = {0, 1, 7, 16, 1000, 16 * 1024, 5 * 1024 * 1024, 3};

	for (size_t round = 0; round < 100; round++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			unsigned char *memory;
			size_t zeroes = 0;

			if (sizes[i] > 100000 && round > 2)
				continue;
			memory = arena_alloc(&arena, sizes[i]);
			ck_assert_uint_eq((uintptr_t)memory % 16, 0);
			while (zeroes < sizes[i] && memory[zeroes] == 0)
				zeroes++;
			ck_assert_uint_eq(zeroes, sizes[i]);
			memset(memory, 0xff, sizes[i]);
		}
}
END_TEST

START_TEST(arena_copies_strings)
{
	char source[] = "abc";
	char *copy = arena_copy(&arena, source, 2);

	source[0] = 'x';
	ck_assert_str_eq(copy, "ab");
	ck_assert_str_eq(arena_copy(&arena, NULL, 0), "");
	ck_assert_str_eq(arena_string(&arena, source), "xbc");
	ck_assert_ptr_null(arena_string(&arena, NULL));
	ck_assert_str_eq(arena_printf(&arena, "%s-%05d", "a", 42), "a-00042");
	ck_assert_uint_eq(strlen(arena_printf(&arena, "%100000s", "")), 100000);
}
END_TEST

START_TEST(released_arena_can_be_used_again)
{
	arena_alloc(&arena, 100);
	arena_release(&arena);
	ck_assert_ptr_null(arena.block);
	ck_assert_str_eq(arena_string(&arena, "again"), "again");
}
END_TEST

START_TEST(list_keeps_order)
{
	static char a[] = "a", b[] = "b", c[] = "c", d[] = "d";
	struct dbw_list list = {0};

	list_append(&arena, &list, b);
	list_append(&arena, &list, d);
	list_insert(&arena, &list, 0, a);
	list_insert(&arena, &list, 2, c);
	ck_assert_uint_eq(list.count, 4);
	for (size_t i = 0; i < 4; i++)
		ck_assert_int_eq(*(char *)list.items[i], "abcd"[i]);
	list_remove(&list, 1);
	list_remove(&list, 2);
	ck_assert_uint_eq(list.count, 2);
	ck_assert_ptr_eq(list.items[0], a);
	ck_assert_ptr_eq(list.items[1], c);
}
END_TEST

START_TEST(list_grows)
{
	struct dbw_list list = {0};
	static char items[10000];

	for (size_t i = 0; i < COUNT(items); i++)
		list_append(&arena, &list, &items[i]);
	ck_assert_uint_eq(list.count, COUNT(items));
	for (size_t i = 0; i < COUNT(items); i += 99)
		ck_assert_ptr_eq(list.items[i], &items[i]);
}
END_TEST

/* Buffer. */

START_TEST(empty_buffer_is_an_empty_string)
{
	struct dbw_buffer buffer = {0};

	ck_assert_str_eq(buffer_text(&buffer), "");
	buffer_append(&buffer, NULL, 0);
	ck_assert_str_eq(buffer_text(&buffer), "");
	buffer_printf(&buffer, "%s", "");
	ck_assert_str_eq(buffer_text(&buffer), "");
	buffer_clear(&buffer);
	ck_assert_uint_eq(buffer.length, 0);
	buffer_release(&buffer);
	ck_assert_ptr_null(buffer.text);
}
END_TEST

START_TEST(buffer_ends_in_nul_at_every_length)
{
	struct dbw_buffer buffer = {0};

	for (size_t i = 0; i < 1000; i++) {
		ck_assert_uint_eq(strlen(buffer_text(&buffer)), i);
		buffer_char(&buffer, 'x');
	}
	buffer_release(&buffer);
}
END_TEST

START_TEST(buffer_appends_in_every_way)
{
	struct dbw_buffer buffer = {0};

	buffer_string(&buffer, "a");
	buffer_append(&buffer, "b\0c", 3);
	buffer_char(&buffer, 'd');
	buffer_printf(&buffer, "%d%s", 1, "e");
	ck_assert_uint_eq(buffer.length, 7);
	ck_assert_mem_eq(buffer.text, "ab\0cd1e", 8);
	buffer_clear(&buffer);
	buffer_string(&buffer, "x");
	ck_assert_str_eq(buffer_text(&buffer), "x");
	buffer_release(&buffer);
}
END_TEST

/* Files. */

START_TEST(file_is_read_whole)
{
	static const char bytes[] = "a\0b\r\n";
	struct text text;

	ck_assert(file_write(in_folder("f"), bytes, 5, FILE_NEW, &error));
	ck_assert(file_read(&arena, in_folder("f"), &text, &error));
	ck_assert_uint_eq(text.length, 5);
	ck_assert_mem_eq(text.bytes, bytes, 6);
	ck_assert(file_write(in_folder("empty"), NULL, 0, FILE_NEW, &error));
	ck_assert(file_read(&arena, in_folder("empty"), &text, &error));
	ck_assert_uint_eq(text.length, 0);
	ck_assert_str_eq(text.bytes, "");
}
END_TEST

START_TEST(what_is_no_regular_file_is_not_read)
{
	struct text text;

	ck_assert(!file_read(&arena, folder, &text, &error));
	ck_assert_str_eq(error.message,
	                 arena_printf(&arena, "cannot read '%s': it is a directory", folder));
	ck_assert_int_eq(mkfifo(in_folder("fifo"), 0600), 0);
	ck_assert(!file_read(&arena, in_folder("fifo"), &text, &error));
	ck_assert_ptr_nonnull(strstr(error.message, "not a regular file"));
	ck_assert(!file_read(&arena, in_folder("none"), &text, &error));
	ck_assert_ptr_nonnull(strstr(error.message, "none': No such file or directory"));
}
END_TEST

START_TEST(set_of_files_appears_together_or_not_at_all)
{
	struct file_set set = {0};

	ck_assert(file_write(in_folder("c"), "mine", 4, FILE_NEW, &error));
	ck_assert(file_set_add(&set, in_folder("a"), "1", 1, &error));
	ck_assert(file_set_add(&set, in_folder("sub/b"), "2", 1, &error));
	ck_assert(file_set_add(&set, in_folder("c"), "3", 1, &error));
	ck_assert(!path_exists(in_folder("a")));
	ck_assert(!file_set_commit(&set, FILE_NEW, &error));
	file_set_release(&set);
	ck_assert_ptr_nonnull(strstr(error.message, "/c': File exists"));
	ck_assert_str_eq(names_in_folder(), "c sub");
	ck_assert(!path_exists(in_folder("sub/b")));
	ck_assert_str_eq(content_of(in_folder("c")), "mine");
}
END_TEST

START_TEST(set_of_files_is_committed)
{
	struct file_set set = {0};

	ck_assert(file_set_add(&set, in_folder("a"), "1", 1, &error));
	ck_assert(file_set_add(&set, in_folder("sub/deep/b"), "2", 1, &error));
	ck_assert_msg(file_set_commit(&set, FILE_NEW, &error), "%s", error.message);
	file_set_release(&set);
	ck_assert_str_eq(content_of(in_folder("a")), "1");
	ck_assert_str_eq(content_of(in_folder("sub/deep/b")), "2");
	ck_assert_str_eq(names_in_folder(), "a sub");
}
END_TEST

START_TEST(set_of_files_that_is_not_committed_leaves_nothing)
{
	struct file_set set = {0};

	ck_assert(file_set_add(&set, in_folder("a"), "1", 1, &error));
	file_set_release(&set);
	ck_assert_str_eq(names_in_folder(), "");
}
END_TEST

START_TEST(file_is_replaced_where_that_is_asked_for)
{
	ck_assert(file_write(in_folder("a"), "1", 1, FILE_NEW, &error));
	ck_assert(!file_write(in_folder("a"), "2", 1, FILE_NEW, &error));
	ck_assert_str_eq(content_of(in_folder("a")), "1");
	ck_assert(file_write(in_folder("a"), "3", 1, FILE_REPLACE, &error));
	ck_assert_str_eq(content_of(in_folder("a")), "3");
	ck_assert_str_eq(names_in_folder(), "a");
}
END_TEST

START_TEST(written_file_has_the_mode_of_the_umask)
{
	mode_t before = umask(027);
	struct stat status;

	ck_assert(file_write(in_folder("a"), "1", 1, FILE_NEW, &error));
	ck_assert_int_eq(umask(before), 027);
	ck_assert_int_eq(stat(in_folder("a"), &status), 0);
	ck_assert_int_eq(status.st_mode & 0777, 0640);
}
END_TEST

START_TEST(folder_cannot_be_made_where_a_file_is)
{
	ck_assert(file_write(in_folder("a"), "1", 1, FILE_NEW, &error));
	ck_assert(!path_make_directories(in_folder("a/b"), &error));
	ck_assert(!path_make_directories(in_folder("a"), &error));
	ck_assert_ptr_nonnull(strstr(error.message, "a file is in the way"));
	ck_assert(path_make_directories(in_folder("x/y/z"), &error));
	ck_assert(path_make_directories(in_folder("x/y/z"), &error));
	ck_assert(path_is_directory(in_folder("x/y/z")));
}
END_TEST

START_TEST(folder_is_listed_in_byte_order)
{
	static const char *const names[] = {"b", "B", "a10", "a2", ".hidden"};
	struct dbw_list list = {0};

	for (size_t i = 0; i < COUNT(names); i++)
		ck_assert(file_write(in_folder(names[i]), "", 0, FILE_NEW, &error));
	ck_assert_str_eq(names_in_folder(), ".hidden B a10 a2 b");
	ck_assert(!directory_list(&arena, in_folder("none"), &list, &error));
	ck_assert_ptr_nonnull(strstr(error.message, "No such file or directory"));
}
END_TEST

START_TEST(paths_are_joined_and_cut)
{
	ck_assert_str_eq(path_join(&arena, "/a", "b"), "/a/b");
	ck_assert_str_eq(path_join(&arena, "/a/", "b"), "/a/b");
	ck_assert_str_eq(path_join(&arena, "/", "b"), "/b");
	ck_assert_str_eq(path_join(&arena, "/a", "/b"), "/b");
	ck_assert_str_eq(path_join(&arena, ".", "b"), "b");
	ck_assert_str_eq(path_directory(&arena, "/a/b"), "/a");
	ck_assert_str_eq(path_directory(&arena, "/a"), "/");
	ck_assert_str_eq(path_directory(&arena, "a"), ".");
	ck_assert_str_eq(path_basename("/a/b"), "b");
	ck_assert_str_eq(path_basename("b"), "b");
	ck_assert_str_eq(path_shorten("/a/b/c", "/a"), "b/c");
	ck_assert_str_eq(path_shorten("/ab/c", "/a"), "/ab/c");
	ck_assert_str_eq(path_shorten("/a", "/a"), "/a");
	ck_assert_str_eq(path_shorten("/a/b", "/"), "/a/b");
}
END_TEST

/* FIPS 180-2, appendix B, and the empty message. */
static const struct {
	const char *text;
	size_t repeat;
	const char *hash;
} hashes[] = {
    {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"aaaaaaaaaa", 100000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

START_TEST(sha256_is_that_of_the_standard)
{
	char text[SHA256_TEXT_SIZE];
	struct sha256 hash;

	sha256_begin(&hash);
	for (size_t i = 0; i < hashes[_i].repeat; i++)
		sha256_add(&hash, hashes[_i].text, strlen(hashes[_i].text));
	sha256_end(&hash, text);
	ck_assert_str_eq(text, hashes[_i].hash);
}
END_TEST

/* Processes. */

static bool capture(const char *command, unsigned timeout_ms, struct text *output)
{
	const struct process process = {
	    .command = command,
	    .directory = folder,
	    .timeout_ms = timeout_ms,
	    .output_limit = 100000,
	};

	return process_capture(&arena, &process, output, &error);
}

START_TEST(output_of_a_command_is_captured)
{
	struct text output;

	ck_assert_msg(capture("printf 'a\\000b'; echo \"$((1 + 2))\"", 10000, &output), "%s",
	              error.message);
	ck_assert_uint_eq(output.length, 5);
	ck_assert_mem_eq(output.bytes, "a\0b3\n", 6);
	ck_assert(capture(":", 0, &output));
	ck_assert_uint_eq(output.length, 0);
	ck_assert(capture("head -c 100000 /dev/zero", 10000, &output));
	ck_assert_uint_eq(output.length, 100000);
}
END_TEST

START_TEST(command_runs_in_its_folder_without_input)
{
	struct text output;

	ck_assert(capture("pwd -P; cat; (cat < /dev/tty) 2>/dev/null || echo no terminal", 10000,
	                  &output));
	ck_assert_str_eq(output.bytes, arena_printf(&arena, "%s\nno terminal\n", folder));
}
END_TEST

START_TEST(command_has_the_signals_that_it_expects)
{
	void (*before)(int) = signal(SIGTERM, SIG_IGN);
	struct text output;

	ck_assert(!capture("kill -TERM $$; sleep 5", 10000, &output));
	ck_assert_str_eq(error.message, "the command was ended by signal 15 (Terminated)");
	signal(SIGTERM, before);
}
END_TEST

static const struct {
	const char *command;
	unsigned timeout_ms;
	const char *message;
} failures[] = {
    {"echo S3CRET; exit 3", 10000, "the command ended with status 3"},
    {"exec 2>/dev/null; no-such-command-here", 10000, "the command ended with status 127"},
    {"echo S3CRET; sleep 1000", 200, "the command did not end within 0.2 seconds"},
    {"exec >&-; sleep 1000", 200, "the command did not end within 0.2 seconds"},
    {"sleep 1000 & echo S3CRET", 200, "the command did not end within 0.2 seconds"},
    {"while echo S3CRET; do :; done", 10000, "the command prints more than 100000 bytes"},
    {"kill -KILL $$", 10000, "the command was ended by signal 9 (Killed)"},
};

START_TEST(failure_of_a_command_is_said_without_its_output)
{
	time_t begin = time(NULL);
	struct text output;

	ck_assert(!capture(failures[_i].command, failures[_i].timeout_ms, &output));
	ck_assert_str_eq(error.message, failures[_i].message);
	ck_assert_int_lt(time(NULL) - begin, 5);
}
END_TEST

START_TEST(timeout_ends_the_children_of_a_command_too)
{
	struct text output;
	int pid;

	ck_assert(!capture("sleep 1000 & echo $! > pid; wait", 300, &output));
	pid = atoi(content_of(in_folder("pid")));
	ck_assert_int_gt(pid, 0);
	/* Killed by then, but perhaps not yet waited for by whoever inherited it. */
	for (int i = 0; i < 100 && kill(pid, 0) == 0; i++) {
		char state[128] = "";
		char *path = arena_printf(&arena, "/proc/%d/stat", pid);
		FILE *file = fopen(path, "r");

		if (file) {
			ck_assert_ptr_nonnull(fgets(state, sizeof state, file));
			fclose(file);
		}
		if (strstr(state, ") Z "))
			return;
		usleep(20000);
	}
	ck_assert_int_eq(kill(pid, 0), -1);
}
END_TEST

START_TEST(command_in_a_missing_folder_is_an_error)
{
	const struct process process = {
	    .command = ":", .directory = "/nonexistent", .output_limit = 1};
	struct text output;

	ck_assert(!process_capture(&arena, &process, &output, &error));
	ck_assert_str_eq(error.message,
	                 "cannot run a command in '/nonexistent': No such file or directory");
}
END_TEST

static TCase *memory_cases(void)
{
	TCase *cases = tcase_create("memory");

	tcase_add_test(cases, arena_gives_zeroed_aligned_memory_of_any_size);
	tcase_add_test(cases, arena_copies_strings);
	tcase_add_test(cases, released_arena_can_be_used_again);
	tcase_add_test(cases, list_keeps_order);
	tcase_add_test(cases, list_grows);
	tcase_add_test(cases, empty_buffer_is_an_empty_string);
	tcase_add_test(cases, buffer_ends_in_nul_at_every_length);
	tcase_add_test(cases, buffer_appends_in_every_way);
	return cases;
}

static TCase *file_cases(void)
{
	TCase *cases = tcase_create("files");

	tcase_add_test(cases, file_is_read_whole);
	tcase_add_test(cases, what_is_no_regular_file_is_not_read);
	tcase_add_test(cases, set_of_files_appears_together_or_not_at_all);
	tcase_add_test(cases, set_of_files_is_committed);
	tcase_add_test(cases, set_of_files_that_is_not_committed_leaves_nothing);
	tcase_add_test(cases, file_is_replaced_where_that_is_asked_for);
	tcase_add_test(cases, written_file_has_the_mode_of_the_umask);
	tcase_add_test(cases, folder_cannot_be_made_where_a_file_is);
	tcase_add_test(cases, folder_is_listed_in_byte_order);
	tcase_add_test(cases, paths_are_joined_and_cut);
	tcase_add_loop_test(cases, sha256_is_that_of_the_standard, 0, COUNT(hashes));
	return cases;
}

static TCase *process_cases(void)
{
	TCase *cases = tcase_create("processes");

	tcase_add_test(cases, output_of_a_command_is_captured);
	tcase_add_test(cases, command_runs_in_its_folder_without_input);
	tcase_add_test(cases, command_has_the_signals_that_it_expects);
	tcase_add_loop_test(cases, failure_of_a_command_is_said_without_its_output, 0,
	                    COUNT(failures));
	tcase_add_test(cases, timeout_ends_the_children_of_a_command_too);
	tcase_add_test(cases, command_in_a_missing_folder_is_an_error);
	return cases;
}

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *const groups[] = {memory_cases(), file_cases(), process_cases()};
	SRunner *runner;
	int failed;

	for (size_t i = 0; i < COUNT(groups); i++) {
		tcase_add_checked_fixture(groups[i], setup, teardown);
		tcase_set_timeout(groups[i], 60);
		suite_add_tcase(suite, groups[i]);
	}
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
