/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a configuration other than `layers`: one table a section. */
#ifndef SB_CONFIG_KEYS_H
#define SB_CONFIG_KEYS_H

#include "config/config.h"
#include "config/node.h"

extern const char *const sb_config_keys[]; /* all keys at the top, ends with NULL */

void sb_config_set_defaults(sb_config *config);

/* Reads every key but `layers` and `operations`. */
int sb_config_read_keys(const sb_node *root, sb_config *config, sb_error *error);

#endif
