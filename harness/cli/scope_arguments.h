/* SPDX-License-Identifier: Apache-2.0 */
/* The options by which commands choose layers, settings and plugins. */
#ifndef SB_CLI_SCOPE_ARGUMENTS_H
#define SB_CLI_SCOPE_ARGUMENTS_H

#include "campaign/scope.h"
#include "cli/command.h"

/* A member `scope` of a command's options. */
typedef struct sb_scope_arguments {
    const char *filter, *shard, *weights;
    sb_option_list settings, plugin_dirs;
} sb_scope_arguments;

/* Rows of a command's table; `type` is the struct of its options. */
#define SB_OPTION_FILTER(type)                                             \
    {                                                                      \
        "filter", 0, SB_OPTION_TEXT, offsetof(type, scope.filter), "GLOB", \
            "only layers whose names match"                                \
    }
#define SB_OPTION_SET(type)                                                    \
    {                                                                          \
        "set", 0, SB_OPTION_LIST, offsetof(type, scope.settings), "KEY=VALUE", \
            "override a key of the file, as in measure.max_time=1s"            \
    }
#define SB_OPTION_PLUGIN_DIR(type)                                                 \
    {                                                                              \
        "plugin-dir", 0, SB_OPTION_LIST, offsetof(type, scope.plugin_dirs), "DIR", \
            "search this folder for plugins first"                                 \
    }
#define SB_OPTION_SHARD(type)                                                \
    {                                                                        \
        "shard", 0, SB_OPTION_TEXT, offsetof(type, scope.shard), "I/N|auto", \
            "only the I-th of N parts; auto: by the scheduler's job array"   \
    }
#define SB_OPTION_WEIGHTS(type)                                             \
    {                                                                       \
        "weights", 0, SB_OPTION_TEXT, offsetof(type, scope.weights), "DIR", \
            "balance the parts by the times of the run in DIR"              \
    }

/* Borrows from the arguments. */
sb_scope_options sb_scope_from_arguments(const sb_scope_arguments *arguments, const char *config);

#endif
