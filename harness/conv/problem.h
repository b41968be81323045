/* SPDX-License-Identifier: Apache-2.0 */
/* Problems, which a kernel is asked to compute: their names, sizes and text. */
#ifndef SB_CONV_PROBLEM_H
#define SB_CONV_PROBLEM_H

#include "conv/layer.h"

#include <stddef.h>

const char *sb_layout_name(sb_layout layout);             /* "NCHW", "NHWC", "NCHW8c", "NCHW16c" */
const char *sb_arithmetic_name(sb_arithmetic arithmetic); /* "direct", "winograd_f4", ... */
/* The levels of Strassen's product that a class stands for; 0: another arithmetic. */
int sb_strassen_levels(sb_arithmetic arithmetic);
#define SB_ARITHMETICS (SB_STRASSEN_2 + 1)
#define SB_LAYOUTS     (SB_NCHW16C + 1)
#define SB_ACTIVATIONS (SB_SWISH + 1)
const char *sb_activation_name(sb_activation activation); /* "none", "relu", ... */

/* The needs that biases, activations and a residual bring. */
uint64_t sb_problem_epilogue_needs(const sb_problem *problem);

/* The names of the needs, as in "bias, relu6"; returns buffer. */
const char *sb_needs_text(uint64_t needs, char *buffer, size_t size);

static inline const sb_step *sb_first_step(const sb_problem *problem)
{
    return &problem->steps[0];
}

static inline const sb_step *sb_last_step(const sb_problem *problem)
{
    return &problem->steps[problem->step_count - 1];
}

/* One step as a problem of its own; the last step keeps the residual. */
sb_problem sb_problem_of_step(const sb_problem *problem, uint32_t step);

/* The shape from the first step's input to the last step's output. Kernel, stride, padding and
 * dilation are those of the step that is not 1 x 1, if there is one; groups is that of a single
 * convolution. */
sb_geometry sb_problem_geometry(const sb_problem *problem);

/* Number of elements of a problem's dense tensors, and of one step's. */
int64_t sb_input_elements(const sb_problem *problem);
int64_t sb_output_elements(const sb_problem *problem);
int64_t sb_step_weights(const sb_step *step);
int64_t sb_step_outputs(const sb_problem *problem, uint32_t step);

/*
 * For messages and as a key: "n1 c128 56x56 k128 3x3 s1 p1 bias relu6 > k64 1x1 s1 p0". Problems
 * with the same text differ at most in threads and type. Returns buffer.
 */
#define SB_PROBLEM_TEXT 1024
const char *sb_problem_text(const sb_problem *problem, char *buffer, size_t size);

/* The text of a layer's standard convolution, with " m2" and " e384" for multiplier and expansion;
 * for messages. */
const char *sb_layer_text(const sb_layer *layer, char *buffer, size_t size);

/* Reads such a text; needs, threads and type are left 0. False for any text that sb_problem_text()
 * does not write, and for sizes out of range. */
bool sb_problem_parse(const char *text, sb_problem *problem);

/* The distance between two problems: octaves between their dimensions, summed; INFINITY if they
 * have different steps, activations, biases or residuals. */
double sb_problem_distance(const sb_problem *a, const sb_problem *b);

#endif
