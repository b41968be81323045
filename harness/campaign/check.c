/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/check.h"

#include "campaign/check_child.h"
#include "conv/odd.h"
#include "core/log.h"
#include "core/text.h"
#include "core/visible.h"
#include "measure/group.h"
#include "plugin/corners.h"
#include "plugin/symbols.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct checking {
    sb_session *session;
    int64_t threads[2];
    size_t thread_count;
    int reference_threads;
    const sb_plugin_list *plugins;
    const sb_check_options *options;
    sb_check_report *report;
    sb_check_hang hang; /* of the present plugin: it is not repeated for each of its kernels */
} checking;

/* The outcome for one kernel. */
typedef struct tally {
    size_t verdicts[SB_VERDICT_SKIPPED + 1];
    size_t failures;
    char *refused; /* the first reason why something did not apply; owned */
} tally;

/* Adds the command that repeats a failure; each command once. */
static void add_command(checking *c, const sb_plugin_info *plugin, const char *label,
                        const char *layer, int64_t threads, const char *params)
{
    sb_text command = { 0 };
    sb_text_add(&command, "sepbench check --one %s", label);
    if (*layer)
        sb_text_add(&command, " --layer %s --threads %" PRId64, layer, threads);
    if (*params)
        sb_text_add(&command, " --params '%s'", params);
    if (c->options->seed != SB_CHECK_SEED)
        sb_text_add(&command, " --seed %" PRIu64, c->options->seed);
    sb_text_add(&command, " ");
    sb_text_add_visible(&command, plugin->path);
    sb_text_add(&command, "\n");
    sb_text *to = &c->report->commands;
    if (!to->data || !strstr(to->data, command.data))
        sb_text_add(to, "%s", command.data);
    sb_text_free(&command);
}

static void note_failure(checking *c, const sb_group *group, const sb_result *result)
{
    for (size_t p = 0; p < c->plugins->count; p++)
        if (strcmp(c->plugins->plugins[p].id, result->plugin) == 0)
            add_command(c, &c->plugins->plugins[p], result->label, group->layer->name,
                        group->threads, result->params);
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
            result->verdict == SB_VERDICT_SKIPPED) {
            if (result->verdict != SB_VERDICT_OK && !t->refused)
                t->refused = sb_copy_text(result->detail);
            continue;
        }
        if (t->failures++ < SB_CHECK_SHOWN)
            note_failure(c, group, result);
    }
}

static int check_layer(checking *c, const sb_layer *layer, const sb_candidate *candidates,
                       size_t candidate_count, tally *t, sb_error *error)
{
    sb_measure_options options = {
        .confidence = 0.95,
        .seed = c->options->seed,
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

static sb_candidate *make_candidates(const sb_plugin_info *plugin, size_t kernel, const char *label,
                                     size_t *count)
{
    sb_corner *corners = sb_corners(&plugin->kernels[kernel], count);
    sb_candidate *candidates = sb_new(*count, sizeof *candidates);
    for (size_t i = 0; i < *count; i++) {
        candidates[i] = (sb_candidate) {
            .plugin = plugin,
            .kernel = kernel,
            .operation = sb_check_operation(&plugin->kernels[kernel]),
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
    const bool nothing = t->verdicts[SB_VERDICT_OK] == 0 && t->failures == 0;
    sb_table_cell(&c->report->kernels, "%s",
                  t->failures ? "FAILED"
                  : nothing   ? "nothing ran"
                              : "ok");
    if (nothing) {
        sb_table_cell(&c->report->idle, "%s", label);
        sb_table_cell(&c->report->idle, "%s", t->refused ? t->refused : "no layer is for it");
    }
    c->report->failed = c->report->failed || t->failures > 0;
}

/* A kernel that hung once is not called again: there are hundreds of cases. */
static bool has_hung(const tally *t)
{
    return t->verdicts[SB_VERDICT_TIMEOUT] > 0;
}

/* To find in which call it hangs. */
static int64_t shorter(int64_t timeout_ns)
{
    const int64_t most = 5000000000;
    return timeout_ns < most ? timeout_ns : most;
}

/* Findings of the contract are listed with the failures. */
typedef struct contract_notes {
    checking *checking;
    const sb_plugin_info *plugin;
    const char *label;
    tally *tally;
} contract_notes;

static void note_finding(void *context, const sb_finding *f)
{
    contract_notes *notes = context;
    sb_table *to = &notes->checking->report->failures;
    notes->tally->failures++;
    sb_table_cell(to, "%s", notes->label);
    sb_table_cell(to, "%s", *f->layer ? f->layer : "-");
    sb_table_cell(to, "%" PRId64, f->threads);
    sb_table_cell(to, "%s", f->params);
    sb_table_cell(to, "contract");
    sb_table_cell(to, "%s: %s", f->what, f->detail);
    add_command(notes->checking, notes->plugin, notes->label, f->layer, f->threads, f->params);
}

static int check_contract(checking *c, const sb_plugin_info *plugin, size_t kernel,
                          const char *label, tally *t, sb_error *error)
{
    const sb_check_case one = { .plugin = plugin,
                                .kernel = kernel,
                                .most_threads = c->threads[c->thread_count - 1],
                                .seed = c->options->seed,
                                .leaves = c->hang == SB_CHECK_HANG_CLOSING };
    contract_notes notes = { c, plugin, label, t };
    const sb_contract_watch watch = { .found = note_finding, .context = &notes };
    sb_check_counts counts;
    if (c->hang == SB_CHECK_HANG_OPENING)
        return SB_OK;
    const int rc =
        sb_check_child(&one, has_hung(t) ? shorter(c->options->timeout_ns) : c->options->timeout_ns,
                       c->options->stop, &watch, &counts, error);
    if (counts.hang == SB_CHECK_HANG_OPENING || counts.hang == SB_CHECK_HANG_CLOSING)
        c->hang = counts.hang;
    return rc;
}

/* What one layer added to the tally. */
static void tell_layer(const checking *c, const char *label, const sb_layer *layer,
                       const tally *before, const tally *now)
{
    if (c->options->verbose)
        sb_info("%s, layer %s: %zu passed, %zu unsupported, %zu invalid, %zu failed", label,
                layer->name, now->verdicts[SB_VERDICT_OK] - before->verdicts[SB_VERDICT_OK],
                now->verdicts[SB_VERDICT_UNSUPPORTED] - before->verdicts[SB_VERDICT_UNSUPPORTED],
                now->verdicts[SB_VERDICT_SKIPPED] - before->verdicts[SB_VERDICT_SKIPPED],
                now->failures - before->failures);
}

/* The defaults first: where they hang, the others need not be tried. */
static int check_corners(checking *c, const sb_layer *layer, const sb_candidate *candidates,
                         size_t count, tally *t, sb_error *error)
{
    const tally before = *t;
    int rc = check_layer(c, layer, candidates, 1, t, error);
    if (rc == SB_OK && count > 1 && !has_hung(t))
        rc = check_layer(c, layer, candidates + 1, count - 1, t, error);
    tell_layer(c, candidates->label, layer, &before, t);
    return rc;
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
    for (size_t l = 0; l < layer_count && rc == SB_OK && !has_hung(&t); l++)
        if (layers[l].operations[sb_check_operation(&plugin->kernels[kernel])])
            rc = check_corners(c, &layers[l], candidates, candidate_count, &t, error);
    if (rc == SB_OK)
        rc = check_contract(c, plugin, kernel, label.data, &t, error);
    if (rc == SB_OK)
        report_kernel(c, label.data, &t);
    free(t.refused);
    free(candidates);
    sb_text_free(&label);
    return rc;
}

/* No failure: many a library shows all that it has. */
static void warn_of_symbols(const sb_plugin_info *plugin)
{
    sb_text names = { 0 };
    const size_t shown = sb_symbols_shown(plugin->path, &names);
    if (shown)
        sb_warn("%s exports %zu symbol%s besides sb_plugin_entry (%s), which may replace those of "
                "another library or be replaced by them: build it with -fvisibility=hidden",
                plugin->path, shown, sb_plural(shown), names.data);
    sb_text_free(&names);
}

int sb_check_run(const sb_plugin_list *plugins, const sb_topology *topology,
                 const sb_check_options *options, sb_check_report *report, sb_error *error)
{
    *report = (sb_check_report) { 0 };
    int most = sb_max_threads(topology);
    checking c = { .threads = { 1, most },
                   .thread_count = most > 1 ? 2 : 1,
                   .reference_threads = most,
                   .plugins = plugins,
                   .options = options,
                   .report = report };
    c.session = sb_session_open(&(sb_session_options) { .topology = topology,
                                                        .timeout_ns = options->timeout_ns,
                                                        .stop = options->stop,
                                                        .most_hangs = 1 });
    sb_table_start(&report->kernels,
                   (const char *const[]) { "kernel", ">passed", ">unsupported", ">invalid",
                                           ">failed", "verdict", NULL });
    sb_table_start(&report->failures,
                   (const char *const[]) { "kernel", "layer", ">threads", "parameters", "verdict",
                                           "detail", NULL });
    sb_table_start(&report->idle, (const char *const[]) { "kernel", "why not", NULL });
    int rc = SB_OK;
    for (size_t p = 0; p < plugins->count && rc == SB_OK; p++) {
        report->failed =
            report->failed || (plugins->plugins[p].problem && !plugins->plugins[p].absence);
        warn_of_symbols(&plugins->plugins[p]);
        c.hang = SB_CHECK_HANG_NONE;
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
    sb_table_free(&report->idle);
    sb_text_free(&report->commands);
}
