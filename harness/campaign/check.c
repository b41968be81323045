/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/check.h"

#include "conv/odd.h"
#include "core/text.h"
#include "measure/group.h"
#include "plugin/corners.h"

#include <inttypes.h>
#include <stdlib.h>

#define CHECK_TIMEOUT_NS INT64_C(60000000000)

typedef struct checking {
    sb_session *session;
    int64_t threads[2];
    size_t thread_count;
    int reference_threads;
    sb_check_report *report;
} checking;

/* What came of one kernel. */
typedef struct tally {
    size_t verdicts[SB_VERDICT_SKIPPED + 1];
    size_t failures;
} tally;

static void note_failure(checking *c, const sb_group *group, const sb_result *result)
{
    sb_table_cell(&c->report->failures, "%s", result->label);
    sb_table_cell(&c->report->failures, "%s", group->layer->name);
    sb_table_cell(&c->report->failures, "%" PRId64, group->threads);
    sb_table_cell(&c->report->failures, "%s", result->params);
    sb_table_cell(&c->report->failures, "%s", sb_verdict_name(result->verdict));
    sb_table_cell(&c->report->failures, "%s", result->detail);
}

static void count_verdicts(checking *c, const sb_group *group, tally *t)
{
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        t->verdicts[result->verdict]++;
        if (result->verdict == SB_VERDICT_OK || result->verdict == SB_VERDICT_UNSUPPORTED ||
            result->verdict == SB_VERDICT_SKIPPED)
            continue;
        if (t->failures++ < SB_CHECK_SHOWN)
            note_failure(c, group, result);
    }
}

static int check_layer(checking *c, const sb_layer *layer, const sb_candidate *candidates,
                       size_t candidate_count, tally *t, sb_error *error)
{
    sb_measure_options options = {
        .confidence = 0.95,
        .seed = 1,
        .verify_only = true,
        .reference_threads = c->reference_threads,
    };
    for (size_t i = 0; i < c->thread_count; i++) {
        sb_group group;
        int rc = sb_measure_group(c->session, layer, c->threads[i], candidates, candidate_count,
                                  &options, &group, error);
        if (rc < 0)
            return rc;
        count_verdicts(c, &group, t);
        sb_group_free(&group);
    }
    return SB_OK;
}

/* What a kernel computes is checked as the operation that comes first: a single convolution is one,
 * whichever step it is. */
static sb_operation operation_of(const sb_kernel_info *kernel)
{
    int op = 0;
    while (op + 1 < SB_OPERATIONS && !sb_kernel_computes(kernel, (sb_operation)op))
        op++;
    return (sb_operation)op;
}

static sb_candidate *make_candidates(const sb_plugin_info *plugin, size_t kernel, const char *label,
                                     size_t *count)
{
    sb_corner *corners = sb_corners(&plugin->kernels[kernel], count);
    sb_candidate *candidates = sb_new(*count, sizeof *candidates);
    for (size_t i = 0; i < *count; i++) {
        candidates[i] = (sb_candidate) {
            .plugin = plugin,
            .kernel = kernel,
            .operation = operation_of(&plugin->kernels[kernel]),
            .label = label,
            .origin = "corner",
            .given = corners[i].given,
        };
        for (size_t v = 0; v < SB_MAX_PARAMETERS; v++)
            candidates[i].values[v] = corners[i].values[v];
    }
    free(corners);
    return candidates;
}

static void report_kernel(checking *c, const char *label, const tally *t)
{
    sb_table_cell(&c->report->kernels, "%s", label);
    sb_table_cell(&c->report->kernels, "%zu", t->verdicts[SB_VERDICT_OK]);
    sb_table_cell(&c->report->kernels, "%zu", t->verdicts[SB_VERDICT_UNSUPPORTED]);
    sb_table_cell(&c->report->kernels, "%zu", t->verdicts[SB_VERDICT_SKIPPED]);
    sb_table_cell(&c->report->kernels, "%zu", t->failures);
    bool nothing = t->verdicts[SB_VERDICT_OK] == 0;
    sb_table_cell(&c->report->kernels, "%s",
                  t->failures ? "FAILED"
                  : nothing   ? "nothing ran"
                              : "ok");
    c->report->failed = c->report->failed || t->failures > 0;
}

static int check_kernel(checking *c, const sb_plugin_info *plugin, size_t kernel, sb_error *error)
{
    sb_text label = { 0 };
    tally t = { 0 };
    size_t candidate_count, layer_count;
    sb_text_add(&label, "%s/%s", plugin->id, plugin->kernels[kernel].id);
    sb_candidate *candidates = make_candidates(plugin, kernel, label.data, &candidate_count);
    const sb_layer *layers = sb_odd_layers(&layer_count);
    int rc = SB_OK;
    for (size_t l = 0; l < layer_count && rc == SB_OK; l++)
        if (layers[l].operations[operation_of(&plugin->kernels[kernel])])
            rc = check_layer(c, &layers[l], candidates, candidate_count, &t, error);
    if (rc == SB_OK)
        report_kernel(c, label.data, &t);
    free(candidates);
    sb_text_free(&label);
    return rc;
}

int sb_check_run(const sb_plugin_list *plugins, const sb_topology *topology,
                 const volatile sig_atomic_t *stop, sb_check_report *report, sb_error *error)
{
    *report = (sb_check_report) { 0 };
    int most = sb_max_threads(topology);
    checking c = { .threads = { 1, most },
                   .thread_count = most > 1 ? 2 : 1,
                   .reference_threads = most,
                   .report = report };
    c.session = sb_session_open(&(sb_session_options) {
        .topology = topology, .timeout_ns = CHECK_TIMEOUT_NS, .stop = stop });
    sb_table_start(&report->kernels,
                   (const char *const[]) { "kernel", ">passed", ">unsupported", ">invalid",
                                           ">failed", "verdict", NULL });
    sb_table_start(&report->failures,
                   (const char *const[]) { "kernel", "layer", ">threads", "parameters", "verdict",
                                           "detail", NULL });
    int rc = SB_OK;
    for (size_t p = 0; p < plugins->count && rc == SB_OK; p++) {
        report->failed = report->failed || plugins->plugins[p].problem;
        for (size_t k = 0; k < plugins->plugins[p].kernel_count && rc == SB_OK; k++)
            rc = check_kernel(&c, &plugins->plugins[p], k, error);
    }
    sb_session_close(c.session);
    return rc;
}

void sb_check_report_free(sb_check_report *report)
{
    sb_table_free(&report->kernels);
    sb_table_free(&report->failures);
}
