/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scope_arguments.h"

sb_scope_options sb_scope_from_arguments(const sb_scope_arguments *arguments, const char *config)
{
    return (sb_scope_options) {
        .path = config,
        .filter = arguments->filter,
        .shard = arguments->shard,
        .weights = arguments->weights,
        .settings = arguments->settings.items,
        .plugin_dirs = arguments->plugin_dirs.items,
    };
}
