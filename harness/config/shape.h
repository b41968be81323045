/* SPDX-License-Identifier: Apache-2.0 */
/* Converts one layer's keys from nodes to a checked layer. Keys with plain numbers come from the
 * table of the shape's members (conv/geometry.h); the others are handled here. */
#ifndef SB_CONFIG_SHAPE_H
#define SB_CONFIG_SHAPE_H

#include "config/node.h"
#include "conv/problem.h"
#include "core/text.h"

#define SB_MOST_KEYS 40

/* Padding by word: none; or so that the output is ceil(input / stride), with an odd one at the end
 * (TensorFlow's SAME, ONNX's SAME_UPPER) or at the beginning (SAME_LOWER). */
typedef enum sb_padding_word { SB_PAD_GIVEN, SB_PAD_SAME, SB_PAD_SAME_LOWER } sb_padding_word;

/* A layer under construction; may be copied, so that each point of a sweep starts from the fixed
 * keys. */
typedef struct sb_draft {
    sb_layer layer;                     /* without name and operations */
    const sb_node *given[SB_MOST_KEYS]; /* the value of each key that was set */
    sb_padding_word padding_word;
} sb_draft;

sb_draft sb_draft_initial(void);

/* The keys, from 0; SB_MOST_KEYS exceeds their number. NULL after the last one. */
const char *sb_key_name(int key);

/* The key of that name, or -1. */
int sb_key_find(const char *name);

/* Stores a key's value. */
int sb_draft_set(sb_draft *draft, int key, const sb_node *value, sb_error *error);

/* Appends the key's value to a sweep's name: "c32", "hw56x28", "psame". */
void sb_key_add_tag(sb_text *name, int key, const sb_node *value);

/* Is the list a single value, where a sweep expects a list of values? (`input: [3, 7, 7]`) */
bool sb_key_is_single(int key, const sb_node *value);

/* Checks that nothing is missing, computes the padding of `same`, and assigns activations and other
 * values by step to the steps of the operations; `at` is for messages. */
int sb_draft_finish(sb_draft *draft, const bool operations[SB_OPERATIONS], const sb_node *at,
                    sb_error *error);

#endif
