/* SPDX-License-Identifier: Apache-2.0 */
/* A YAML text as a tree with positions: scalars stay text, aliases are shared nodes. */
#ifndef SB_CONFIG_NODE_H
#define SB_CONFIG_NODE_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum sb_node_kind { SB_NODE_SCALAR, SB_NODE_LIST, SB_NODE_MAP } sb_node_kind;

typedef struct sb_node {
    sb_node_kind kind;
    bool plain;             /* a scalar without quotes */
    char *text;             /* a scalar's; NULL otherwise */
    struct sb_node **items; /* a list's items; a map's keys and values, alternating */
    size_t count;           /* items of a list, pairs of a map */
    size_t weight;          /* nodes of the subtree, with aliases expanded */
    const char *file;       /* borrowed from the document */
    size_t line, column;    /* from 1 */
} sb_node;

/* Owns the nodes read from one text. */
typedef struct sb_document {
    char *file;
    sb_node *root;
    sb_node **nodes; /* every node, for freeing */
    size_t node_count, node_capacity;
} sb_document;

void sb_document_free(sb_document *document);

/* A new, empty node of the document. */
sb_node *sb_document_node(sb_document *document, sb_node_kind kind, size_t line, size_t column);
void sb_node_append(sb_node *list, sb_node *item);
void sb_node_put(sb_node *map, sb_node *key, sb_node *value); /* the key must not be there yet */

/* Stores `value` at `key`, which may have one dot ("measure.max_time"): replaces or adds. The root
 * is a map. `value` may belong to another document that lives as long. */
int sb_document_set(sb_document *document, const char *key, sb_node *value, sb_error *error);

/* "file:line:column"; free() it. */
char *sb_node_where(const sb_node *node);

/* "file:line:column: text"; returns SB_FAILED. */
int sb_node_fail(const sb_node *node, sb_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The value of a map's key, or NULL. */
sb_node *sb_node_get(const sb_node *map, const char *key);
void sb_node_remove(sb_node *map, const char *key); /* the key and its value, if it is there */

/* Is the value empty: "key:", "key: ~" or "key: null"? */
bool sb_node_is_null(const sb_node *node);

/* "a list", "a map", "'text'", "nothing": for "..., not %s". Valid until the next call. */
const char *sb_node_text(const sb_node *node);

/* A list's items; a scalar or map counts as a list of one. */
size_t sb_node_count(const sb_node *node);
const sb_node *sb_node_item(const sb_node *node, size_t index);

#endif
