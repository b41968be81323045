/* SPDX-License-Identifier: Apache-2.0 */
/* One layer's keys, from nodes to a checked layer. Keys of the shape alone come from the table of
 * its members (conv/geometry.h); those that take more than numbers are here. */
#ifndef SB_CONFIG_SHAPE_H
#define SB_CONFIG_SHAPE_H

#include "config/node.h"
#include "conv/problem.h"
#include "core/text.h"

#define SB_MOST_KEYS 40

/* Padding by word: none; or what makes the output ceil(input / stride), where an odd one goes to
 * the end (TensorFlow's SAME, ONNX's SAME_UPPER) or to the beginning (SAME_LOWER). */
typedef enum sb_padding_word { SB_PAD_GIVEN, SB_PAD_SAME, SB_PAD_SAME_LOWER } sb_padding_word;

/* A layer being put together; copied freely, so that a sweep starts each point from what is fixed.
 */
typedef struct sb_draft {
    sb_layer layer;                     /* without a name and operations */
    const sb_node *given[SB_MOST_KEYS]; /* the value of each key that was set */
    sb_padding_word padding_word;
} sb_draft;

sb_draft sb_draft_initial(void);

/* The keys, from 0; SB_MOST_KEYS is more than there are. NULL past the last one. */
const char *sb_key_name(int key);

/* The key of that name, or -1. */
int sb_key_find(const char *name);

/* Takes a key's value. */
int sb_draft_set(sb_draft *draft, int key, const sb_node *value, sb_error *error);

/* Adds the key's value to a sweep's name: "c32", "hw56x28", "psame". */
void sb_key_add_tag(sb_text *name, int key, const sb_node *value);

/* Is the value a whole one, where a sweep expects a list of values? (`input: [3, 7, 7]`) */
bool sb_key_is_single(int key, const sb_node *value);

/* Checks that nothing is missing, computes the padding of `same`, and hands activations and the
 * like to the steps that the operations have; `at` is for messages. */
int sb_draft_finish(sb_draft *draft, const bool operations[SB_OPERATIONS], const sb_node *at,
                    sb_error *error);

#endif
