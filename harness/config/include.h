/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a configuration that include each other. */
#ifndef SB_CONFIG_INCLUDE_H
#define SB_CONFIG_INCLUDE_H

#include "config/reading.h"

/*
 * Opens the file that the entry `{include: FILE, prefix: TEXT}` names: *root is its configuration,
 * a map of known keys, *prefix the beginning of its layers' names; both live as long as `reading`.
 * Call sb_include_close() after reading its layers: until then, including it again is a loop. After
 * a failure there is nothing to close.
 */
int sb_include_open(sb_config_reading *reading, const sb_node *entry, const sb_node **root,
                    const char **prefix, sb_error *error);
void sb_include_close(sb_config_reading *reading);

#endif
