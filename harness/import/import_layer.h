/* SPDX-License-Identifier: Apache-2.0 */
/* A layer as an import finds it, in the terms of a configuration: its shape, what follows its
 * sums, and how many convolutions it stands for. */
#ifndef SB_IMPORT_IMPORT_LAYER_H
#define SB_IMPORT_IMPORT_LAYER_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SB_IMPORT_STEPS = 3 }; /* most convolutions in a layer */

typedef enum sb_import_kind {
    SB_IMPORT_SINGLE,    /* one convolution */
    SB_IMPORT_PAIR,      /* depthwise, then pointwise */
    SB_IMPORT_BOTTLENECK /* pointwise (expand), depthwise, pointwise (project) */
} sb_import_kind;

typedef enum sb_import_activation {
    SB_IMPORT_NONE,
    SB_IMPORT_RELU,
    SB_IMPORT_RELU6,
    SB_IMPORT_HARD_SWISH,
    SB_IMPORT_SWISH
} sb_import_activation;

const char *sb_import_activation_name(sb_import_activation activation); /* "relu6" */

/* From an input [n][c][h][w] to an output of k channels. Kernel, stride, padding and dilation are
 * those of the depthwise step, where there is one. Members are all of one size, so that two
 * layers are equal where their bytes are. */
typedef struct sb_import_shape {
    int64_t kind; /* sb_import_kind */
    int64_t
        operations; /* what is swept, a bit for each sb_operation; 0: what is usual for the kind */
    int64_t n, c, h, w;
    int64_t expand; /* channels of the depthwise step of a bottleneck; else 0 */
    int64_t k;
    int64_t r, s;
    int64_t stride_h, stride_w;
    int64_t pad_top, pad_bottom, pad_left, pad_right;
    int64_t dilation_h, dilation_w;
    int64_t groups;                      /* of a single convolution */
    int64_t multiplier;                  /* of the depthwise step, where there are several steps */
    int64_t residual;                    /* 0 or 1 */
    int64_t bias[SB_IMPORT_STEPS];       /* 0 or 1, a step each */
    int64_t activation[SB_IMPORT_STEPS]; /* sb_import_activation, a step each */
} sb_import_shape;

typedef struct sb_import_layer {
    char *name;   /* owned; NULL where the source has none */
    char *remark; /* owned; NULL, or what to say beside the layer */
    sb_import_shape shape;
    int64_t repeat;
} sb_import_layer;

/* A single convolution of which all but c, h, w, k, r and s has its usual value. */
sb_import_shape sb_import_shape_initial(void);

/* How many convolutions the shape stands for, 1 to SB_IMPORT_STEPS. */
size_t sb_import_step_count(const sb_import_shape *shape);

/* What is swept, a bit for each sb_operation. */
int64_t sb_import_swept(const sb_import_shape *shape);

/* Can a configuration say it? The error names the member that is out of range. */
int sb_import_shape_check(const sb_import_shape *shape, sb_error *error);

/* Multiply-adds of all steps of a checked shape, every tap counted. */
int64_t sb_import_multiply_adds(const sb_import_shape *shape);

/* Output height and width of a checked shape. */
void sb_import_output(const sb_import_shape *shape, int64_t *height, int64_t *width);

/* Sources' numbers are refused beyond this, so that products of two of them are safe. */
#define SB_IMPORT_MOST (INT64_C(1) << 30)

/* Along one axis: the image, the kernel on it, and the output that results. */
typedef struct sb_import_axis {
    int64_t in, taps, dilation, stride;
    int64_t before, after; /* padding */
} sb_import_axis;

/* Takes both axes into a shape. */
void sb_import_shape_set_axes(sb_import_shape *shape, const sb_import_axis *height,
                              const sb_import_axis *width);

/* The output's size; 0 where the kernel is larger than the padded image. */
int64_t sb_import_axis_output(const sb_import_axis *axis);

/*
 * Makes the axis give `out`: with the same padding behind as before it, if that does; else with
 * another one; and where it would be negative, with less of the image, which no tap reads anyway.
 * False where no padding of a sensible size can.
 */
bool sb_import_axis_fit(sb_import_axis *axis, int64_t out);

/* Pads so that the output is ceil(in / stride); where the padding is odd, the greater half lies
 * behind, or before with `lower`. */
void sb_import_axis_same(sb_import_axis *axis, bool lower);

/* Sets `before` to what lets the output lie in the middle of the image; never negative. */
void sb_import_axis_centre(sb_import_axis *axis, int64_t out);

/* "c64_hw56_r3_k128_s2": names a shape by its members, with the letters that the names of sweeps
 * have. free() it. */
char *sb_import_shape_name(const sb_import_shape *shape);

#endif
