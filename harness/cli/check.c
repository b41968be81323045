/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench check: conformance of plugins. */
#include "campaign/check.h"
#include "campaign/plugins.h"
#include "cli/commands.h"
#include "cli/stop.h"

#include <stdio.h>

typedef struct check_options {
    sb_option_list plugin_dirs;
} check_options;

static const sb_option options[] = {
    { "plugin-dir", 0, SB_OPTION_LIST, offsetof(check_options, plugin_dirs), "DIR",
      "look for plugins here first" },
    { 0 },
};

static void print_report(const sb_check_report *report)
{
    sb_table_print(&report->kernels, stdout);
    if (sb_table_rows(&report->failures) == 0)
        return;
    printf("\nFailures (at most %d of a kernel):\n", SB_CHECK_SHOWN);
    sb_table_print(&report->failures, stdout);
}

static int check_plugins(const sb_plugin_list *plugins, sb_error *error)
{
    sb_topology topology;
    sb_check_report report;
    if (sb_topology_read(NULL, &topology, error) < 0)
        return SB_FAILED;
    int rc = sb_check_run(plugins, &topology, sb_stop_listen(), &report, error);
    print_report(&report);
    const bool faults = rc == SB_OK && report.failed;
    sb_check_report_free(&report);
    return faults ? SB_FAULTS_FOUND : rc;
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
        rc = check_plugins(&plugins, error);
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
