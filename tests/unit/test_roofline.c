/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/roofline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Four cores: private L1 and L2, L3s shared by two. Numbers that divide well. */
static const sb_peaks machine = {
    .threads = 4,
    .cores = 4,
    .gflops = { 0, 100, 200, 300, 400 },
    .gbytes = {
        { 0, 400, 800, 1200, 1600 },
        { 0, 200, 400, 600, 800 },
        { 0, 100, 200, 300, 400 },
        { 0, 20, 30, 40, 40 },
    },
    .stores = {
        { 0, 200, 400, 600, 800 },
        { 0, 100, 200, 300, 400 },
        { 0, 100, 200, 300, 400 },
        { 0, 10, 15, 20, 20 },
    },
    .copies = {
        { 0, 400, 800, 1200, 1600 }, /* loads and stores at the same time: 200 of each */
        { 0, 160, 320, 480, 640 },   /* 80 of each */
        { 0, 100, 200, 300, 400 },   /* loads and stores in turn */
        { 0, 16, 24, 32, 32 },
    },
    .level_bytes = { 32000, 1000000, 16000000, UINT64_MAX },
    .level_cores = { 1, 1, 2, 0 },
};

static const struct {
    sb_least work; /* products, bytes read and written */
    int64_t threads;
    bool cold;
    double ns;
} cases[] = {
    { { 50000, 0, 0 }, 1, false, 1000 }, /* arithmetic alone: two operations per product */
    { { 50000, 0, 0 }, 4, false, 250 },
    { { 50000, 0, 0 }, 8, false, 250 }, /* threads beyond the cores add nothing */
    { { 50000, 0, 0 }, 0, false, 1000 },
    { { 50000, 8000, 0 }, 1, false, 1000 }, /* the larger of the two, not the sum */

    /* Loads from L1, L2, L3 and memory. Each level serves what the levels before it do not hold. */
    { { 0, 32000, 0 }, 1, false, 80 },
    { { 0, 33000, 0 }, 1, false, 82.5 },
    { { 0, 132000, 0 }, 1, false, 500 },
    { { 0, 264000, 0 }, 2, false, 500 },
    { { 0, 11032000, 0 }, 1, false, 100000 },
    { { 0, 18032000, 0 }, 1, false, 170000 },   /* 17,000,000 bytes at 100, a million at 20 */
    { { 0, 117032000, 0 }, 1, false, 5000000 }, /* a hundred million at 20 */
    { { 0, 134096000, 0 }, 3, false, 2475000 }, /* 99,000,000: three threads have two L3s */

    /* Stores have their own rate. */
    { { 0, 0, 32000 }, 1, false, 160 },
    { { 0, 0, 132000 }, 1, false, 1000 },

    /* L1 loads twice as much as it stores, at the same time. */
    { { 0, 16000, 8000 }, 1, false, 40 },
    { { 0, 8000, 8000 }, 1, false, 40 },
    { { 0, 4000, 8000 }, 1, false, 40 },
    /* L2: beside stores at 100, a loaded byte costs 1 / 80 - 1 / 100. L1 holds part of the stores,
     * which cost more. */
    { { 0, 532000, 500000 }, 1, false, 6010 },
    { { 0, 732000, 250000 }, 1, false, 4010 },
    { { 0, 250000, 732000 }, 1, false, 7000 },
    /* L3: loads and stores in turn, so their times add up. */
    { { 0, 4032000, 3000000 }, 1, false, 60000 },

    { { 0, 3200, 0 }, 1, true, 160 }, /* cold: all loads are from memory, however few */
    { { 0, 0, 3200 }, 1, true, 16 },  /* stores need not reach memory */
};

static void bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double ns = sb_bound_of(&machine, &cases[i].work, cases[i].threads, cases[i].cold).ns;
        if (!(fabs(ns - cases[i].ns) <= 1e-9 * cases[i].ns))
            fail_msg("case %zu: %.17g, not %.17g", i, ns, cases[i].ns);
    }
}

static void what_bounds(void **state)
{
    (void)state;
    static const struct {
        sb_least work;
        const char *name;
    } limits[] = {
        { { 0, 0, 0 }, "" },         { { 5000, 32000, 0 }, "arithmetic" },
        { { 0, 32000, 0 }, "L1" },   { { 0, 0, 900000 }, "L2" },
        { { 0, 9000000, 0 }, "L3" }, { { 0, 90000000, 0 }, "DRAM" },
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        assert_string_equal(sb_limit_name(sb_bound_of(&machine, &limits[i].work, 1, false).limit),
                            limits[i].name);
}

static void more_cores_than_were_probed(void **state)
{
    (void)state;
    sb_peaks large = machine;
    large.cores = 16;
    assert_true(fabs(sb_bound_of(&large, &(sb_least) { 50000, 0, 0 }, 16, false).ns - 62.5) < 1e-9);
}

/* If nothing is known of the caches, memory is the bound; if stores were not probed, loads are. */
static void unknown_caches(void **state)
{
    (void)state;
    sb_peaks blind = { .threads = 1, .cores = 1, .gflops = { 0, 100 } };
    blind.gbytes[SB_LEVEL_DRAM][1] = 20;
    blind.level_bytes[SB_LEVEL_DRAM] = UINT64_MAX;
    assert_true(fabs(sb_bound_of(&blind, &(sb_least) { 0, 2000, 500 }, 1, false).ns - 100) < 1e-9);
}

/* Whatever the measured rate of copies, they cost no more than loads and stores in turn and no less
 * than either alone. */
static void copies_that_cannot_be(void **state)
{
    (void)state;
    sb_peaks slow = machine, fast = machine;
    slow.copies[SB_LEVEL_L1][1] = 1;
    fast.copies[SB_LEVEL_L1][1] = 1e6;
    const sb_least work = { 0, 8000, 8000 };
    assert_true(fabs(sb_bound_of(&slow, &work, 1, false).ns - 60) < 1e-9);
    assert_true(fabs(sb_bound_of(&fast, &work, 1, false).ns - 40) < 1e-9);
}

static void never_faster_with_more_work(void **state)
{
    (void)state;
    for (double other = 1; other < 1e12; other *= 3.3) {
        double reading = 0, writing = 0;
        for (double bytes = 1; bytes < 1e12; bytes *= 1.1) {
            double read = sb_bound_of(&machine, &(sb_least) { 0, bytes, other }, 2, false).ns;
            double written = sb_bound_of(&machine, &(sb_least) { 0, other, bytes }, 2, false).ns;
            assert_true(read >= reading && written >= writing);
            reading = read;
            writing = written;
        }
    }
}

static const struct {
    double multiplications, read, written;
    int64_t threads;
    double ns;
} floors[] = {
    { 50000, 0, 0, 1, 1000 },     { 50000, 0, 0, 4, 250 },    { 50000, 0, 0, 8, 250 },
    { 0, 32000, 0, 1, 80 },       { 0, 32000, 32000, 1, 80 }, /* loads beside stores */
    { 0, 0, 32000, 1, 80 },                                   /* and the larger of them */
    { 0, 33000, 0, 1, 82.5 },                                 /* a thousand bytes of it from L2 */
    { 0, 132000, 0, 1, 500 },                                 /* 100,000 of them */
    { 0, 264000, 0, 2, 500 },                                 /* two L1s, two rates */
    { 0, 10032000, 0, 1, 50000 },                             /* and no more from L3 */
    { 50000, 32000, 0, 1, 1000 },
};

static void floors_of_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof floors / sizeof *floors; i++) {
        const sb_least work = { floors[i].multiplications, floors[i].read, floors[i].written };
        double ns = sb_floor_ns(&machine, &work, floors[i].threads);
        if (!(fabs(ns - floors[i].ns) <= 1e-9 * floors[i].ns))
            fail_msg("floor %zu: %.17g, not %.17g", i, ns, floors[i].ns);
    }
}

/* The probe with two threads was disturbed. */
static void disturbed_probe(void **state)
{
    (void)state;
    sb_peaks busy = machine;
    busy.gflops[2] = 110;
    const sb_least work = { 50000, 0, 0 };
    assert_true(fabs(sb_floor_ns(&busy, &work, 2) - 500) < 1e-9);
    assert_true(sb_bound_of(&busy, &work, 2, false).ns > 900);
}

static void floor_below_the_bound(void **state)
{
    (void)state;
    for (double bytes = 1; bytes < 1e12; bytes *= 1.7)
        for (int64_t threads = 1; threads <= 4; threads++) {
            const sb_least work = { 1000, bytes / 2, bytes / 3 };
            assert_true(sb_floor_ns(&machine, &work, threads) <=
                        sb_bound_of(&machine, &work, threads, false).ns);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds),
        cmocka_unit_test(what_bounds),
        cmocka_unit_test(more_cores_than_were_probed),
        cmocka_unit_test(unknown_caches),
        cmocka_unit_test(copies_that_cannot_be),
        cmocka_unit_test(never_faster_with_more_work),
        cmocka_unit_test(floors_of_time),
        cmocka_unit_test(disturbed_probe),
        cmocka_unit_test(floor_below_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
