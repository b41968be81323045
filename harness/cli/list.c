/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench list: lists plugins, kernels, configurations and other choices. */
#include "campaign/plugins.h"
#include "cli/commands.h"
#include "cli/list_plugins.h"
#include "config/config.h"
#include "config/named.h"
#include "core/text.h"
#include "report/layers_table.h"

#include <string.h>

typedef struct list_options {
    const char *format, *filter;
    sb_option_list settings, plugin_dirs;
} list_options;

static const sb_option options[] = {
    { "format", 0, SB_OPTION_TEXT, offsetof(list_options, format), "FORMAT", "text, csv or json" },
    { "filter", 0, SB_OPTION_TEXT, offsetof(list_options, filter), "GLOB",
      "only the names that match" },
    { "set", 0, SB_OPTION_LIST, offsetof(list_options, settings), "KEY=VALUE",
      "replaces what the file says" },
    { "plugin-dir", 0, SB_OPTION_LIST, offsetof(list_options, plugin_dirs), "DIR",
      "look for plugins here first" },
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

static int refuse_operand(const list_request *request, sb_error *error)
{
    if (request->operand)
        return sb_fail(error, "unexpected operand; select rows with --filter GLOB");
    return SB_OK;
}

/* The lists that are made from the plugins' declarations. */
static int list_of_plugins(const list_request *request,
                           void (*print)(const sb_plugin_list *, const char *, sb_format),
                           sb_error *error)
{
    sb_plugin_list plugins;
    if (refuse_operand(request, error) < 0 ||
        sb_plugins_find(request->plugin_dirs, &plugins, error) < 0)
        return SB_FAILED;
    print(&plugins, request->filter, request->format);
    sb_plugin_list_free(&plugins);
    return SB_OK;
}

static int list_plugins(const list_request *request, sb_error *error)
{
    return list_of_plugins(request, sb_list_plugins, error);
}

static int list_kernels(const list_request *request, sb_error *error)
{
    return list_of_plugins(request, sb_list_kernels, error);
}

static int list_parameters(const list_request *request, sb_error *error)
{
    return list_of_plugins(request, sb_list_parameters, error);
}

static int list_configs(const list_request *request, sb_error *error)
{
    sb_named_configs configs;
    if (refuse_operand(request, error) < 0)
        return SB_FAILED;
    sb_named_configs_list(&configs);
    sb_list_configs(&configs, request->filter, request->format);
    sb_named_configs_free(&configs);
    return SB_OK;
}

static int list_strategies(const list_request *request, sb_error *error)
{
    if (refuse_operand(request, error) < 0)
        return SB_FAILED;
    sb_list_strategies(request->filter, request->format);
    return SB_OK;
}

static const struct {
    const char *name;
    int (*list)(const list_request *request, sb_error *error);
} lists[] = {
    { "plugins", list_plugins },       { "kernels", list_kernels },
    { "parameters", list_parameters }, { "strategies", list_strategies },
    { "configs", list_configs },       { "layers", list_layers },
};

#define LISTS (sizeof lists / sizeof *lists)

static int run_list(const char *what, const list_request *request, sb_error *error)
{
    const char *names[LISTS + 1] = { NULL };
    for (size_t i = 0; i < LISTS; i++) {
        names[i] = lists[i].name;
        if (strcmp(lists[i].name, what) == 0)
            return lists[i].list(request, error);
    }
    const char *near = sb_nearest(what, names);
    return sb_fail(error, "unknown list '%s'%s%s", what, near ? "; did you mean " : "",
                   near ? near : "");
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const list_options *o = invocation->options;
    list_request request = {
        .operand = invocation->operand_count == 2 ? invocation->operands[1] : NULL,
        .filter = o->filter,
        .settings = o->settings.items,
        .plugin_dirs = o->plugin_dirs.items,
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
