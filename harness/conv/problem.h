/* SPDX-License-Identifier: Apache-2.0 */
/* Layers and problems: checked shapes, their names and sizes. */
#ifndef SB_CONV_PROBLEM_H
#define SB_CONV_PROBLEM_H

#include "core/error.h"
#include "sepbench/plugin.h"

#include <stdbool.h>
#include <stddef.h>

/* Limits that no honest layer meets. */
#define SB_MAX_DIMENSION       INT64_C(1048576)
#define SB_MAX_TENSOR_ELEMENTS (INT64_C(1) << 31)

#define SB_OPERATIONS          2 /* how many sb_operation there are */

/* A named shape, with the operations that are swept on it. */
typedef struct sb_layer {
    char *name;                     /* owned; unique in a sweep */
    sb_problem shape;               /* operation is not meaningful here; threads is 1 */
    bool operations[SB_OPERATIONS]; /* indexed by sb_operation; both: the layer is a pair */
    int64_t repeat;                 /* how often the network holds this layer, at least 1 */
} sb_layer;

/*
 * Checks the shape for the operations wanted and computes p and q. Errors are for the user:
 * a dimension out of range, a kernel larger than the padded input, groups that do not divide, a
 * tensor past SB_MAX_TENSOR_ELEMENTS, groups with separable, a multiplier without it.
 */
int sb_layer_finish(sb_layer *layer, sb_error *error);

/* The problem of one operation of a finished layer. (Separable: groups 1; standard: multiplier 1)
 */
sb_problem sb_layer_problem(const sb_layer *layer, sb_operation operation, int64_t threads);

const char *sb_operation_name(sb_operation operation);              /* "standard", "separable" */
bool sb_operation_named(const char *name, sb_operation *operation); /* false: no such name */
const char *sb_layout_name(sb_layout layout);             /* "NCHW", "NHWC", "NCHW8c", "NCHW16c" */
const char *sb_arithmetic_name(sb_arithmetic arithmetic); /* "direct", "winograd_f4", ... */

/* Elements of the dense tensors of a problem. */
int64_t sb_input_elements(const sb_problem *problem);
int64_t sb_output_elements(const sb_problem *problem);
typedef struct sb_weight_counts {
    int64_t standard, depthwise, pointwise; /* 0 where the operation has none */
} sb_weight_counts;
sb_weight_counts sb_weight_elements(const sb_problem *problem);

/* "n1 c128 56x56 k128 3x3 s1 p1 ..." for messages; returns buffer. */
const char *sb_problem_text(const sb_problem *problem, char *buffer, size_t size);

#endif
