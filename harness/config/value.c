/* SPDX-License-Identifier: Apache-2.0 */
#include "config/value.h"

#include "config/unknown_key.h"
#include "core/text.h"
#include "core/visible.h"

#include <stdlib.h>
#include <string.h>

/* "010" is eight in YAML 1.1 and ten elsewhere: refused. */
static bool is_ambiguous(const char *text)
{
    text += *text == '-';
    return text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

int sb_node_integer(const sb_node *node, const char *what, int64_t low, int64_t high,
                    int64_t *value, sb_error *error)
{
    if (node->kind == SB_NODE_SCALAR && !is_ambiguous(node->text) &&
        sb_parse_integer(node->text, low, high, value))
        return SB_OK;
    return sb_node_fail(node, error, "%s must be a whole number from %lld to %lld, not %s", what,
                        (long long)low, (long long)high, sb_node_text(node));
}

int sb_node_number(const sb_node *node, const char *what, double low, double high, double *value,
                   sb_error *error)
{
    if (node->kind == SB_NODE_SCALAR && sb_parse_number(node->text, value) && *value >= low &&
        *value <= high)
        return SB_OK;
    return sb_node_fail(node, error, "%s must be a number from %g to %g, not %s", what, low, high,
                        sb_node_text(node));
}

int sb_node_duration(const sb_node *node, const char *what, int64_t low, int64_t high,
                     int64_t *nanoseconds, sb_error *error)
{
    if (node->kind == SB_NODE_SCALAR && sb_parse_duration(node->text, nanoseconds) &&
        *nanoseconds >= low && *nanoseconds <= high)
        return SB_OK;
    return sb_node_fail(node, error,
                        "%s must be a time from %gs to %gs, such as 500ms or 5s, not %s", what,
                        (double)low * 1e-9, (double)high * 1e-9, sb_node_text(node));
}

int sb_node_flag(const sb_node *node, const char *what, bool *value, sb_error *error)
{
    static const char *const words[] = { "false", "true", NULL };
    size_t index;
    if (sb_node_word(node, what, words, &index, error) < 0)
        return SB_FAILED;
    *value = index == 1;
    return SB_OK;
}

int sb_node_string(const sb_node *node, const char *what, size_t longest, const char **value,
                   sb_error *error)
{
    if (node->kind != SB_NODE_SCALAR || sb_node_is_null(node) || !*node->text)
        return sb_node_fail(node, error, "%s must be a string, not %s", what,
                            *sb_node_text(node) ? sb_node_text(node) : "an empty one");
    if (strlen(node->text) > longest)
        return sb_node_fail(node, error, "%s is longer than %zu bytes", what, longest);
    if (!sb_is_visible(node->text))
        return sb_node_fail(node, error,
                            "%s contains a character that cannot be shown: a control character, a "
                            "line break, or one that changes the direction of text",
                            what);
    *value = node->text;
    return SB_OK;
}

int sb_node_word(const sb_node *node, const char *what, const char *const *words, size_t *index,
                 sb_error *error)
{
    const char *text;
    if (sb_node_string(node, what, SIZE_MAX, &text, error) < 0)
        return SB_FAILED;
    for (*index = 0; words[*index]; ++*index)
        if (strcmp(words[*index], text) == 0)
            return SB_OK;
    return sb_node_fail_unknown(node, what, "", words, error);
}
