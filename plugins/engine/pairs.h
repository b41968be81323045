/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Convolutions in groups of eight output channels, where a vector has 16 lanes. Each vector belongs
 * to a pair of groups. Row by row, the channels of the two groups are put in turn into a scratch
 * plane; then one load sets the even lanes to a channel of one group and the odd lanes to the same
 * channel of the other, and the dense micro-kernels of the kind GEMM_PAIRS do the rest.
 */
#ifndef SB_ENGINE_PAIRS_H
#define SB_ENGINE_PAIRS_H

#include "engine/stages.h"

/* A stage for a convolution that depthwise_cut() says is DW_BY_PAIRS. It reads the layout given in
 * the order, writes the layout `output`, and has tiles of so many pixels. Returns NULL if there is
 * no memory. */
stage *pairs_stage_new(const stage_order *order, const isa *set, uint32_t output, int pixels);

#endif
