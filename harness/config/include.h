/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a configuration that name each other. */
#ifndef SB_CONFIG_INCLUDE_H
#define SB_CONFIG_INCLUDE_H

#include "config/layers.h"

/* Reads the file that the entry `{include: FILE, prefix: TEXT}` names and appends its layers. */
int sb_config_include(sb_config_reading *reading, const sb_node *entry, sb_layer_list *list,
                      sb_error *error);

#endif
