/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dense convolution with few outputs in a row, in NHWC. A register tile lies in one row, so that
 * tiles of such a convolution are small, and each of them reads all weights. Therefore the inputs
 * of each tap are copied (im2col): the pixels of all rows and images become the columns of one row,
 * and the taps the rows of a filter one column wide. Where pixels lie at equal distances in the
 * tensor, nothing is copied.
 */
#ifndef SB_ENGINE_PATCHES_H
#define SB_ENGINE_PATCHES_H

#include "engine/stages.h"

/* Is that faster? */
bool patches_pay(const conv *b, const sb_cpu *cpu);

/* The convolution of the copies, with one row of outputs. */
conv patches_conv(const conv *b);

/* `order->conv` is the convolution of the tensors; the blocking is that of patches_conv(). NULL if
 * there is no memory. */
stage *patches_stage_new(const stage_order *order, const isa *set, dense_blocking blocking);

#endif
