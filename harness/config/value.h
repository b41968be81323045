/* SPDX-License-Identifier: Apache-2.0 */
/* Values of keys, checked: each function stores the value, or says what it must be. */
#ifndef SB_CONFIG_VALUE_H
#define SB_CONFIG_VALUE_H

#include "config/node.h"

/* `what` names the value in the message: "stride". */
int sb_node_integer(const sb_node *node, const char *what, int64_t low, int64_t high,
                    int64_t *value, sb_error *error);
int sb_node_number(const sb_node *node, const char *what, double low, double high, double *value,
                   sb_error *error);
int sb_node_duration(const sb_node *node, const char *what, int64_t low, int64_t high,
                     int64_t *nanoseconds, sb_error *error);
int sb_node_flag(const sb_node *node, const char *what, bool *value, sb_error *error);
/* A visible text of 1 to `longest` bytes; borrowed from the node. */
int sb_node_string(const sb_node *node, const char *what, size_t longest, const char **value,
                   sb_error *error);
/* The index of the word in the NULL-terminated list. */
int sb_node_word(const sb_node *node, const char *what, const char *const *words, size_t *index,
                 sb_error *error);

#endif
