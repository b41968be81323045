/* SPDX-License-Identifier: Apache-2.0 */
/* A layer as an import finds it, in the terms of a configuration: its shape, its bias, activations
 * and residual, and how many equal ones it represents. */
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
 * those of the depthwise step, if there is one. All members have the same size, so that two layers
 * are equal if their bytes are. */
typedef struct sb_import_shape {
    int64_t kind;       /* sb_import_kind */
    int64_t operations; /* operations to sweep, a bit for each sb_operation; 0: the default for the
                           kind */
    int64_t n, c, h, w;
    int64_t expand; /* channels of the depthwise step of a bottleneck; else 0 */
    int64_t k;
    int64_t r, s;
    int64_t stride_h, stride_w;
    int64_t pad_top, pad_bottom, pad_left, pad_right;
    int64_t dilation_h, dilation_w;
    int64_t groups;                      /* of a single convolution */
    int64_t multiplier;                  /* of the depthwise step, if there are several steps */
    int64_t residual;                    /* 0 or 1 */
    int64_t bias[SB_IMPORT_STEPS];       /* 0 or 1 for each step */
    int64_t activation[SB_IMPORT_STEPS]; /* sb_import_activation, for each step */
} sb_import_shape;

typedef struct sb_import_layer {
    char *name;   /* owned; NULL if the source has none */
    char *remark; /* owned; NULL, or a comment on the layer */
    sb_import_shape shape;
    int64_t repeat;
} sb_import_layer;

/* A single convolution whose members other than c, h, w, k, r and s have their defaults. */
sb_import_shape sb_import_shape_initial(void);

/* The number of convolutions in the shape, 1 to SB_IMPORT_STEPS. */
size_t sb_import_step_count(const sb_import_shape *shape);

/* What is swept, a bit for each sb_operation. */
int64_t sb_import_swept(const sb_import_shape *shape);

/* Can a configuration say it? The error names the member that is out of range. */
int sb_import_shape_check(const sb_import_shape *shape, sb_error *error);

/* Multiply-adds of all steps of a checked shape, every tap counted. */
int64_t sb_import_multiply_adds(const sb_import_shape *shape);

/* Output height and width of a checked shape. */
void sb_import_output(const sb_import_shape *shape, int64_t *height, int64_t *width);

/* Larger numbers from a source are refused, so that products of two of them cannot overflow. */
#define SB_IMPORT_MOST (INT64_C(1) << 30)

/* One axis: the image, the kernel, and the resulting output. */
typedef struct sb_import_axis {
    int64_t in, taps, dilation, stride;
    int64_t before, after; /* padding */
} sb_import_axis;

/* Copies both axes into a shape. */
void sb_import_shape_set_axes(sb_import_shape *shape, const sb_import_axis *height,
                              const sb_import_axis *width);

/* The output's size; 0 if the kernel is larger than the padded image. */
int64_t sb_import_axis_output(const sb_import_axis *axis);

/*
 * Pads the axis so that the output is `out`: symmetrically if possible, otherwise with another
 * padding at the end; if that would be negative, the image is cropped by rows that no tap reads.
 * False if no reasonable padding works.
 */
bool sb_import_axis_fit(sb_import_axis *axis, int64_t out);

/* Pads so that the output is ceil(in / stride); if the padding is odd, the larger half is at the
 * end, or at the beginning with `lower`. */
void sb_import_axis_same(sb_import_axis *axis, bool lower);

/* Sets `before` so that the output is centred on the image; never negative. */
void sb_import_axis_centre(sb_import_axis *axis, int64_t out);

/* "c64_hw56_r3_k128_s2": a name made from the shape's members, with the letters that the names of
 * sweeps use. free() it. */
char *sb_import_shape_name(const sb_import_shape *shape);

#endif
