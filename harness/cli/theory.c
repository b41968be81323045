/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench theory: prints multiplications and parameters by the formulas; nothing is measured. */
#include "report/theory.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/scope_arguments.h"
#include "config/config.h"

typedef struct theory_options {
    const char *format;
    sb_scope_arguments scope;
} theory_options;

static const sb_option options[] = {
    { "format", 0, SB_OPTION_TEXT, offsetof(theory_options, format), "FORMAT",
      "text, csv or json" },
    SB_OPTION_FILTER(theory_options),
    SB_OPTION_SET(theory_options),
    { 0 },
};

static int run(const sb_invocation *invocation, sb_error *error)
{
    static void (*const print[])(const sb_network *network) = {
        [SB_FORMAT_TEXT] = sb_theory_print_text,
        [SB_FORMAT_CSV] = sb_theory_print_csv,
        [SB_FORMAT_JSON] = sb_theory_print_json,
    };
    const theory_options *o = invocation->options;
    sb_format format;
    sb_config config;
    if (sb_format_parse(o->format, &format, error) < 0 ||
        sb_config_read(invocation->operands[0], o->scope.filter, o->scope.settings.items, &config,
                       error) < 0)
        return SB_FAILED;
    print[format](&(sb_network) { config.name, config.layers, config.layer_count });
    sb_config_free(&config);
    return SB_OK;
}

const sb_command sb_command_theory = {
    .name = "theory",
    .usage = "CONFIG [OPTIONS]",
    .summary = "Count multiplications and parameters; nothing is run",
    .options = options,
    .options_size = sizeof(theory_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
