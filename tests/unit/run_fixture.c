/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include "conv/cost.h"
#include "core/file.h"

#include <ftw.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

sb_layer make_layer(const char *name, int64_t channels, int64_t size, int64_t kernel,
                    int64_t outputs)
{
    sb_layer layer = {
        .name = sb_copy_text(name),
        .shape = sb_geometry_square(channels, size, outputs, kernel),
        .operations = { true, true },
        .repeat = 1,
    };
    sb_error error;
    if (sb_layer_finish(&layer, &error) < 0)
        abort();
    return layer;
}

void free_layer(sb_layer *layer)
{
    free(layer->name);
}

static char *joined(const char *a, const char *b)
{
    sb_text text = { 0 };
    sb_text_add(&text, "%s/%s", a, b);
    return text.data;
}

static sb_result new_result(const char *technique, sb_operation operation)
{
    bool peer = technique[0] == '*';
    technique += peer;
    const char *kernel = sb_operation_name(operation);
    return (sb_result) {
        .operation = operation,
        .plugin = sb_copy_text(technique),
        .kernel = sb_copy_text(kernel),
        .technique = sb_copy_text(technique),
        .label = joined(technique, kernel),
        .params = sb_copy_text(peer ? "" : "tile=8;unroll=2"),
        .origin = sb_copy_text("default"),
        .peer = peer,
        .threaded = true,
        .detail = sb_copy_text(peer ? "made up, \"quoted\"" : ""),
        .stop_reason = sb_copy_text("precision"),
        .time = { NAN, NAN, NAN },
        .prepare_ns = 1234.5,
        .reorder_ns = NAN,
        .max_error = 1.25e-7,
        .error_bound = 3e-6,
        .roofline_gflops = 200,
        .passes_gflops = 150,
        .bound_by = (sb_limit)(SB_LIMIT_LEVEL + SB_LEVEL_L2),
    };
}

static void time_result(sb_result *result, double ns, uint32_t rounds, sb_random *random)
{
    for (uint32_t i = 0; i < rounds; i++) {
        uint32_t iterations = (uint32_t)fmin(1e6 / ns, 1e9) + 1;
        double noise = 1.02 + 0.1 * pow(sb_random_unit(random), 4);
        sb_sample sample = { i, (uint32_t)sb_random_below(random, 8), iterations,
                             round(ns * noise * iterations) / iterations };
        sb_series_add(&result->series, sample);
    }
    result->estimator = sb_estimator_for(SB_ESTIMATE_AUTO, rounds);
    result->time = sb_estimate(&result->series, result->estimator, 0.95, 1);
    result->summary = sb_summarize(&result->series, 0.95);
}

static sb_speedup new_speedup(const sb_layer *layer, const char *technique,
                              const sb_result *standard, const sb_result *separable)
{
    double measured = standard->time.value / separable->time.value;
    return (sb_speedup) {
        .operation = SB_SEPARABLE,
        .technique = sb_copy_text(technique),
        .standard_kernel = sb_copy_text(standard->label),
        .separable_kernel = sb_copy_text(separable->label),
        .standard_ns = standard->time.value,
        .separable_ns = separable->time.value,
        .measured = { measured, measured * 0.97, measured * 1.04 },
        .theoretical = sb_theoretical_speedup(layer),
        .roofline = 0.8 * sb_theoretical_speedup(layer),
        .roofline_passes = 0.6 * sb_theoretical_speedup(layer),
    };
}

sb_group make_group(const sb_layer *layer, int64_t threads, const char *const *techniques,
                    uint32_t rounds, sb_random *random)
{
    size_t count = 0;
    while (techniques[count])
        count++;
    sb_group group = {
        .layer = layer,
        .threads = threads,
        .results = sb_new(2 * count + 1, sizeof(sb_result)),
        .speedups = sb_new(count + 1, sizeof(sb_speedup)),
        .rounds = 1700000000123456789,
        .wall_ns = 1000000,
        .reference_ns = 1000,
        .verify_ns = 2000,
        .sample_ns = 900000,
    };
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        double rate = pow(4, (double)i) * (double)threads; /* GFLOP/s */
        sb_result *pair = &group.results[2 * i];
        for (int operation = SB_STANDARD; operation <= SB_SEPARABLE; operation++) {
            sb_problem problem = sb_layer_problem(layer, (sb_operation)operation, threads);
            sb_cost cost = sb_cost_of(&problem);
            double slower = operation == SB_SEPARABLE ? 1.2 + 0.6 * sb_random_unit(random) : 1;
            pair[operation] = new_result(techniques[i], (sb_operation)operation);
            time_result(&pair[operation], 2.0 * (double)cost.total / rate * slower, rounds, random);
        }
        group.speedups[group.speedup_count++] =
            new_speedup(layer, pair->technique, &pair[0], &pair[1]);
        if (!pair->peer)
            best = i;
    }
    group.speedups[group.speedup_count++] =
        new_speedup(layer, "best", &group.results[2 * best], &group.results[2 * best + 1]);
    group.results[2 * count] = new_result("choosy", SB_STANDARD);
    group.results[2 * count].verdict = SB_VERDICT_UNSUPPORTED;
    group.result_count = 2 * count + 1;
    return group;
}

char *make_folder(void)
{
    const char *base = getenv("TMPDIR");
    char *folder = sb_path_join(base ? base : "/tmp", "sepbench-test-XXXXXX");
    if (!mkdtemp(folder))
        abort();
    return folder;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info, (void)kind, (void)where;
    return remove(path);
}

void remove_folder(char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
}

int enter_folder(void **state)
{
    *state = make_folder();
    return 0;
}

int leave_folder(void **state)
{
    remove_folder(*state);
    return 0;
}

char *slurp(const char *folder, const char *name)
{
    char *path = sb_path_join(folder, name);
    sb_error error;
    char *text = sb_file_read(path, 1u << 28, NULL, &error);
    if (!text)
        abort();
    free(path);
    return text;
}
