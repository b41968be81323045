/* SPDX-License-Identifier: Apache-2.0 */
#include "config/unknown_key.h"

#include "core/words.h"

#include <stdlib.h>
#include <string.h>

int sb_node_fail_unknown(const sb_node *node, const char *kind, const char *what,
                         const char *const *words, sb_error *error)
{
    char *expected = sb_words_expected(node->text, words);
    int rc = sb_node_fail(node, error, "unknown %s %s%s%s; %s", kind, sb_node_text(node),
                          *what ? " in " : "", what, expected);
    free(expected);
    return rc;
}

int sb_node_check_map(const sb_node *node, const char *what, const char *const *keys,
                      sb_error *error)
{
    if (node->kind != SB_NODE_MAP)
        return sb_node_fail(node, error, "%s must be a map (key: value), not %s", what,
                            sb_node_text(node));
    for (size_t i = 0; i < node->count; i++) {
        size_t k = 0;
        while (keys[k] && strcmp(keys[k], node->items[2 * i]->text) != 0)
            k++;
        if (!keys[k])
            return sb_node_fail_unknown(node->items[2 * i], "key", what, keys, error);
    }
    return SB_OK;
}
