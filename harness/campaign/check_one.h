/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the contract of one kernel in this process. */
#ifndef SB_CAMPAIGN_CHECK_ONE_H
#define SB_CAMPAIGN_CHECK_ONE_H

#include "core/error.h"
#include "measure/contract.h"
#include "plugin/info.h"

typedef struct sb_check_case {
    const sb_plugin_info *plugin;
    size_t kernel;     /* index in the plugin's list */
    const char *layer; /* name of an odd layer, or a glob; NULL: all */
    int64_t threads;   /* 0: 1, and the largest number */
    int64_t most_threads;
    bool fixed;     /* these parameters: */
    uint32_t given; /* a bit for each value; others are the defaults, and some random ones */
    int64_t values[SB_MAX_PARAMETERS];
    uint64_t seed;
    bool verbose; /* a line a layer on standard error */
    bool leaves;  /* neither calls deinit nor unloads the plugin */
} sb_check_case;

/* Which call did not return. */
typedef enum sb_check_hang {
    SB_CHECK_HANG_NONE,
    SB_CHECK_HANG_OPENING, /* loading the plugin, init or libraries */
    SB_CHECK_HANG_KERNEL,
    SB_CHECK_HANG_CLOSING /* deinit, or unloading the plugin */
} sb_check_hang;

typedef struct sb_check_counts {
    size_t outcomes[SB_CONTRACT_INVALID + 1];
    sb_check_hang hang;
} sb_check_counts;

/* The operation as which a kernel is checked, the first that applies: a single convolution counts
 * as standard, whichever step it is. */
sb_operation sb_check_operation(const sb_kernel_info *kernel);

/* "plugin/kernel", or "kernel" if there is only one plugin. NULL on error. */
const sb_plugin_info *sb_check_find(const sb_plugin_list *plugins, const char *label,
                                    size_t *kernel, sb_error *error);

/* Reads "name=value;...": fills given, values and fixed. */
int sb_check_parse_params(const char *text, sb_check_case *one, sb_error *error);

/* Loads the plugin and checks the kernel; findings are passed to the watch. Negative if the plugin
 * cannot be used, or no layer has such a name. */
int sb_check_one(const sb_check_case *one, const sb_contract_watch *watch, sb_check_counts *counts,
                 sb_error *error);

#endif
