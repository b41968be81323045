/* SPDX-License-Identifier: Apache-2.0 */
/* Where plugins are searched for, and which build of a plugin a file is. */
#include "core/text.h"
#include "plugin/paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *base;

static char *path_of(const char *name)
{
    sb_text text = { 0 };
    sb_text_add(&text, "%s/%s", base, name);
    return text.data;
}

static void put(const char *name, const char *content)
{
    char *path = path_of(name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    assert_int_equal(fclose(file), 0);
    free(path);
}

static int set_up(void **state)
{
    (void)state;
    base = realpath(mkdtemp((char[]) { "/tmp/sepbench-search-XXXXXX" }), NULL);
    static const char *const folders[] = { "one", "two", "open" };
    for (size_t i = 0; i < 3; i++) {
        char *path = path_of(folders[i]);
        mkdir(path, 0755);
        chmod(path, i == 2 ? 0777 : 0755); /* independent of the umask */
        free(path);
    }
    put("one/b.so", "b");
    put("one/a.so", "a");
    put("one/a.so.1", "");
    put("one/.so", "");
    put("one/notes.txt", "");
    put("two/c.so", "b");
    setenv("SEPBENCH_SYSTEM_PLUGIN_PATH", "", 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sb_text command = { 0 };
    sb_text_add(&command, "rm -rf '%s'", base);
    int rc = system(command.data);
    sb_text_free(&command);
    free(base);
    return rc;
}

static void expect(const sb_paths *paths, size_t count, const char *const *names)
{
    assert_int_equal(paths->count, count);
    for (size_t i = 0; i < count; i++) {
        char *path = path_of(names[i]);
        assert_string_equal(paths->items[i], path);
        free(path);
    }
}

static void test_order(void **state)
{
    (void)state;
    char *one = path_of("one"), *two = path_of("two");
    sb_paths paths;
    setenv("SEPBENCH_PLUGIN_PATH", one, 1);
    assert_int_equal(sb_plugin_paths((const char *const[]) { two, NULL }, &paths, NULL), SB_OK);
    expect(&paths, 3, (const char *const[]) { "two/c.so", "one/a.so", "one/b.so" });
    sb_paths_free(&paths);
    sb_text both = { 0 };
    sb_text_add(&both, ":%s::%s:", one, two);
    setenv("SEPBENCH_PLUGIN_PATH", both.data, 1);
    assert_int_equal(sb_plugin_paths(NULL, &paths, NULL), SB_OK);
    expect(&paths, 3, (const char *const[]) { "one/a.so", "one/b.so", "two/c.so" });
    sb_paths_free(&paths);
    sb_text_free(&both);
    free(one);
    free(two);
}

static void test_refused_folders(void **state)
{
    static const char *const cases[][2] = {
        { "absent", "No such file" },
        { "one/a.so", "not a directory" },
        { "open", "chmod o-w" },
    };
    (void)state;
    unsetenv("SEPBENCH_PLUGIN_PATH");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *dir = path_of(cases[i][0]);
        sb_paths paths;
        sb_error error = { "" };
        assert_true(sb_plugin_paths((const char *const[]) { dir, NULL }, &paths, &error) < 0);
        assert_non_null(strstr(error.text, dir));
        assert_non_null(strstr(error.text, cases[i][1]));
        assert_int_equal(paths.count, 0);
        free(dir);
    }
}

static void test_hash_is_of_the_content(void **state)
{
    (void)state;
    static const char *const names[] = { "one/b.so", "two/c.so", "one/a.so" };
    uint64_t hashes[3];
    for (size_t i = 0; i < 3; i++) {
        char *path = path_of(names[i]);
        assert_int_equal(sb_file_hash(path, &hashes[i], NULL), SB_OK);
        free(path);
    }
    assert_true(hashes[0] == hashes[1]);
    assert_true(hashes[0] != hashes[2]);
}

static void test_hash_refuses_what_is_no_file(void **state)
{
    (void)state;
    char *pipe = path_of("pipe"), *one = path_of("one"), *absent = path_of("absent");
    const char *const paths[] = { pipe, one, absent };
    mkfifo(pipe, 0600);
    for (size_t i = 0; i < 3; i++) {
        uint64_t hash;
        sb_error error = { "" };
        assert_true(sb_file_hash(paths[i], &hash, &error) < 0);
        assert_non_null(strstr(error.text, paths[i]));
    }
    free(pipe);
    free(one);
    free(absent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_refused_folders),
        cmocka_unit_test(test_hash_is_of_the_content),
        cmocka_unit_test(test_hash_refuses_what_is_no_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
