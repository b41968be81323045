/* SPDX-License-Identifier: Apache-2.0 */
#include "config/node.h"

#include "core/text.h"
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

char *sb_node_where(const sb_node *node)
{
    sb_text where = { 0 };
    sb_text_add(&where, "%s:%zu:%zu", node->file, node->line, node->column);
    return where.data;
}

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
