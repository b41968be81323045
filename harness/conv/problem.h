/* SPDX-License-Identifier: Apache-2.0 */
/* Problems: names, sizes and text of what a kernel is asked to compute. */
#ifndef SB_CONV_PROBLEM_H
#define SB_CONV_PROBLEM_H

#include "conv/layer.h"

#include <stddef.h>

const char *sb_layout_name(sb_layout layout);             /* "NCHW", "NHWC", "NCHW8c", "NCHW16c" */
const char *sb_arithmetic_name(sb_arithmetic arithmetic); /* "direct", "winograd_f4", ... */
#define SB_ARITHMETICS (SB_STRASSEN + 1)
#define SB_LAYOUTS     (SB_NCHW16C + 1)
#define SB_ACTIVATIONS (SB_SWISH + 1)
const char *sb_activation_name(sb_activation activation); /* "none", "relu", ... */

/* The needs that biases, activations and a residual bring. */
uint64_t sb_problem_epilogue_needs(const sb_problem *problem);

/* "bias, relu6": the names of the needs; returns buffer. */
const char *sb_needs_text(uint64_t needs, char *buffer, size_t size);

static inline const sb_step *sb_first_step(const sb_problem *problem)
{
    return &problem->steps[0];
}

static inline const sb_step *sb_last_step(const sb_problem *problem)
{
    return &problem->steps[problem->step_count - 1];
}

/* One step as a problem of its own; the residual is the last one's. */
sb_problem sb_problem_of_step(const sb_problem *problem, uint32_t step);

/* The shape from the first step's input to the last one's output: kernel, stride, padding and
 * dilation are those of the step that is not 1 x 1, if there is one. groups is that of a single
 * convolution. */
sb_geometry sb_problem_geometry(const sb_problem *problem);

/* Elements of the dense tensors of a problem, and of one step's. */
int64_t sb_input_elements(const sb_problem *problem);
int64_t sb_output_elements(const sb_problem *problem);
int64_t sb_step_weights(const sb_step *step);
int64_t sb_step_outputs(const sb_problem *problem, uint32_t step);

/*
 * "n1 c128 56x56 k128 3x3 s1 p1 bias relu6 > k64 1x1 s1 p0", for messages and as a key: problems of
 * the same text are the same but for their threads and type; returns buffer.
 */
#define SB_PROBLEM_TEXT 1024
const char *sb_problem_text(const sb_problem *problem, char *buffer, size_t size);

/* The same of a layer's standard convolution, with " m2" and " e384" for multiplier and expansion;
 * for messages. */
const char *sb_layer_text(const sb_layer *layer, char *buffer, size_t size);

/* And back; needs, threads and type are left 0. False for anything that sb_problem_text() does not
 * write, and for sizes out of range. */
bool sb_problem_parse(const char *text, sb_problem *problem);

/* How far two problems are apart: octaves between their dimensions, summed; INFINITY where they
 * have other steps, activations, biases or residuals. */
double sb_problem_distance(const sb_problem *a, const sb_problem *b);

#endif
