/* SPDX-License-Identifier: Apache-2.0 */
/* Energy counters, as Linux shows them: in a made-up folder. */
#include "core/file.h"
#include "core/text.h"
#include "machine/energy.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static void put(const char *zone, const char *file, const char *text)
{
    sb_error error = { "" };
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, zone);
    assert_int_equal(sb_folder_make(path, &error), SB_OK);
    snprintf(path, sizeof path, "%s/%s/%s", folder, zone, file);
    if (sb_file_write(path, text, strlen(text), &error) < 0)
        fail_msg("%s", error.text);
}

static void put_zone(const char *zone, const char *name, const char *uj)
{
    put(zone, "name", name);
    put(zone, "max_energy_range_uj", "1000000\n");
    put(zone, "energy_uj", uj);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/test-energy-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static atomic_bool stop;

/* Counts, as long as the test does not say stop. */
static void *count_up(void *unused)
{
    (void)unused;
    for (int uj = 1000; !atomic_load(&stop); uj += 1000) {
        const struct timespec pause = { .tv_nsec = 1000000 };
        char text[32];
        snprintf(text, sizeof text, "%d\n", uj % 900000);
        put("intel-rapl:0", "energy_uj", text);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

static void packages_are_found_and_their_parts_are_not(void **state)
{
    (void)state;
    pthread_t counter;
    sb_energy energy;
    sb_error error = { "" };
    put_zone("intel-rapl:0", "package-0\n", "5\n");
    put_zone("intel-rapl:0:0", "core\n", "5\n");
    put_zone("intel-rapl:1", "package-1\n", "999000\n");
    put_zone("intel-rapl:2", "psys\n", "5\n");
    atomic_store(&stop, false);
    assert_int_equal(pthread_create(&counter, NULL, count_up, NULL), 0);
    int rc = sb_energy_open(folder, &energy, &error);
    atomic_store(&stop, true);
    pthread_join(counter, NULL);
    if (rc < 0)
        fail_msg("%s", error.text);
    assert_int_equal(energy.count, 2);
    sb_energy_close(&energy);
}

/* 0.4 J of the first, and 0.001 + 0.25 J of the second, whose counter starts again. */
static void a_counter_that_starts_again_is_followed(void **state)
{
    (void)state;
    sb_energy energy = { .count = 2, .ranges = { 1000000, 1000000 } };
    const sb_energy_reading before = { .uj = { 100000, 999000 } };
    const sb_energy_reading after = { .uj = { 500000, 250000 } };
    assert_true(sb_energy_between(&energy, &before, &after) > 0.6509);
    assert_true(sb_energy_between(&energy, &before, &after) < 0.6511);
}

static void refuse(const char *message)
{
    sb_energy energy;
    sb_error error = { "" };
    assert_int_equal(sb_energy_open(folder, &energy, &error), SB_FAILED);
    if (!strstr(error.text, message))
        fail_msg("%s", error.text);
}

static void what_cannot_be_used_is_said(void **state)
{
    (void)state;
    refuse("this system has no energy counters");
    put_zone("intel-rapl:0", "package-0\n", "5\n");
    refuse("intel-rapl:0/energy_uj: the energy counter stands still");
    put("intel-rapl:0", "energy_uj", "many\n");
    refuse("intel-rapl:0/energy_uj: not a number");
    char path[256];
    snprintf(path, sizeof path, "%s/intel-rapl:0/energy_uj", folder);
    assert_int_equal(unlink(path), 0);
    refuse("intel-rapl:0/energy_uj: No such file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(packages_are_found_and_their_parts_are_not, make_folder,
                                        remove_folder),
        cmocka_unit_test(a_counter_that_starts_again_is_followed),
        cmocka_unit_test_setup_teardown(what_cannot_be_used_is_said, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
