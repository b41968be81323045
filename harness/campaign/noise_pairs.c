/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/noise_pairs.h"

#include "campaign/plugins.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"
#include "measure/group.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LEAST_PAIRS = 2, MOST_PAIRS = 100000 };

/* State shared by all pairs. */
typedef struct bench {
    const sb_topology *topology;
    const volatile sig_atomic_t *stop;
    const sb_plugin_info *plugin;
    size_t kernel;
    int threads;
    sb_layer layer;
} bench;

/* The results of the pairs: one number for each pair. */
typedef struct tally {
    double *errors, *widths, *calls;
    size_t count, different;
} tally;

/* About 100 us for plain loops: 16 channels to 16 through 3 x 3 taps at 49 positions. */
static int make_layer(sb_layer *layer, sb_error *error)
{
    *layer = (sb_layer) {
        .name = sb_copy_text("noise"),
        .shape = sb_geometry_square(16, 7, 16, 3),
        .operations = { true, false },
        .repeat = 1,
    };
    return sb_layer_finish(layer, error);
}

static bool standard_kernel(const sb_plugin_info *plugin, size_t *kernel)
{
    for (size_t i = 0; i < plugin->kernel_count; i++)
        if (sb_kernel_computes(&plugin->kernels[i], SB_STANDARD)) {
            *kernel = i;
            return true;
        }
    return false;
}

static int choose_kernel(const sb_plugin_list *plugins, bench *b, sb_error *error)
{
    for (size_t i = 0; i < plugins->count; i++) {
        const sb_plugin_info *plugin = &plugins->plugins[i];
        size_t kernel;
        if (!standard_kernel(plugin, &kernel))
            continue;
        bool preferred = strcmp(plugin->id, b->threads > 1 ? "openmp" : "naive") == 0;
        if (!b->plugin || preferred) {
            b->plugin = plugin;
            b->kernel = kernel;
        }
        if (preferred)
            break;
    }
    return b->plugin ? SB_OK
                     : sb_fail(error, "no plugin has a standard convolution to measure the "
                                      "noise with");
}

static sb_measure_options pair_options(uint64_t seed)
{
    return (sb_measure_options) {
        .confidence = 0.95,
        .precision = 0.01,
        .min_samples = 10,
        .max_time_ns = 500000000, /* the kernel is short; what has not settled by then is noise */
        .seed = seed,
        .reference_threads = 1,
    };
}

static int note_pair(const sb_group *group, uint64_t seed, tally *t, sb_error *error)
{
    for (size_t i = 0; i < group->result_count; i++)
        if (group->results[i].verdict != SB_VERDICT_OK)
            return sb_fail(error, "%s cannot measure the noise: %s", group->results[i].plugin,
                           group->results[i].detail);
    const sb_series *a = &group->results[0].series, *b = &group->results[1].series;
    sb_interval ratio = sb_ratio(b, a, group->results[0].estimator, 0.95, 1, seed);
    t->errors[t->count] = fabs(ratio.value - 1);
    t->widths[t->count] = (ratio.high - ratio.low) / 2 / ratio.value;
    t->calls[t->count] = group->results[0].time.value;
    t->different += ratio.low > 1 || ratio.high < 1;
    t->count++;
    return SB_OK;
}

/* New workers for each pair, so that the placement of their memory is part of the noise. The copy
 * of the plugin is at another address, which gives it a separate worker. */
static int run_pair(const bench *b, tally *t, sb_error *error)
{
    const sb_plugin_info twin = *b->plugin;
    const sb_candidate pair[2] = {
        { .plugin = b->plugin, .kernel = b->kernel, .label = "first", .origin = "default" },
        { .plugin = &twin, .kernel = b->kernel, .label = "second", .origin = "default" },
    };
    const uint64_t seed = t->count + 1;
    sb_measure_options options = pair_options(seed);
    sb_session *session = sb_session_open(&(sb_session_options) {
        .topology = b->topology,
        .timeout_ns = INT64_C(60000000000),
        .stop = b->stop,
    });
    sb_group group;
    int rc = sb_measure_group(session, &b->layer, b->threads, pair, 2, &options, &group, error);
    if (rc == SB_OK) {
        rc = note_pair(&group, seed, t, error);
        sb_group_free(&group);
    }
    sb_session_close(session);
    return rc;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value below which this fraction of all lies. Sorts the values. */
static double find_quantile(double *values, size_t count, double part)
{
    qsort(values, count, sizeof *values, ascending);
    size_t rank = (size_t)ceil(part * (double)count);
    return values[rank > 0 ? rank - 1 : 0];
}

static int run_pairs(const bench *b, double seconds, sb_noise *noise, sb_error *error)
{
    tally t = {
        .errors = sb_new(MOST_PAIRS, sizeof(double)),
        .widths = sb_new(MOST_PAIRS, sizeof(double)),
        .calls = sb_new(MOST_PAIRS, sizeof(double)),
    };
    const int64_t end = sb_now_ns() + (int64_t)(seconds * 1e9);
    int rc = SB_OK;
    while (rc == SB_OK && t.count < MOST_PAIRS && (t.count < LEAST_PAIRS || sb_now_ns() < end))
        rc = run_pair(b, &t, error);
    if (rc == SB_OK)
        *noise = (sb_noise) {
            .threads = b->threads,
            .pairs = (int64_t)t.count,
            .different = (int64_t)t.different,
            .floor = find_quantile(t.errors, t.count, 0.95),
            .half_width = find_quantile(t.widths, t.count, 0.5),
            .call_ns = find_quantile(t.calls, t.count, 0.5),
            .measured_at = (int64_t)time(NULL),
        };
    free(t.errors);
    free(t.widths);
    free(t.calls);
    return rc;
}

int sb_noise_measure(const sb_topology *topology, int threads, double seconds,
                     const volatile sig_atomic_t *stop, sb_noise *noise, sb_error *error)
{
    bench b = { .topology = topology, .stop = stop, .threads = threads };
    sb_plugin_list plugins = { 0 };
    sb_error why;
    if (sb_plugins_find(NULL, &plugins, error) < 0)
        return SB_FAILED;
    int rc = make_layer(&b.layer, error);
    if (rc == SB_OK)
        rc = choose_kernel(&plugins, &b, error);
    if (rc == SB_OK) {
        sb_info("comparing %s/%s with itself, threads: %d, for %g s", b.plugin->id,
                b.plugin->kernels[b.kernel].id, threads, seconds);
        rc = run_pairs(&b, seconds, noise, error);
    }
    if (rc == SB_OK && sb_noise_keep(topology, noise, &why) < 0)
        sb_warn("the measured noise cannot be saved: %s", why.text);
    free(b.layer.name);
    sb_plugin_list_free(&plugins);
    return rc;
}
