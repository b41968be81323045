/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench list: lists plugins, kernels, configurations and other choices. */
#include "campaign/plugins.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/scope_arguments.h"
#include "config/config.h"
#include "config/named.h"
#include "core/text.h"
#include "core/words.h"
#include "report/layers_table.h"
#include "report/plugin_lists.h"

#include <string.h>

typedef struct list_options {
    const char *format;
    sb_scope_arguments scope;
} list_options;

static const sb_option options[] = {
    { "format", 0, SB_OPTION_TEXT, offsetof(list_options, format), "FORMAT", "text, csv or json" },
    { "filter", 0, SB_OPTION_TEXT, offsetof(list_options, scope.filter), "GLOB",
      "only the names that match" },
    SB_OPTION_SET(list_options),
    SB_OPTION_PLUGIN_DIR(list_options),
    { 0 },
};

/* The arguments of one list. */
typedef struct list_request {
    const char *operand; /* NULL if not given */
    const char *filter;
    const char *const *settings, *const *plugin_dirs;
    sb_format format;
} list_request;

static int list_layers(const list_request *request, sb_error *error)
{
    static void (*const print[])(const sb_network *network) = {
        [SB_FORMAT_TEXT] = sb_layers_print_text,
        [SB_FORMAT_CSV] = sb_layers_print_csv,
        [SB_FORMAT_JSON] = sb_layers_print_json,
    };
    sb_config config;
    if (!request->operand)
        return sb_fail(error, "list layers: missing operand CONFIG");
    if (sb_config_read(request->operand, request->filter, request->settings, &config, error) < 0)
        return SB_FAILED;
    print[request->format](&(sb_network) { config.name, config.layers, config.layer_count });
    sb_config_free(&config);
    return SB_OK;
}

/* ---------------------------------------------------------------------------------- tables */

typedef int tabulate(const list_request *request, sb_table *table, sb_error *error);

/* What the plugins declare. */
static int tabulate_declared(const list_request *request,
                             void (*fill)(const sb_plugin_list *, const char *, sb_table *),
                             sb_table *table, sb_error *error)
{
    sb_plugin_list plugins;
    if (sb_plugins_find(request->plugin_dirs, &plugins, error) < 0)
        return SB_FAILED;
    fill(&plugins, request->filter, table);
    sb_plugin_list_free(&plugins);
    return SB_OK;
}

static int tabulate_plugins(const list_request *request, sb_table *table, sb_error *error)
{
    return tabulate_declared(request, sb_tabulate_plugins, table, error);
}

static int tabulate_kernels(const list_request *request, sb_table *table, sb_error *error)
{
    return tabulate_declared(request, sb_tabulate_kernels, table, error);
}

static int tabulate_parameters(const list_request *request, sb_table *table, sb_error *error)
{
    return tabulate_declared(request, sb_tabulate_parameters, table, error);
}

static int tabulate_strategies(const list_request *request, sb_table *table, sb_error *error)
{
    (void)error;
    sb_tabulate_strategies(request->filter, table);
    return SB_OK;
}

static int tabulate_configs(const list_request *request, sb_table *table, sb_error *error)
{
    (void)error;
    sb_named_configs configs;
    sb_named_configs_list(&configs);
    sb_table_start(table, (const char *const[]) { "config", "summary", "path", NULL });
    for (size_t i = 0; i < configs.count; i++) {
        const sb_named_config *config = &configs.items[i];
        if (request->filter && !sb_glob_match(request->filter, config->name))
            continue;
        sb_table_cell(table, "%s", config->name);
        sb_table_cell(table, "%s", config->summary);
        sb_table_cell(table, "%s", config->path);
    }
    sb_named_configs_free(&configs);
    return SB_OK;
}

static int print_list(const list_request *request, tabulate *fill, sb_error *error)
{
    sb_table table = { 0 };
    if (request->operand)
        return sb_fail(error, "unexpected operand '%s'; select rows with --filter GLOB",
                       request->operand);
    int rc = fill(request, &table, error);
    if (rc == SB_OK)
        sb_format_print_table(&table, request->format);
    sb_table_free(&table);
    return rc;
}

/* --------------------------------------------------------------------------------- command */

static const struct {
    const char *name;
    tabulate *fill; /* NULL: the layers of a configuration */
} lists[] = {
    { "plugins", tabulate_plugins },       { "kernels", tabulate_kernels },
    { "parameters", tabulate_parameters }, { "strategies", tabulate_strategies },
    { "configs", tabulate_configs },       { "layers", NULL },
};

#define LISTS (sizeof lists / sizeof *lists)

static int run_list(const char *what, const list_request *request, sb_error *error)
{
    const char *names[LISTS + 1] = { NULL };
    for (size_t i = 0; i < LISTS; i++) {
        names[i] = lists[i].name;
        if (strcmp(lists[i].name, what) == 0)
            return lists[i].fill ? print_list(request, lists[i].fill, error)
                                 : list_layers(request, error);
    }
    return sb_fail_unknown(error, "list", what, names, NULL);
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const list_options *o = invocation->options;
    list_request request = {
        .operand = invocation->operand_count == 2 ? invocation->operands[1] : NULL,
        .filter = o->scope.filter,
        .settings = o->scope.settings.items,
        .plugin_dirs = o->scope.plugin_dirs.items,
    };
    if (sb_format_parse(o->format, &request.format, error) < 0)
        return SB_FAILED;
    return run_list(invocation->operands[0], &request, error);
}

const sb_command sb_command_list = {
    .name = "list",
    .usage = "plugins|kernels|parameters|strategies|configs|layers CONFIG [OPTIONS]",
    .summary = "Show plugins, kernels, parameters, configurations, or the layers of one",
    .options = options,
    .options_size = sizeof(list_options),
    .min_operands = 1,
    .max_operands = 2,
    .run = run,
};
