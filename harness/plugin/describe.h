/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin's declarations as JSON, in which a worker reports to the harness what it loaded. */
#ifndef SB_PLUGIN_DESCRIBE_H
#define SB_PLUGIN_DESCRIBE_H

#include "plugin/info.h"
#include "plugin/loader.h"

/* The JSON text; free() it. */
char *sb_describe(const sb_loaded *loaded);

/* Fills id, version, summary, license, peer and kernels of `info`. The text comes from another
 * process and is checked. On failure `info` is unchanged. */
int sb_describe_read(const char *json, size_t length, sb_plugin_info *info, sb_error *error);

#endif
