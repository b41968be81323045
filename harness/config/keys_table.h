/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of keys, and what they share. Internal to keys*.c. */
#ifndef SB_CONFIG_KEYS_TABLE_H
#define SB_CONFIG_KEYS_TABLE_H

#include "config/config.h"
#include "config/node.h"

typedef int sb_config_read_function(const sb_node *value, sb_config *config, sb_error *error);

/* A table ends with name NULL. */
typedef struct sb_config_key {
    const char *name;
    sb_config_read_function *read; /* NULL: known, but read elsewhere */
} sb_config_key;

/* Reads a map whose keys are those of the table; `what` names it in messages. Empty values leave
 * the default. */
int sb_config_read_map(const sb_node *node, const char *what, const sb_config_key *keys,
                       sb_config *config, sb_error *error);
int sb_config_check_map(const sb_node *node, const char *what, const sb_config_key *keys,
                        sb_error *error);

/* Replaces an owned text with a string's. */
int sb_config_replace_text(const sb_node *value, const char *what, char **text, sb_error *error);

sb_config_read_function sb_config_read_kernels, sb_config_read_measure, sb_config_read_tune,
    sb_config_read_report;

#endif
