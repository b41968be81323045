/* SPDX-License-Identifier: Apache-2.0 */
/* Which shard a process takes, and which groups are in it. */
#include "campaign/shard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const variables[] = {
    "SLURM_ARRAY_TASK_ID",   "SLURM_ARRAY_TASK_MIN",   "SLURM_ARRAY_TASK_MAX",
    "SLURM_ARRAY_TASK_STEP", "SLURM_ARRAY_TASK_COUNT", "PBS_ARRAY_INDEX",
    "PBS_ARRAYID",           "LSB_JOBINDEX",           "LSB_JOBINDEX_END",
    "LSB_JOBINDEX_STEP",     "SEPBENCH_SHARDS",        "SEPBENCH_SHARD",
};

/* Sets the environment to "NAME=VALUE NAME=VALUE". */
static void set_environment(const char *text)
{
    char copy[256], *state = NULL;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok_r(copy, " ", &state); word; word = strtok_r(NULL, " ", &state)) {
        char *equals = strchr(word, '=');
        *equals = '\0';
        setenv(word, equals + 1, 1);
    }
}

static const struct {
    const char *text, *environment;
    int64_t index, count; /* 0 if it is refused */
    const char *said;
} cases[] = {
    { "1/1", "", 1, 1, NULL },
    { "16/16", "", 16, 16, NULL },
    { "0/4", "", 0, 0, "I from 1 to N" },
    { "5/4", "", 0, 0, "I from 1 to N" },
    { "4", "", 0, 0, "a shard is I/N" },
    { "1/4x", "", 0, 0, "a shard is I/N" },
    { "-1/4", "", 0, 0, "a shard is I/N" },
    { "/", "", 0, 0, "a shard is I/N" },
    { "1/99999999999999999999", "", 0, 0, "a shard is I/N" },
    { "auto", "", 0, 0, "set SEPBENCH_SHARD=I/N" },
    { "auto", "SEPBENCH_SHARD=3/7", 3, 7, NULL },
    { "auto", "SEPBENCH_SHARD=7", 0, 0, "SEPBENCH_SHARD 7: a shard is I/N" },
    { "auto",
      "SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=4 "
      "SLURM_ARRAY_TASK_STEP=1 SLURM_ARRAY_TASK_COUNT=4 SEPBENCH_SHARD=1/9",
      2, 4, NULL },
    { "auto",
      "SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=6 "
      "SLURM_ARRAY_TASK_STEP=2 SLURM_ARRAY_TASK_COUNT=4",
      1, 4, NULL },
    { "auto",
      "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=9 "
      "SLURM_ARRAY_TASK_STEP=2 SLURM_ARRAY_TASK_COUNT=4",
      3, 4, NULL },
    { "auto",
      "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=9 "
      "SLURM_ARRAY_TASK_STEP=1 SLURM_ARRAY_TASK_COUNT=3",
      0, 0, "an array with gaps" },
    { "auto", "SLURM_ARRAY_TASK_ID=three", 0, 0, "SLURM_ARRAY_TASK_ID=three is not" },
    { "auto",
      "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MAX=4 SLURM_ARRAY_TASK_STEP=0 "
      "SLURM_ARRAY_TASK_COUNT=4",
      0, 0, "is not in the array" },
    { "auto", "SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=4", 0, 0,
      "is not in the array 1-4:1" },
    { "auto", "SLURM_ARRAY_TASK_ID=", 0, 0, "not in a job array" },
    { "auto", "SLURM_ARRAY_TASK_ID=-1 SLURM_ARRAY_TASK_MAX=4", 0, 0, "is not a whole number" },
    { "auto", "SLURM_ARRAY_TASK_ID=2x SLURM_ARRAY_TASK_MAX=4", 0, 0, "is not a whole number" },
    { "auto", "SLURM_ARRAY_TASK_ID=0x2 SLURM_ARRAY_TASK_MAX=4", 0, 0, "is not a whole number" },
    { "auto", "SLURM_ARRAY_TASK_ID=4294967294 SLURM_ARRAY_TASK_MAX=4", 0, 0,
      "is not a whole number" },
    { "auto", "SLURM_ARRAY_TASK_ID=2", 0, 0, "set SEPBENCH_SHARDS" },
    { "auto", "SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MAX=", 0, 0, "SLURM_ARRAY_TASK_MAX= is not" },
    { "auto", "SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=9 SLURM_ARRAY_TASK_MAX=4", 0, 0,
      "is not in the array 9-4:1" },
    { "auto", "SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=0", 0, 0, "set SEPBENCH_SHARDS" },
    { "auto", "SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MAX=200000", 0, 0, "more than 100000" },
    { "auto", "PBS_ARRAY_INDEX=2 SEPBENCH_SHARDS=eight", 0, 0, "SEPBENCH_SHARDS=eight is not" },
    { "auto", "PBS_ARRAY_INDEX=2 SEPBENCH_SHARDS=0", 0, 0, "set SEPBENCH_SHARDS" },
    { "auto", "PBS_ARRAY_INDEX=0 SEPBENCH_SHARDS=8", 0, 0, "number the array from 1" },
    { "auto", "SEPBENCH_SHARD=", 0, 0, "a shard is I/N" },
    { "auto", "LSB_JOBINDEX=5 LSB_JOBINDEX_END=none", 0, 0, "LSB_JOBINDEX_END=none is not" },
    { "auto", "PBS_ARRAY_INDEX=2", 0, 0, "set SEPBENCH_SHARDS" },
    { "auto", "PBS_ARRAY_INDEX=2 SEPBENCH_SHARDS=8", 2, 8, NULL },
    { "auto", "PBS_ARRAYID=9 SEPBENCH_SHARDS=8", 0, 0, "is not in the array" },
    { "auto", "LSB_JOBINDEX=5 LSB_JOBINDEX_END=10 LSB_JOBINDEX_STEP=1", 5, 10, NULL },
    { "auto", "LSB_JOBINDEX=0 SEPBENCH_SHARD=1/2", 1, 2, NULL },
};

static void test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_error error = { "" };
        sb_shard shard;
        set_environment(cases[i].environment);
        int rc = sb_shard_parse(cases[i].text, &shard, &error);
        if (cases[i].said && (rc == SB_OK || !strstr(error.text, cases[i].said)))
            fail_msg("case %zu: %s", i, error.text);
        if (!cases[i].said &&
            (rc < 0 || shard.index != cases[i].index || shard.count != cases[i].count))
            fail_msg("case %zu: %s, %d of %d", i, error.text, (int)shard.index, (int)shard.count);
    }
    sb_shard whole;
    assert_int_equal(sb_shard_parse(NULL, &whole, NULL), SB_OK);
    assert_int_equal(whole.count, 0);
}

enum { UNITS = 97 };

static void make_times(int64_t times[UNITS])
{
    for (int i = 0; i < UNITS; i++)
        times[i] = 1000 + i * 7919 % 613;
}

static void test_deal_is_even_and_repeatable(void **state)
{
    int64_t times[UNITS], owner[UNITS], again[UNITS];
    (void)state;
    make_times(times);
    for (int64_t shards = 1; shards <= 12; shards++) {
        int64_t loads[12] = { 0 }, least = INT64_MAX, most = 0;
        sb_shard_deal(times, UNITS, shards, owner);
        sb_shard_deal(times, UNITS, shards, again);
        assert_memory_equal(owner, again, sizeof owner);
        for (int i = 0; i < UNITS; i++) {
            assert_in_range(owner[i], 1, shards);
            loads[owner[i] - 1] += times[i];
        }
        for (int64_t s = 0; s < shards; s++) {
            least = loads[s] < least ? loads[s] : least;
            most = loads[s] > most ? loads[s] : most;
        }
        assert_true(most - least <= least / 7);
    }
}

/* Assigning the longest groups first gives 10 and 8 here; an exchange makes the shards equal. */
static void test_few_are_exchanged(void **state)
{
    const int64_t times[] = { 5, 4, 3, 3, 3 };
    int64_t owner[5], first = 0;
    (void)state;
    sb_shard_deal(times, 5, 2, owner);
    for (int i = 0; i < 5; i++)
        first += owner[i] == 1 ? times[i] : 0;
    assert_int_equal(first, 9);
}

static void test_more_shards_than_units(void **state)
{
    const int64_t times[] = { 5, 4 };
    int64_t owner[2];
    (void)state;
    sb_shard_deal(times, 2, 1000, owner);
    assert_int_equal(owner[0], 1);
    assert_int_equal(owner[1], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_deal_is_even_and_repeatable),
        cmocka_unit_test(test_few_are_exchanged),
        cmocka_unit_test(test_more_shards_than_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
