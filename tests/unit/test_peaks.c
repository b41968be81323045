/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h> /* Autoconf's, in the build folder */

#include "core/clock.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "machine/cache.h"
#include "machine/cpu.h"
#include "machine/noise.h"
#include "machine/peaks.h"
#include "machine/peaks_file.h"
#include "machine/probe.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/sepbench-peaks-XXXXXX";

static int open_folder(void **state)
{
    (void)state;
    sb_log_quiet(true);
    return mkdtemp(folder) && setenv("XDG_CACHE_HOME", folder, 1) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    sb_text command = { 0 };
    sb_text_add(&command, "rm -rf %s", folder);
    int rc = system(command.data);
    sb_text_free(&command);
    return rc;
}

static const sb_peaks example = {
    .threads = 2,
    .cores = 2,
    .gflops = { 0, 100.5, 200.25 },
    .gbytes = { { 0, 400, 800 }, { 0, 200, 400 }, { 0, 0, 0 }, { 0, 20, 30.5 } },
    .stores = { { 0, 200, 400 }, { 0, 100, 200 }, { 0, 0, 0 }, { 0, 15, 20 } },
    .copies = { { 0, 300, 600 }, { 0, 150, 300 }, { 0, 0, 0 }, { 0, 18, 25 } },
    .level_bytes = { 49152, 1048576, 0, UINT64_MAX },
    .level_cores = { 1, 1, 0, 0 },
    .clock_ghz = 3.5,
    .loops = "avx512",
    .probed_at = 1700000000,
    .load = 0.5,
};

static void stored_and_loaded(void **state)
{
    (void)state;
    sb_error error;
    sb_peaks peaks;
    char *path = sb_cache_file(folder, SB_PEAKS_SORT, "a machine");
    assert_false(sb_peaks_load(path, "a machine", &peaks));
    assert_int_equal(sb_peaks_store(path, "a machine", &example, &error), SB_OK);
    assert_true(sb_peaks_load(path, "a machine", &peaks));
    assert_memory_equal(&peaks, &example, sizeof peaks);
    assert_false(sb_peaks_load(path, "another machine", &peaks));
    free(path);
}

/* Each case replaces a piece of a good file. */
static void damaged_files_are_not_believed(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } damages[] = {
        { "{", "" },
        { "\"format\": 3", "\"format\": 2" },
        { "\"threads\": 2", "\"threads\": 3" },
        { "\"threads\": 2", "\"threads\": 65" },
        { "\"threads\": 2", "\"threads\": -1" },
        { "\"cores\": 2", "\"cores\": 1" },
        { "100.5", "-100.5" },
        { "100.5", "0.0" },
        { "100.5", "\"fast\"" },
        { "100.5", "1e300" },
        { "\"L2\"", "\"L9\"" },
        { "1048576", "-5" },
        { "\"avx512\"", "\"a name that is far too long\"" },
    };
    sb_error error;
    sb_peaks peaks;
    size_t length;
    char *path = sb_cache_file(folder, SB_PEAKS_SORT, "damaged");
    assert_int_equal(sb_peaks_store(path, "damaged", &example, &error), SB_OK);
    char *good = sb_file_read(path, 1 << 20, &length, &error);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        sb_text bad = { 0 };
        const char *at = strstr(good, damages[i].from);
        assert_non_null(at);
        sb_text_add(&bad, "%.*s%s%s", (int)(at - good), good, damages[i].to,
                    at + strlen(damages[i].from));
        assert_int_equal(sb_file_write(path, bad.data, bad.length, &error), SB_OK);
        if (sb_peaks_load(path, "damaged", &peaks))
            fail_msg("believed %s for %s", damages[i].to, damages[i].from);
        sb_text_free(&bad);
    }
    for (size_t cut = 0; cut < length - 2; cut += 7) {
        assert_int_equal(sb_file_write(path, good, cut, &error), SB_OK);
        assert_false(sb_peaks_load(path, "damaged", &peaks));
    }
    free(good);
    free(path);
}

static void key_tells_machines_apart(void **state)
{
    (void)state;
    static sb_topology t = { .model = "one", .allowed_cores = 2, .places = 2, .place = { 0, 1 } };
    sb_cpu cpu = { .features = SB_CPU_SSE2 };
    char *keys[4];
    keys[0] = sb_cache_key(&t, &cpu);
    cpu.features |= SB_CPU_AVX;
    keys[1] = sb_cache_key(&t, &cpu);
    t.place[1] = 2;
    keys[2] = sb_cache_key(&t, &cpu);
    snprintf(t.model, sizeof t.model, "two");
    keys[3] = sb_cache_key(&t, &cpu);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(keys[i], keys[k]);
    for (int i = 0; i < 4; i++)
        free(keys[i]);
}

static void noise_kept_beside(void **state)
{
    (void)state;
    static sb_topology t;
    sb_error error;
    sb_cpu cpu;
    sb_noise noise;
    const sb_noise kept = { 1, 90, 3, 0.0125, 0.003, 104000, 1700000000 };
    assert_int_equal(sb_topology_read(NULL, &t, &error), SB_OK);
    assert_int_equal(sb_cpu_from(&t, &cpu, &error), SB_OK);
    assert_false(sb_noise_get(&t, 1, &noise));
    assert_true(sb_noise_floor_get(&t, 1, 0.02) == 0.02);
    assert_int_equal(sb_noise_keep(&t, &kept, &error), SB_OK);
    assert_true(sb_noise_get(&t, 1, &noise));
    assert_true(noise.threads == kept.threads && noise.pairs == kept.pairs);
    assert_true(noise.different == kept.different && noise.floor == kept.floor);
    assert_true(noise.half_width == kept.half_width && noise.call_ns == kept.call_ns);
    assert_true(noise.measured_at == kept.measured_at);
    assert_true(sb_noise_floor_get(&t, 1, 0.02) == 0.0125);
    assert_false(sb_noise_get(&t, 2, &noise));
    /* More wrong pairs than pairs, and another machine. */
    const sb_noise absurd = { 1, 90, 91, 0.0125, 0.003, 104000, 1700000000 };
    assert_int_equal(sb_noise_keep(&t, &absurd, &error), SB_OK);
    assert_false(sb_noise_get(&t, 1, &noise));
    assert_int_equal(sb_noise_keep(&t, &kept, &error), SB_OK);
    snprintf(t.model, sizeof t.model, "another");
    assert_false(sb_noise_get(&t, 1, &noise));
}

static int running_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int count = 0;
    while (tasks && readdir(tasks))
        count++;
    if (tasks)
        closedir(tasks);
    return count;
}

/* A joined thread may remain in /proc for a moment. */
static void expect_threads(int expected)
{
    for (int tries = 0; running_threads() != expected && tries < 1000; tries++)
        usleep(1000);
    assert_int_equal(running_threads(), expected);
}

/* For every instruction set of this processor, the loops compute and the threads end. */
static void probes_work(void **state)
{
    (void)state;
    static sb_topology t;
    sb_cpu cpu;
    sb_error error;
    sb_probe_memory memory;
    assert_int_equal(sb_topology_read(NULL, &t, &error), SB_OK);
    assert_int_equal(sb_cpu_from(&t, &cpu, &error), SB_OK);
    assert_int_equal(sb_probe_memory_open(&memory, 2, 65536, &error), SB_OK);
    int before = running_threads();
    /* On a single processor two threads take turns, and must end too. */
    const int cpus[2] = { t.place[0], t.places > 1 ? t.place[1] : t.place[0] };
    for (uint64_t features = cpu.features;; features &= features - 1) {
        for (int kind = SB_PROBE_ARITHMETIC; kind < SB_PROBE_KINDS; kind++) {
            const sb_probe probe = { .kind = (sb_probe_kind)kind,
                                     .loops = sb_loops_for(features),
                                     .threads = 2,
                                     .cpus = cpus,
                                     .memory = &memory,
                                     .bytes = 16384,
                                     .least_ns = 1000000,
                                     .most_ns = 5000000 };
            double best = 0; /* on a busy machine one of the two may wait for a long time */
            for (int tries = 0; tries < 5 && best <= 0.01; tries++)
                assert_int_equal(sb_probe_run(&probe, &best, &error), SB_OK);
            assert_true(best > 0.01 && best < 1e6);
            double again = 1e6; /* a better rate from before is kept */
            assert_int_equal(sb_probe_run(&probe, &again, &error), SB_OK);
            assert_true(again == 1e6);
        }
        if (!features)
            break;
    }
    expect_threads(before);
    sb_probe_memory_close(&memory);
}

/* ------------------------------------------------------------------------- against a plain loop */

typedef int32_t words __attribute__((vector_size(16), may_alias));

/* The rate of a straightforward loop of loads, with vectors as wide as in the probe's generic loop.
 */
static double plain_window(const unsigned char *buffer, size_t bytes, size_t *at, int64_t window)
{
    static volatile int32_t keep;
    const size_t block = bytes < 1u << 20 ? bytes : 1u << 20;
    size_t loaded = 0;
    int64_t start = sb_now_ns(), end = start;
    for (; end - start < window; end = sb_now_ns()) {
        for (int again = 0; again < 16; again++) { /* reads the clock rarely */
            const words *from = (const words *)(const void *)(buffer + *at);
            words a = { 0 }, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
            for (size_t i = 0; i < block / sizeof(words); i += 8) {
                a ^= from[i];
                b ^= from[i + 1];
                c ^= from[i + 2];
                d ^= from[i + 3];
                e ^= from[i + 4];
                f ^= from[i + 5];
                g ^= from[i + 6];
                h ^= from[i + 7];
            }
            a ^= b ^ c ^ d ^ e ^ f ^ g ^ h;
            keep = a[0];
            loaded += block;
            *at = (*at + block) % bytes;
        }
    }
    (void)keep;
    return (double)loaded / (double)(end - start);
}

static double plain_best(const unsigned char *buffer, size_t bytes)
{
    size_t at = 0;
    double best = 0;
    for (int64_t start = sb_now_ns(); sb_now_ns() - start < 10000000;) {
        double rate = plain_window(buffer, bytes, &at, 1000000);
        best = rate > best ? rate : best;
    }
    return best;
}

enum { ROUNDS = 60 };

typedef struct comparison {
    double ours[ROUNDS], plain[ROUNDS]; /* the best of each round */
    int rounds;
} comparison;

static double highest(const double *values, int count)
{
    double most = 0;
    for (int i = 0; i < count; i++)
        most = values[i] > most ? values[i] : most;
    return most;
}

/* Is something else running? The system says so, for example in a parallel `make check`, or half of
 * the rounds were far slower than the best one. */
static bool disturbed(const double *values, int count)
{
    double load;
    int low = 0;
    if (getloadavg(&load, 1) == 1 && load > 1.2)
        return true;
    for (int i = 0; i < count; i++)
        low += values[i] < 0.9 * highest(values, count);
    return 2 * low > count;
}

static bool agree(const comparison *c)
{
    double ours = highest(c->ours, c->rounds), plain = highest(c->plain, c->rounds);
    return ours < plain * 1.1 && plain < ours * 1.1;
}

/* Measures both loops alternately. Both rates are maxima and can only rise, so if the loops are
 * equally good and the machine is idle for a while, the rates become equal. */
static void compare(const sb_topology *t, sb_probe_memory *memory, size_t bytes, comparison *c)
{
    const sb_probe probe = { .kind = SB_PROBE_LOADS,
                             .loops = sb_loops_for(0),
                             .threads = 1,
                             .cpus = t->place,
                             .memory = memory,
                             .bytes = bytes,
                             .least_ns = 5000000,
                             .most_ns = 10000000 };
    sb_error error;
    for (c->rounds = 0; c->rounds < ROUNDS && (c->rounds < 4 || !agree(c)); c->rounds++) {
        c->ours[c->rounds] = 0;
        assert_int_equal(sb_probe_run(&probe, &c->ours[c->rounds], &error), SB_OK);
        c->plain[c->rounds] = plain_best(memory->base, bytes);
    }
}

static void loads_agree_with_a_plain_loop(void **state)
{
    (void)state;
#if defined(SB_SANITIZED) || !defined(__OPTIMIZE__)
    skip();
#endif
    static sb_topology t;
    static comparison c;
    sb_error error;
    sb_probe_memory memory;
    bool unclear = false;
    assert_int_equal(sb_topology_read(NULL, &t, &error), SB_OK);
    const size_t sizes[] = { 16384, t.l2_bytes / 2, 64u << 20 };
    assert_int_equal(sb_probe_memory_open(&memory, 1, 64u << 20, &error), SB_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i] < 4096 || (sizes[i] & (sizes[i] - 1)) != 0)
            continue;
        compare(&t, &memory, sizes[i], &c);
        bool noisy = disturbed(c.ours, c.rounds) || disturbed(c.plain, c.rounds);
        print_message("%zu KiB: probe %.1f GB/s, plain loop %.1f GB/s, %d rounds%s\n",
                      sizes[i] >> 10, highest(c.ours, c.rounds), highest(c.plain, c.rounds),
                      c.rounds, noisy ? ", disturbed" : "");
        assert_true(agree(&c) || noisy);
        unclear |= !agree(&c);
    }
    sb_probe_memory_close(&memory);
    if (unclear)
        skip();
}

/* Checks bounds that every processor of the last twenty years meets. A serious mistake in a probe
 * would give a rate outside of them. */
static void rates_are_possible(const sb_peaks *p)
{
    double cycle = p->gflops[1] / p->clock_ghz;
#ifndef SB_SANITIZED
    if (!getenv("EMULATOR")) { /* an emulator is no processor of these years */
        assert_true(p->clock_ghz > 0.3 && p->clock_ghz < 8);
        assert_true(cycle > 0.5 && cycle <= 130); /* up to two 1024-bit FMAs */
        assert_true(p->gbytes[SB_LEVEL_DRAM][1] > 0.3);
    }
#endif
    assert_true(cycle > 0);
    for (int n = 2; n <= p->threads; n++)
        assert_true(p->gflops[n] >= p->gflops[n - 1]);
}

static void probed_kept_and_remade(void **state)
{
    (void)state;
    static sb_topology t;
    sb_error error;
    sb_cpu cpu;
    static sb_peaks first, second;
    assert_int_equal(sb_topology_read(NULL, &t, &error), SB_OK);
    assert_int_equal(sb_cpu_from(&t, &cpu, &error), SB_OK);
    assert_int_equal(sb_peaks_get(&t, false, &first, &error), SB_OK);
    rates_are_possible(&first);
    assert_int_equal(first.threads, sb_max_threads(&t) < 64 ? sb_max_threads(&t) : 64);

    /* The second call reads the file: a change in the file shows in its result. */
    char *base = sb_path_join(folder, "sepbench"), *key = sb_cache_key(&t, &cpu);
    char *path = sb_cache_file(base, SB_PEAKS_SORT, key);
    first.probed_at = 12345;
    first.load = 0;
    first.gflops[1] *= 1.5; /* so high that no check finds it too low */
    assert_int_equal(sb_peaks_store(path, key, &first, &error), SB_OK);
    assert_int_equal(sb_peaks_get(&t, false, &second, &error), SB_OK);
    assert_true(second.probed_at == 12345);

    /* A peak that is clearly too low is probed again; a rate that was higher before is kept. */
    first.gflops[1] /= 4;
    first.gbytes[SB_LEVEL_L1][1] = 123456;
    assert_int_equal(sb_peaks_store(path, key, &first, &error), SB_OK);
    assert_int_equal(sb_peaks_get(&t, false, &second, &error), SB_OK);
    assert_true(second.probed_at > 12345 && second.gflops[1] > first.gflops[1]);
    assert_true(second.gbytes[SB_LEVEL_L1][1] == 123456);
    assert_int_equal(sb_peaks_store(path, key, &first, &error), SB_OK);

    /* Peaks that were probed while the machine was far busier than now are probed again too. */
    first.load = 1e6;
    first.gflops[1] *= 4;
    assert_int_equal(sb_peaks_store(path, key, &first, &error), SB_OK);
    assert_int_equal(sb_peaks_get(&t, false, &second, &error), SB_OK);
    assert_true(second.probed_at > 12345 && second.load < 1e6);

    /* A damaged file is replaced. */
    assert_int_equal(sb_file_write(path, "{\"format\"", 9, &error), SB_OK);
    assert_int_equal(sb_peaks_get(&t, false, &second, &error), SB_OK);
    assert_true(second.probed_at > 12345);
    assert_true(sb_peaks_load(path, key, &second));
    free(path);
    free(key);
    free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_and_loaded),
        cmocka_unit_test(damaged_files_are_not_believed),
        cmocka_unit_test(key_tells_machines_apart),
        cmocka_unit_test(noise_kept_beside),
        cmocka_unit_test(probes_work),
        cmocka_unit_test(loads_agree_with_a_plain_loop),
        cmocka_unit_test(probed_kept_and_remade),
    };
    return cmocka_run_group_tests(tests, open_folder, remove_folder);
}
