/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench new-plugin: creates a folder with a working plugin as a starting point. */
#include "cli/commands.h"
#include "core/log.h"
#include "plugin/templates.h"
#include "sepbench/plugin.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

typedef struct new_plugin_options {
    bool cxx;
} new_plugin_options;

static const sb_option options[] = {
    { "cxx", 0, SB_OPTION_FLAG, offsetof(new_plugin_options, cxx), NULL, "in C++ instead of C" },
    { 0 },
};

static int check_name(const char *name, sb_error *error)
{
    const size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (name[0] >= 'a' && name[0] <= 'z' && !name[length] && length < SB_MAX_ID)
        return SB_OK;
    return sb_fail(error,
                   "'%s' is not a valid plugin name: expected 1 to %d of a-z, 0-9 and _, beginning "
                   "with a letter",
                   name, SB_MAX_ID - 1);
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const new_plugin_options *o = invocation->options;
    const char *name = invocation->operands[0];
    if (check_name(name, error) < 0)
        return SB_FAILED;
    if (mkdir(name, 0777) != 0)
        return errno == EEXIST ? sb_fail(error, "%s exists; choose another name", name)
                               : sb_fail_errno(error, "cannot create %s", name);
    if (sb_templates_write(name, o->cxx, error) < 0)
        return SB_FAILED;
    sb_info("created %s/; to test it: cd %s && make check", name, name);
    return SB_OK;
}

const sb_command sb_command_new_plugin = {
    .name = "new-plugin",
    .usage = "NAME [--cxx]",
    .summary = "Create a folder with a working plugin as a starting point",
    .details = "It has kernels for standard and separable convolution, a Makefile (all, check, "
               "run, tune, debug, asan), a test and a README.",
    .options = options,
    .options_size = sizeof(new_plugin_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
