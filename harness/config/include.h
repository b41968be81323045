/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a configuration that name each other. */
#ifndef SB_CONFIG_INCLUDE_H
#define SB_CONFIG_INCLUDE_H

#include "config/reading.h"

/*
 * Opens the file that the entry `{include: FILE, prefix: TEXT}` names: *root is its configuration,
 * a map of known keys, *prefix what the names of its layers begin with; both live as long as
 * `reading`. sb_include_close() when its layers are read: until then an include of it is a loop.
 * After a failure there is nothing to close.
 */
int sb_include_open(sb_config_reading *reading, const sb_node *entry, const sb_node **root,
                    const char **prefix, sb_error *error);
void sb_include_close(sb_config_reading *reading);

#endif
