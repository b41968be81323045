/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a configuration other than `layers`: one table for each section. */
#ifndef SB_CONFIG_KEYS_H
#define SB_CONFIG_KEYS_H

#include "config/config.h"
#include "config/node.h"

/* Is the root a map with no keys but those of a configuration? Obsolete keys without effect are
 * removed with a warning. `what` names the map in the message. */
int sb_config_check_keys(sb_node *root, const char *what, sb_error *error);

void sb_config_set_defaults(sb_config *config);

/* Reads every key but `layers` and `operations`. */
int sb_config_read_keys(const sb_node *root, sb_config *config, sb_error *error);

#endif
