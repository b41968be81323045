/* SPDX-License-Identifier: Apache-2.0 */
/* Dense and depthwise convolution as stages of a chain. Each stage has one task per thread. */
#ifndef SB_ENGINE_STAGES_H
#define SB_ENGINE_STAGES_H

#include "common/chain.h"
#include "engine/dense.h"
#include "engine/depthwise.h"

typedef struct dense_stage {
    stage base;
    dense dense;
} dense_stage;

typedef struct depthwise_stage {
    stage base;
    depthwise depthwise;
} depthwise_stage;

/* Make a stage that reads the layout given in the order and writes the layout `output`. Return NULL
 * if there is no memory. */
dense_stage *dense_stage_new(const stage_order *order, const isa *set, uint32_t output,
                             dense_blocking blocking);
depthwise_stage *depthwise_stage_new(const stage_order *order, const isa *set, uint32_t output,
                                     depthwise_method by);

/* Allocates a stage of `size` bytes that begins with `base`. Returns NULL if there is no memory. */
void *stage_new(const stage_order *order, size_t size, uint32_t output, stage base);

/* The size of a stage's description without its layouts. */
enum { DESCRIPTION = STAGE_TEXT - 24 };

/* Sets the description of a stage: its layouts, then `text`. */
void stage_describe(stage *base, const char *text);

#endif
