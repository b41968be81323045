/* SPDX-License-Identifier: Apache-2.0 */
/* One layer's keys, from nodes to a checked layer. */
#ifndef SB_CONFIG_SHAPE_H
#define SB_CONFIG_SHAPE_H

#include "config/node.h"
#include "conv/problem.h"
#include "core/text.h"

typedef enum sb_shape_key {
    SB_KEY_BATCH,
    SB_KEY_INPUT,
    SB_KEY_CHANNELS,
    SB_KEY_SIZE,
    SB_KEY_OUT_CHANNELS,
    SB_KEY_KERNEL,
    SB_KEY_STRIDE,
    SB_KEY_PADDING,
    SB_KEY_DILATION,
    SB_KEY_GROUPS,
    SB_KEY_MULTIPLIER,
    SB_KEY_REPEAT,
    SB_SHAPE_KEYS
} sb_shape_key;

/* A layer being put together; copied freely, so that a sweep starts each point from what is fixed.
 */
typedef struct sb_shape {
    sb_problem problem;
    int64_t repeat;
    const sb_node *given[SB_SHAPE_KEYS]; /* the value of each key that was set */
    bool same_padding;
} sb_shape;

extern const sb_shape sb_shape_default;

/* The key of that name, or -1. */
int sb_shape_find(const char *name);
const char *sb_shape_key_name(sb_shape_key key);

/* Takes a key's value. */
int sb_shape_set(sb_shape *shape, sb_shape_key key, const sb_node *value, sb_error *error);

/* Adds the key's value to a sweep's name: "c32", "hw56x28", "psame". */
void sb_shape_name(sb_text *name, sb_shape_key key, const sb_node *value);

/* Is the value a whole one, where a sweep expects a list of values? (`input: [3, 7, 7]`) */
bool sb_shape_is_single(sb_shape_key key, const sb_node *value);

/* Checks that nothing is missing and computes the padding of `same`; `at` is for messages. */
int sb_shape_finish(sb_shape *shape, const sb_node *at, sb_error *error);

#endif
