/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench check: conformance of plugins. Every kernel, in every corner configuration, on every odd
 * layer, goes through both gates. */
#include "campaign/plugins.h"
#include "cli/commands.h"
#include "cli/stop.h"
#include "conv/odd.h"
#include "core/log.h"
#include "core/table.h"
#include "core/text.h"
#include "measure/group.h"
#include "plugin/corners.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK_TIMEOUT_NS INT64_C(60000000000)
#define SHOWN_FAILURES   5 /* of a kernel; the others are counted */

typedef struct checking {
    sb_session *session;
    int64_t threads[2];
    size_t thread_count;
    int reference_threads;
    sb_table kernels, failures;
    bool failed;
} checking;

/* What came of one kernel. */
typedef struct tally {
    size_t verdicts[SB_VERDICT_SKIPPED + 1];
    size_t failures;
} tally;

static void note_failure(checking *c, const sb_group *group, const sb_result *result)
{
    sb_table_cell(&c->failures, "%s", result->label);
    sb_table_cell(&c->failures, "%s", group->layer->name);
    sb_table_cell(&c->failures, "%" PRId64, group->threads);
    sb_table_cell(&c->failures, "%s", result->params);
    sb_table_cell(&c->failures, "%s", sb_verdict_name(result->verdict));
    sb_table_cell(&c->failures, "%s", result->detail);
}

static void count(checking *c, const sb_group *group, tally *t)
{
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        t->verdicts[result->verdict]++;
        if (result->verdict == SB_VERDICT_OK || result->verdict == SB_VERDICT_UNSUPPORTED ||
            result->verdict == SB_VERDICT_SKIPPED)
            continue;
        if (t->failures++ < SHOWN_FAILURES)
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
        count(c, &group, t);
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
    sb_table_cell(&c->kernels, "%s", label);
    sb_table_cell(&c->kernels, "%zu", t->verdicts[SB_VERDICT_OK]);
    sb_table_cell(&c->kernels, "%zu", t->verdicts[SB_VERDICT_UNSUPPORTED]);
    sb_table_cell(&c->kernels, "%zu", t->verdicts[SB_VERDICT_SKIPPED]);
    sb_table_cell(&c->kernels, "%zu", t->failures);
    bool nothing = t->verdicts[SB_VERDICT_OK] == 0;
    sb_table_cell(&c->kernels, "%s", t->failures ? "FAILED" : nothing ? "nothing ran" : "ok");
    c->failed = c->failed || t->failures > 0;
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

static void report(checking *c)
{
    sb_table_print(&c->kernels, stdout);
    if (sb_table_rows(&c->failures) == 0)
        return;
    printf("\nFailures (at most %d of a kernel):\n", SHOWN_FAILURES);
    sb_table_print(&c->failures, stdout);
}

static int check(const sb_plugin_list *plugins, sb_error *error)
{
    sb_topology topology;
    if (sb_topology_read(&topology, error) < 0)
        return SB_FAILED;
    int most = sb_max_threads(&topology);
    checking c = { .threads = { 1, most },
                   .thread_count = most > 1 ? 2 : 1,
                   .reference_threads = most };
    c.session = sb_session_open(&(sb_session_options) {
        .topology = &topology, .timeout_ns = CHECK_TIMEOUT_NS, .stop = sb_stop_listen() });
    sb_table_start(&c.kernels, (const char *const[]) { "kernel", ">passed", ">unsupported",
                                                       ">invalid", ">failed", "verdict", NULL });
    sb_table_start(&c.failures, (const char *const[]) { "kernel", "layer", ">threads", "parameters",
                                                        "verdict", "detail", NULL });
    int rc = SB_OK;
    for (size_t p = 0; p < plugins->count && rc == SB_OK; p++) {
        c.failed = c.failed || plugins->plugins[p].problem;
        for (size_t k = 0; k < plugins->plugins[p].kernel_count && rc == SB_OK; k++)
            rc = check_kernel(&c, &plugins->plugins[p], k, error);
    }
    report(&c);
    sb_session_close(c.session);
    sb_table_free(&c.kernels);
    sb_table_free(&c.failures);
    return rc == SB_OK && c.failed ? SB_FAULTS_FOUND : rc;
}

typedef struct check_options {
    sb_option_list plugin_dirs;
} check_options;

static const sb_option options[] = {
    { "plugin-dir", 0, SB_OPTION_LIST, offsetof(check_options, plugin_dirs), "DIR",
      "look for plugins here first" },
    { 0 },
};

static int run(const sb_invocation *invocation, sb_error *error)
{
    const check_options *o = invocation->options;
    sb_plugin_list plugins = { 0 };
    int rc = invocation->operand_count
                 ? sb_plugins_from_files(invocation->operands, invocation->operand_count, &plugins,
                                         error)
                 : sb_plugins_find(o->plugin_dirs.items, &plugins, error);
    if (rc == SB_OK)
        rc = check(&plugins, error);
    sb_plugin_list_free(&plugins);
    return rc;
}

const sb_command sb_command_check = {
    .name = "check",
    .usage = "[PLUGIN.so...] [OPTIONS]",
    .summary = "Check plugins against the reference on odd shapes",
    .details = "Every kernel is checked in every corner configuration. Without PLUGIN: all that "
               "are found.",
    .options = options,
    .options_size = sizeof(check_options),
    .max_operands = SB_ANY_NUMBER,
    .run = run,
};
