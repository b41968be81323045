/* SPDX-License-Identifier: Apache-2.0 */
#include "config/keys_table.h"
#include "config/unknown_key.h"
#include "config/value.h"
#include "core/text.h"

#include <assert.h>
#include <stdlib.h>

enum { MOST_KEYS = 16 };

int sb_config_replace_text(const sb_node *value, const char *what, char **text, sb_error *error)
{
    const char *given;
    if (sb_node_string(value, what, SB_MAX_ID - 1, &given, error) < 0)
        return SB_FAILED;
    free(*text);
    *text = sb_copy_text(given);
    return SB_OK;
}

int sb_config_check_map(const sb_node *node, const char *what, const sb_config_key *keys,
                        sb_error *error)
{
    const char *names[MOST_KEYS + 1] = { NULL };
    for (size_t i = 0; keys[i].name; i++) {
        assert(i < MOST_KEYS);
        names[i] = keys[i].name;
    }
    return sb_node_check_map(node, what, names, error);
}

int sb_config_read_map(const sb_node *node, const char *what, const sb_config_key *keys,
                       sb_config *config, sb_error *error)
{
    if (sb_config_check_map(node, what, keys, error) < 0)
        return SB_FAILED;
    for (; keys->name; keys++) {
        const sb_node *value = keys->read ? sb_node_get(node, keys->name) : NULL;
        if (value && !sb_node_is_null(value) && keys->read(value, config, error) < 0)
            return SB_FAILED;
    }
    return SB_OK;
}
