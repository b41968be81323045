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
    .level_bytes = { 32000, 1000000, 16000000, UINT64_MAX },
    .level_cores = { 1, 1, 2, 0 },
};

static const struct {
    int64_t multiplications, bytes, threads;
    bool cold;
    double ns;
} cases[] = {
    { 50000, 0, 1, false, 1000 }, /* arithmetic alone: two operations each */
    { 50000, 0, 4, false, 250 },
    { 0, 32000, 1, false, 80 },                  /* just fits L1 */
    { 0, 32001, 1, false, 32001 / 200.0 },       /* just does not */
    { 0, 64000, 2, false, 80 },                  /* two L1s */
    { 0, 1000000, 1, false, 5000 },              /* L2 */
    { 0, 4000000, 4, false, 5000 },              /* four L2s */
    { 0, 16000000, 1, false, 160000 },           /* L3 */
    { 0, 16000001, 2, false, 16000001 / 30.0 },  /* two threads share one L3 */
    { 0, 32000000, 3, false, 32000000 / 300.0 }, /* three have two of them */
    { 0, 32000001, 4, false, 32000001 / 40.0 },
    { 0, 3200, 1, true, 160 },      /* cold: memory, however small */
    { 50000, 3200, 1, true, 1000 }, /* the larger of the two, not the sum */
    { 50000, 0, 8, false, 250 },    /* threads beyond the cores add nothing */
    { 50000, 0, 0, false, 1000 },
};

static void bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double ns = sb_roofline_ns(&machine, cases[i].multiplications, cases[i].bytes,
                                   cases[i].threads, cases[i].cold);
        if (!(fabs(ns - cases[i].ns) <= 1e-9 * cases[i].ns))
            fail_msg("case %zu: %.17g, not %.17g", i, ns, cases[i].ns);
    }
}

static void more_cores_than_were_probed(void **state)
{
    (void)state;
    sb_peaks large = machine;
    large.cores = 16;
    assert_true(fabs(sb_roofline_ns(&large, 50000, 0, 16, false) - 62.5) < 1e-9);
}

/* A machine that tells nothing of its caches is bounded by memory. */
static void unknown_caches(void **state)
{
    (void)state;
    sb_peaks blind = { .threads = 1, .cores = 1, .gflops = { 0, 100 } };
    blind.gbytes[SB_LEVEL_DRAM][1] = 20;
    blind.level_bytes[SB_LEVEL_DRAM] = UINT64_MAX;
    assert_true(fabs(sb_roofline_ns(&blind, 0, 2000, 1, false) - 100) < 1e-9);
}

static void never_faster_with_more_work(void **state)
{
    (void)state;
    double before = 0;
    for (int64_t bytes = 1; bytes < INT64_C(1) << 40; bytes *= 2) {
        double ns = sb_roofline_ns(&machine, 1000, bytes, 2, false);
        assert_true(ns >= before);
        before = ns;
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
        double ns = sb_floor_ns(&machine, floors[i].multiplications, floors[i].read,
                                floors[i].written, floors[i].threads);
        if (!(fabs(ns - floors[i].ns) <= 1e-9 * floors[i].ns))
            fail_msg("floor %zu: %.17g, not %.17g", i, ns, floors[i].ns);
    }
}

/* Two threads that were disturbed when they were probed. */
static void disturbed_probe(void **state)
{
    (void)state;
    sb_peaks busy = machine;
    busy.gflops[2] = 110;
    assert_true(fabs(sb_floor_ns(&busy, 50000, 0, 0, 2) - 500) < 1e-9);
    assert_true(sb_roofline_ns(&busy, 50000, 0, 2, false) > 900);
}

static void floor_below_the_roofline(void **state)
{
    (void)state;
    for (double bytes = 1; bytes < 1e12; bytes *= 1.7)
        for (int64_t threads = 1; threads <= 4; threads++)
            assert_true(sb_floor_ns(&machine, 1000, bytes / 2, bytes / 2, threads) <=
                        sb_roofline_ns(&machine, 1000, (int64_t)bytes + 1, threads, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds),
        cmocka_unit_test(more_cores_than_were_probed),
        cmocka_unit_test(unknown_caches),
        cmocka_unit_test(never_faster_with_more_work),
        cmocka_unit_test(floors_of_time),
        cmocka_unit_test(disturbed_probe),
        cmocka_unit_test(floor_below_the_roofline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
