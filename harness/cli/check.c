/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench check: conformance of plugins. */
#include "campaign/check.h"
#include "campaign/check_one.h"
#include "campaign/check_print.h"
#include "campaign/plugins.h"
#include "cli/commands.h"
#include "cli/stop.h"
#include "core/text.h"
#include "measure/spawn.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct check_options {
    sb_option_list plugin_dirs;
    const char *one, *layer, *threads, *params, *seed, *timeout;
    bool tap, junit, verbose;
} check_options;

static const sb_option options[] = {
    { "plugin-dir", 0, SB_OPTION_LIST, offsetof(check_options, plugin_dirs), "DIR",
      "search this folder for plugins first" },
    { "one", 0, SB_OPTION_TEXT, offsetof(check_options, one), "KERNEL",
      "check only this kernel, in this process (for gdb, valgrind, sanitizers)" },
    { "layer", 0, SB_OPTION_TEXT, offsetof(check_options, layer), "GLOB",
      "with --one: only layers whose names match" },
    { "threads", 0, SB_OPTION_TEXT, offsetof(check_options, threads), "N",
      "with --one: number of threads" },
    { "params", 0, SB_OPTION_TEXT, offsetof(check_options, params), "NAME=VALUE;...",
      "with --one: values of parameters" },
    { "seed", 0, SB_OPTION_TEXT, offsetof(check_options, seed), "N",
      "seed of the data and of random parameters (default: 1)" },
    { "timeout", 0, SB_OPTION_TEXT, offsetof(check_options, timeout), "TIME",
      "time limit of a call (default: 20s)" },
    { "verbose", 0, SB_OPTION_FLAG, offsetof(check_options, verbose), NULL,
      "also print a line for each kernel and layer on standard error" },
    { "tap", 0, SB_OPTION_FLAG, offsetof(check_options, tap), NULL, "print TAP" },
    { "junit", 0, SB_OPTION_FLAG, offsetof(check_options, junit), NULL, "print JUnit XML" },
    { 0 },
};

static int parse_number(const char *text, const char *name, int64_t low, int64_t high,
                        int64_t *value, sb_error *error)
{
    if (!text || sb_parse_integer(text, low, high, value))
        return SB_OK;
    return sb_fail(error, "--%s=%s: expected a whole number of at least %lld", name, text,
                   (long long)low);
}

static int parse_timeout(const char *text, int64_t *ns, sb_error *error)
{
    if (!text || (sb_parse_duration(text, ns) && *ns >= 1000000))
        return SB_OK;
    return sb_fail(error, "--timeout=%s: expected a time such as 500ms or 5s", text);
}

static int check_plugins(const check_options *o, const sb_plugin_list *plugins, int64_t timeout_ns,
                         uint64_t seed, sb_error *error)
{
    sb_topology topology;
    sb_check_report report;
    if (sb_topology_read(NULL, &topology, error) < 0)
        return SB_FAILED;
    const sb_check_options how = {
        .timeout_ns = timeout_ns, .seed = seed, .verbose = o->verbose, .stop = sb_stop_listen()
    };
    int rc = sb_check_run(plugins, &topology, &how, &report, error);
    if (o->tap)
        sb_check_print_tap(&report, stdout);
    else if (o->junit)
        sb_check_print_junit(&report, stdout);
    else
        sb_check_print_text(&report, stdout);
    const bool faults = rc == SB_OK && report.failed;
    sb_check_report_free(&report);
    return faults ? SB_FAULTS_FOUND : rc;
}

/* ------------------------------------------------------------------------------ in this process */

static void print_finding(void *context, const sb_finding *f)
{
    ++*(size_t *)context;
    printf("not ok: %s%s", *f->layer ? "layer " : "", f->layer);
    if (f->threads)
        printf(", threads %lld", (long long)f->threads);
    printf("%s%s%s%s: %s\n", *f->params ? ", parameters " : "", f->params,
           *f->layer || *f->params ? ": " : "", f->what, f->detail);
    fflush(stdout);
}

static int check_one(const check_options *o, const sb_plugin_list *plugins, int64_t threads,
                     uint64_t seed, sb_error *error)
{
    size_t found = 0;
    const sb_contract_watch watch = { .found = print_finding, .context = &found };
    sb_topology topology;
    sb_check_case one = {
        .layer = o->layer, .threads = threads, .seed = seed, .verbose = o->verbose
    };
    sb_check_counts counts;
    one.plugin = sb_check_find(plugins, o->one, &one.kernel, error);
    if (!one.plugin || sb_topology_read(NULL, &topology, error) < 0 ||
        (o->params && sb_check_parse_params(o->params, &one, error) < 0))
        return SB_FAILED;
    one.most_threads = sb_max_threads(&topology);
    sb_contract_tell_crashes();
    sb_spawn_adopt_orphans();
    const int rc = sb_check_one(&one, &watch, &counts, error);
    sb_spawn_end_strays();
    if (rc < 0)
        return rc;
    const size_t *n = counts.outcomes;
    printf("%s: %zu passed, %zu failed, %zu unsupported, %zu invalid\n", o->one,
           n[SB_CONTRACT_PASSED], n[SB_CONTRACT_FAILED], n[SB_CONTRACT_UNSUPPORTED],
           n[SB_CONTRACT_INVALID]);
    return found || !n[SB_CONTRACT_PASSED] ? SB_FAULTS_FOUND : SB_OK;
}

static int run_with(const check_options *o, const sb_plugin_list *plugins, sb_error *error)
{
    int64_t threads = 0, seed = SB_CHECK_SEED, timeout_ns = INT64_C(20000000000);
    if (parse_number(o->threads, "threads", 1, 4096, &threads, error) < 0 ||
        parse_number(o->seed, "seed", 0, INT64_MAX, &seed, error) < 0 ||
        parse_timeout(o->timeout, &timeout_ns, error) < 0)
        return SB_FAILED;
    if (o->one)
        return check_one(o, plugins, threads, (uint64_t)seed, error);
    if (o->layer || o->params || o->threads)
        return sb_fail(error, "--layer, --threads and --params require --one KERNEL");
    return check_plugins(o, plugins, timeout_ns, (uint64_t)seed, error);
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const check_options *o = invocation->options;
    sb_plugin_list plugins = { 0 };
    int rc = invocation->operand_count
                 ? sb_plugins_from_files(invocation->operands, invocation->operand_count, &plugins,
                                         error)
                 : sb_plugins_find(o->plugin_dirs.items, &plugins, error);
    if (rc == SB_OK)
        rc = run_with(o, &plugins, error);
    sb_plugin_list_free(&plugins);
    return rc;
}

const sb_command sb_command_check = {
    .name = "check",
    .usage = "[PLUGIN.so...] [OPTIONS]",
    .summary = "Check plugins against the reference on odd shapes",
    .details = "Checks every kernel with every corner parameter set, and against the rest of the "
               "contract. Without PLUGIN: all plugins that are found.",
    .options = options,
    .options_size = sizeof(check_options),
    .max_operands = SB_ANY_NUMBER,
    .run = run,
};
