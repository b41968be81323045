/* SPDX-License-Identifier: Apache-2.0 */
/* A run's database in local scratch, and its copies in the run's folder. */
#include "run_fixture.h"

#include "core/file.h"
#include "store/rundb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const techniques[] = { "naive", NULL };
static const char identity[] = "configuration=abc\n";
#define HOUR_NS (INT64_C(3600) * 1000000000)

typedef struct folders {
    char *results, *scratch;
} folders;

static int setup(void **state)
{
    folders *f = sb_new(1, sizeof *f);
    f->results = make_folder();
    f->scratch = make_folder();
    setenv("TMPDIR", f->scratch, 1);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    folders *f = *state;
    unsetenv("TMPDIR");
    remove_folder(f->results);
    remove_folder(f->scratch);
    free(f);
    return 0;
}

static void put_group(sb_rundb *db, int64_t threads)
{
    sb_error error;
    sb_random random = { 3 };
    sb_layer layer = make_layer("one", 8, 14, 3, 16);
    sb_group group = make_group(&layer, threads, techniques, 12, &random);
    assert_int_equal(sb_rundb_put(db, &group, &error), 0);
    sb_group_free(&group);
    free_layer(&layer);
}

/* The number of groups with 1, 2 and 3 threads in the copy in the run's folder. */
static int count_copied(const folders *f)
{
    sb_error error;
    sb_rundb *reader = sb_rundb_open(f->results, false, &error);
    int held = 0;
    assert_non_null(reader);
    for (int threads = 1; threads <= 3; threads++)
        held += sb_rundb_has(reader, "one", threads, &error);
    sb_rundb_close(reader);
    return held;
}

static bool is_there(const char *folder, const char *name)
{
    char *path = sb_path_join(folder, name);
    const bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static void test_copies(void **state)
{
    const folders *f = *state;
    sb_error error;
    sb_rundb *db = sb_rundb_create_in_scratch(f->results, identity, "{}", &error);
    assert_non_null(db);
    assert_ptr_equal(strstr(sb_rundb_scratch(db), f->scratch), sb_rundb_scratch(db));
    assert_int_equal(count_copied(f), 0); /* an empty run */
    put_group(db, 1);
    assert_int_equal(sb_rundb_keep(db, HOUR_NS, &error), SB_OK);
    assert_int_equal(count_copied(f), 0);
    assert_int_equal(sb_rundb_keep(db, 0, &error), SB_OK);
    assert_int_equal(count_copied(f), 1);
    put_group(db, 2);
    assert_int_equal(sb_rundb_keep(db, 1, &error), SB_OK); /* copies only if it is time to */
    put_group(db, 3);
    sb_rundb_close(db);
    assert_int_equal(count_copied(f), 3);
    assert_false(is_there(f->results, ".scratch"));
    assert_int_equal(rmdir(f->scratch), 0);
    assert_int_equal(mkdir(f->scratch, 0700), 0);
}

/* A copy that is up to date is not written again: a new file would have another inode number. */
static void test_unchanged(void **state)
{
    const folders *f = *state;
    sb_error error;
    struct stat before, after;
    char *path = sb_path_join(f->results, "run.db");
    sb_rundb *db = sb_rundb_create_in_scratch(f->results, identity, "{}", &error);
    put_group(db, 1);
    sb_rundb_close(db);
    assert_int_equal(stat(path, &before), 0);
    db = sb_rundb_open_in_scratch(f->results, &error);
    assert_int_equal(sb_rundb_has(db, "one", 1, &error), 1);
    assert_int_equal(sb_rundb_keep(db, 0, &error), SB_OK);
    sb_rundb_close(db);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    free(path);
}

/* Without scratch, the database is in the run's folder and nothing is copied. */
static void test_plain(void **state)
{
    const folders *f = *state;
    sb_error error;
    sb_rundb *db = sb_rundb_create(f->results, identity, "{}", &error);
    assert_null(sb_rundb_scratch(db));
    put_group(db, 1);
    assert_int_equal(sb_rundb_keep(db, 0, &error), SB_OK);
    sb_rundb_close(db);
    assert_null(sb_rundb_create_in_scratch(f->results, identity, "{}", &error));
    assert_non_null(strstr(error.text, "already contains a run"));
    assert_false(is_there(f->results, ".scratch"));
    assert_int_equal(count_copied(f), 1);
}

/* A second writer on the same machine is refused, even if the folder has no locks. */
static void test_two(void **state)
{
    const folders *f = *state;
    sb_error error;
    sb_rundb *db = sb_rundb_create_in_scratch(f->results, identity, "{}", &error);
    char *lock = sb_path_join(f->results, ".lock");
    put_group(db, 1);
    unlink(lock);
    assert_null(sb_rundb_open_in_scratch(f->results, &error));
    assert_non_null(strstr(error.text, "another sepbench is running"));
    put_group(db, 2);
    sb_rundb_close(db);
    assert_int_equal(count_copied(f), 2);
    free(lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_copies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unchanged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plain, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
