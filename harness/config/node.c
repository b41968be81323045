/* SPDX-License-Identifier: Apache-2.0 */
#include "config/node.h"

#include "core/visible.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------ the tree */

sb_node *sb_document_node(sb_document *document, sb_node_kind kind, size_t line, size_t column)
{
    if (document->node_count == document->node_capacity) {
        document->node_capacity = document->node_capacity ? document->node_capacity * 2 : 64;
        document->nodes =
            sb_grow(document->nodes, document->node_capacity, sizeof *document->nodes);
    }
    sb_node *node = sb_new(1, sizeof *node);
    *node = (sb_node) {
        .kind = kind,
        .weight = 1,
        .file = document->file,
        .line = line,
        .column = column,
    };
    document->nodes[document->node_count++] = node;
    return node;
}

void sb_document_free(sb_document *document)
{
    for (size_t i = 0; i < document->node_count; i++) {
        free(document->nodes[i]->text);
        free(document->nodes[i]->items);
        free(document->nodes[i]);
    }
    free(document->nodes);
    free(document->file);
    *document = (sb_document) { 0 };
}

/* Capacity is a power of two: there are many nodes, most of them small. */
static void push_item(sb_node *node, size_t used, sb_node *item)
{
    if ((used & (used - 1)) == 0)
        node->items = sb_grow(node->items, used ? used * 2 : 1, sizeof(sb_node *));
    node->items[used] = item;
    node->weight += item->weight;
}

void sb_node_append(sb_node *list, sb_node *item)
{
    push_item(list, list->count++, item);
}

void sb_node_put(sb_node *map, sb_node *key, sb_node *value)
{
    push_item(map, map->count * 2, key);
    push_item(map, map->count * 2 + 1, value);
    map->count++;
}

static sb_node **find_value(const sb_node *map, const char *key)
{
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->items[2 * i]->text, key) == 0)
            return &map->items[2 * i + 1];
    return NULL;
}

sb_node *sb_node_get(const sb_node *map, const char *key)
{
    sb_node **value = find_value(map, key);
    return value ? *value : NULL;
}

void sb_node_remove(sb_node *map, const char *key)
{
    sb_node **value = find_value(map, key);
    if (!value)
        return;
    map->count--;
    memmove(value - 1, value + 1,
            (size_t)(map->items + 2 * map->count - (value - 1)) * sizeof *value);
}

/* Aliases share nodes: a node to be changed is copied first, for this place only. */
static sb_node *copy_map(sb_document *document, const sb_node *map)
{
    sb_node *copy = sb_document_node(document, SB_NODE_MAP, map->line, map->column);
    for (size_t i = 0; i < map->count; i++)
        sb_node_put(copy, map->items[2 * i], map->items[2 * i + 1]);
    return copy;
}

static void put_value(sb_document *document, sb_node *map, const char *key, sb_node *value)
{
    sb_node **place = find_value(map, key);
    if (place) {
        *place = value;
        return;
    }
    sb_node *name = sb_document_node(document, SB_NODE_SCALAR, value->line, value->column);
    name->file = value->file;
    name->text = sb_copy_text(key);
    sb_node_put(map, name, value);
}

int sb_document_set(sb_document *document, const char *key, sb_node *value, sb_error *error)
{
    const char *dot = strchr(key, '.');
    if (!dot) {
        put_value(document, document->root, key, value);
        return SB_OK;
    }
    char *section = sb_copy_text(key);
    section[dot - key] = '\0';
    sb_node *inner = sb_node_get(document->root, section);
    int rc = SB_OK;
    if (inner && inner->kind != SB_NODE_MAP && !sb_node_is_null(inner)) {
        rc = sb_node_fail(value, error, "'%s' is %s in the file and has no key '%s'", section,
                          sb_node_text(inner), dot + 1);
    } else {
        inner = inner && inner->kind == SB_NODE_MAP
                    ? copy_map(document, inner)
                    : sb_document_node(document, SB_NODE_MAP, value->line, value->column);
        put_value(document, inner, dot + 1, value);
        put_value(document, document->root, section, inner);
    }
    free(section);
    return rc;
}

size_t sb_node_count(const sb_node *node)
{
    return node->kind == SB_NODE_LIST ? node->count : 1;
}

const sb_node *sb_node_item(const sb_node *node, size_t index)
{
    return node->kind == SB_NODE_LIST ? node->items[index] : node;
}

/* ------------------------------------------------------------------------------ messages */

int sb_node_fail(const sb_node *node, sb_error *error, const char *format, ...)
{
    if (!error)
        return SB_FAILED;
    char text[sizeof error->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return sb_fail(error, "%s:%zu:%zu: %s", node->file, node->line, node->column, text);
}

bool sb_node_is_null(const sb_node *node)
{
    return node->kind == SB_NODE_SCALAR && node->plain &&
           (!*node->text || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}

const char *sb_node_text(const sb_node *node)
{
    static char text[80];
    if (node->kind == SB_NODE_LIST)
        return "a list";
    if (node->kind == SB_NODE_MAP)
        return "a map";
    if (sb_node_is_null(node))
        return "nothing";
    snprintf(text, sizeof text, "'%.48s%s'", node->text, strlen(node->text) > 48 ? "..." : "");
    return text;
}

static void list_words(sb_text *text, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        sb_text_add(text, "%s%s", i ? ", " : "", words[i]);
}

/* "; did you mean 'x'?", or the list of choices. */
static int fail_unknown(const sb_node *node, const char *kind, const char *what,
                        const char *const *words, sb_error *error)
{
    const char *near = sb_nearest(node->text, words);
    sb_text known = { 0 };
    if (near)
        sb_text_add(&known, "did you mean '%s'?", near);
    else
        sb_text_add(&known, "expected one of ");
    if (!near)
        list_words(&known, words);
    int rc = sb_node_fail(node, error, "unknown %s %s%s%s; %s", kind, sb_node_text(node),
                          *what ? " in " : "", what, known.data);
    sb_text_free(&known);
    return rc;
}

/* ------------------------------------------------------------------------ checked values */

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
            return fail_unknown(node->items[2 * i], "key", what, keys, error);
    }
    return SB_OK;
}

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
                            "%s holds a character that cannot be shown: a control character, a "
                            "break of a line, or one that changes the direction of text",
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
    return fail_unknown(node, what, "", words, error);
}
