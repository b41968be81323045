/* SPDX-License-Identifier: Apache-2.0 */
/* Messages about unknown keys and words: "unknown key 'thread'; did you mean 'threads'?" */
#ifndef SB_CONFIG_UNKNOWN_KEY_H
#define SB_CONFIG_UNKNOWN_KEY_H

#include "config/node.h"

/* Is it a map with no keys but these (NULL-terminated)? `what` names the map in the message. */
int sb_node_check_map(const sb_node *node, const char *what, const char *const *keys,
                      sb_error *error);

/* "unknown KIND 'x' in WHAT; did you mean 'y'?", or "...; expected one of ...". `what` may be "".
 * Returns SB_FAILED. */
int sb_node_fail_unknown(const sb_node *node, const char *kind, const char *what,
                         const char *const *words, sb_error *error);

#endif
