/* SPDX-License-Identifier: Apache-2.0 */
/* Dense and depthwise convolution as stages of a chain. Each has one task a thread. */
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

/* From the layout that the order gives to `output`. NULL without memory. */
dense_stage *dense_stage_new(const stage_order *order, const isa *set, uint32_t output,
                             dense_blocking blocking);
depthwise_stage *depthwise_stage_new(const stage_order *order, const isa *set, uint32_t output,
                                     depthwise_method by);

/* What a stage says of itself, without its layouts. */
enum { DESCRIPTION = STAGE_TEXT - 24 };

/* Writes the layouts of a stage in front of what `text` says. */
void stage_describe(stage *base, const char *text);

#endif
