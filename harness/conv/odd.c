/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/odd.h"

#include "core/text.h"

#include <assert.h>
#include <stdlib.h>

/* What a row leaves out is 1, or 0 for a padding or expansion, or every operation that it allows.
 */
typedef struct odd {
    const char *name;
    int size[6];     /* c, h, w, k, r, s */
    int stride[2];   /* vertical, horizontal */
    int padding[4];  /* top, bottom, left, right */
    int dilation[2]; /* vertical, horizontal */
    int n, groups, multiplier, expand;
    bool bias, residual;
    sb_activation activations[3]; /* expand, depthwise, last */
} odd;

static const odd odds[] = {
    /* the worked example, and plain ones */
    { .name = "worked_example", .size = { 3, 7, 7, 128, 3, 3 } },
    { .name = "one_pixel", .size = { 1, 1, 1, 1, 1, 1 } },
    { .name = "one_pixel_deep", .size = { 24, 1, 1, 17, 1, 1 } },
    { .name = "pointwise", .size = { 17, 6, 5, 33, 1, 1 } },
    { .name = "one_output_channel", .size = { 17, 9, 8, 1, 3, 3 }, .padding = { 1, 1, 1, 1 } },
    { .name = "one_input_channel", .size = { 1, 11, 10, 33, 3, 3 }, .padding = { 1, 1, 1, 1 } },
    { .name = "channels_3_17", .size = { 3, 13, 11, 17, 3, 3 }, .padding = { 1, 1, 1, 1 } },
    { .name = "channels_24_17", .size = { 24, 9, 7, 17, 3, 3 } },
    { .name = "channels_20_56", .size = { 20, 9, 7, 56, 3, 3 }, .padding = { 1, 1, 1, 1 } },
    { .name = "same_7x7", .size = { 24, 7, 7, 24, 3, 3 }, .padding = { 1, 1, 1, 1 } },

    /* thin images */
    { .name = "one_row", .size = { 17, 1, 19, 24, 3, 3 }, .padding = { 1, 1, 1, 1 } },
    { .name = "one_column", .size = { 17, 19, 1, 24, 3, 3 }, .padding = { 1, 1, 1, 1 } },
    { .name = "one_row_5x5", .size = { 3, 1, 9, 17, 5, 5 }, .padding = { 2, 2, 2, 2 } },
    { .name = "one_output_pixel", .size = { 17, 3, 3, 24, 3, 3 } },
    { .name = "pixel_in_padding", .size = { 3, 1, 1, 17, 3, 3 }, .padding = { 1, 1, 1, 1 } },

    /* kernels larger than the input, and outputs that see padding alone */
    { .name = "kernel_over_input", .size = { 3, 4, 3, 17, 7, 7 }, .padding = { 3, 3, 3, 3 } },
    { .name = "kernel_over_input_valid", .size = { 17, 2, 3, 3, 5, 5 }, .padding = { 2, 1, 1, 2 } },
    { .name = "only_padding", .size = { 3, 2, 2, 17, 3, 3 }, .padding = { 4, 4, 4, 4 } },

    /* padding that differs from side to side */
    { .name = "pad_top_left", .size = { 17, 8, 9, 24, 3, 3 }, .padding = { 2, 0, 1, 0 } },
    { .name = "pad_bottom_right", .size = { 17, 9, 8, 24, 3, 3 }, .padding = { 0, 1, 0, 2 } },
    { .name = "pad_same_stride_2",
      .size = { 3, 14, 14, 33, 3, 3 },
      .stride = { 2, 2 },
      .padding = { 0, 1, 0, 1 } },
    { .name = "pad_all_differ", .size = { 24, 7, 6, 17, 5, 3 }, .padding = { 0, 1, 2, 3 } },

    /* even and rectangular kernels */
    { .name = "kernel_2x2", .size = { 17, 9, 9, 24, 2, 2 } },
    { .name = "kernel_2x2_stride_2", .size = { 24, 10, 8, 17, 2, 2 }, .stride = { 2, 2 } },
    { .name = "kernel_4x4", .size = { 17, 11, 10, 17, 4, 4 }, .padding = { 1, 2, 1, 2 } },
    { .name = "kernel_1x7", .size = { 17, 9, 13, 24, 1, 7 }, .padding = { 0, 0, 3, 3 } },
    { .name = "kernel_3x1", .size = { 24, 13, 9, 17, 3, 1 }, .padding = { 1, 1, 0, 0 } },
    { .name = "kernel_5x5", .size = { 17, 12, 11, 33, 5, 5 }, .padding = { 2, 2, 2, 2 } },
    { .name = "kernel_7x7_stride_2",
      .size = { 3, 21, 23, 24, 7, 7 },
      .stride = { 2, 2 },
      .padding = { 3, 3, 3, 3 } },
    { .name = "kernel_11x11_stride_4",
      .size = { 3, 31, 27, 17, 11, 11 },
      .stride = { 4, 4 },
      .padding = { 2, 2, 2, 2 } },

    /* strides */
    { .name = "stride_2",
      .size = { 17, 15, 14, 24, 3, 3 },
      .stride = { 2, 2 },
      .padding = { 1, 1, 1, 1 } },
    { .name = "stride_2_leaves_rest", .size = { 24, 8, 8, 17, 3, 3 }, .stride = { 2, 2 } },
    { .name = "stride_over_kernel", .size = { 17, 13, 11, 24, 2, 2 }, .stride = { 3, 4 } },
    { .name = "stride_3_pointwise", .size = { 17, 10, 11, 33, 1, 1 }, .stride = { 3, 3 } },
    { .name = "stride_1x2",
      .size = { 17, 9, 12, 24, 3, 3 },
      .stride = { 1, 2 },
      .padding = { 1, 1, 1, 1 } },
    { .name = "stride_3x1",
      .size = { 3, 14, 9, 17, 3, 3 },
      .stride = { 3, 1 },
      .padding = { 1, 1, 1, 1 } },
    { .name = "stride_over_input",
      .size = { 3, 5, 5, 17, 3, 3 },
      .stride = { 9, 7 },
      .padding = { 1, 1, 1, 1 } },

    /* dilation */
    { .name = "dilation_2",
      .size = { 17, 11, 10, 24, 3, 3 },
      .padding = { 2, 2, 2, 2 },
      .dilation = { 2, 2 } },
    { .name = "dilation_2x3",
      .size = { 3, 12, 13, 17, 3, 3 },
      .padding = { 2, 2, 3, 3 },
      .dilation = { 2, 3 } },
    { .name = "dilation_3x1_stride_2",
      .size = { 17, 15, 9, 3, 3, 2 },
      .stride = { 2, 1 },
      .padding = { 3, 0, 0, 1 },
      .dilation = { 3, 1 } },
    { .name = "dilation_over_input",
      .size = { 3, 4, 4, 17, 2, 2 },
      .padding = { 3, 3, 3, 3 },
      .dilation = { 5, 5 } },

    /* batches */
    { .name = "batch_2", .size = { 17, 9, 8, 24, 3, 3 }, .padding = { 1, 1, 1, 1 }, .n = 2 },
    { .name = "batch_3_stride_2",
      .size = { 3, 9, 11, 33, 3, 3 },
      .stride = { 2, 2 },
      .padding = { 1, 1, 1, 1 },
      .n = 3 },
    { .name = "batch_3_pointwise", .size = { 24, 5, 3, 17, 1, 1 }, .n = 3 },

    /* groups: a layer that has them is standard alone */
    { .name = "depthwise",
      .size = { 24, 10, 9, 24, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .groups = 24 },
    { .name = "depthwise_stride_2",
      .size = { 17, 11, 12, 17, 3, 3 },
      .stride = { 2, 2 },
      .padding = { 1, 1, 1, 1 },
      .groups = 17 },
    { .name = "depthwise_times_2",
      .size = { 17, 9, 7, 34, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .groups = 17 },
    { .name = "depthwise_5x5_batch_2",
      .size = { 33, 8, 9, 33, 5, 5 },
      .padding = { 2, 2, 2, 2 },
      .n = 2,
      .groups = 33 },
    { .name = "groups_3", .size = { 51, 8, 7, 24, 3, 3 }, .padding = { 1, 1, 1, 1 }, .groups = 3 },
    { .name = "groups_3_stride_2",
      .size = { 24, 9, 9, 51, 3, 3 },
      .stride = { 2, 2 },
      .padding = { 1, 0, 0, 1 },
      .groups = 3 },
    { .name = "groups_2_pointwise_batch_2", .size = { 34, 5, 6, 48, 1, 1 }, .n = 2, .groups = 2 },

    /* channel multipliers: a layer that has one is separable alone */
    { .name = "multiplier_2",
      .size = { 17, 9, 10, 24, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .multiplier = 2 },
    { .name = "multiplier_3_stride_2",
      .size = { 3, 13, 12, 33, 5, 5 },
      .stride = { 2, 2 },
      .padding = { 2, 2, 2, 2 },
      .multiplier = 3 },
    { .name = "multiplier_2_batch_2",
      .size = { 24, 6, 7, 17, 3, 3 },
      .padding = { 0, 1, 1, 0 },
      .n = 2,
      .multiplier = 2 },

    /* remainders of every blocking, and enough rows and channels that all loops turn */
    { .name = "remainders", .size = { 67, 15, 13, 130, 3, 3 }, .padding = { 1, 1, 1, 1 } },
    { .name = "remainders_pointwise", .size = { 130, 15, 13, 67, 1, 1 } },
    { .name = "remainders_wide", .size = { 19, 6, 101, 37, 3, 3 }, .padding = { 1, 1, 1, 1 } },
    { .name = "remainders_stride_2",
      .size = { 35, 27, 29, 65, 3, 3 },
      .stride = { 2, 2 },
      .padding = { 1, 1, 1, 1 } },
    { .name = "even_blocks", .size = { 64, 16, 16, 64, 3, 3 }, .padding = { 1, 1, 1, 1 } },
    { .name = "even_blocks_pointwise", .size = { 96, 7, 7, 64, 1, 1 }, .n = 2 },
    { .name = "even_blocks_one_pixel", .size = { 64, 1, 1, 32, 1, 1 } },
    { .name = "deep", .size = { 513, 3, 3, 33, 3, 3 }, .padding = { 1, 1, 1, 1 } },
    /* finds a library that tells padding by an address, set up for a tensor that is too small */
    { .name = "depthwise_wide",
      .size = { 40, 12, 49, 40, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .groups = 40 },

    /* what follows a sum, in each kind, and chains of three steps */
    { .name = "bias", .size = { 17, 9, 8, 33, 3, 3 }, .padding = { 1, 1, 1, 1 }, .bias = true },
    { .name = "bias_relu",
      .size = { 24, 9, 7, 40, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .bias = true,
      .activations = { 0, SB_RELU, SB_RELU } },
    { .name = "bias_relu6",
      .size = { 35, 13, 14, 37, 3, 3 },
      .stride = { 2, 2 },
      .padding = { 0, 1, 0, 1 },
      .bias = true,
      .activations = { 0, SB_RELU6, SB_RELU6 } },
    { .name = "relu6_pointwise",
      .size = { 67, 7, 7, 130, 1, 1 },
      .n = 2,
      .activations = { 0, SB_RELU6, SB_RELU6 } },
    { .name = "bias_hard_swish",
      .size = { 19, 11, 9, 24, 5, 5 },
      .padding = { 2, 2, 2, 2 },
      .bias = true,
      .activations = { 0, SB_HARD_SWISH, SB_HARD_SWISH } },
    { .name = "bias_swish",
      .size = { 16, 10, 9, 33, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .bias = true,
      .activations = { 0, SB_SWISH, SB_SWISH } },
    { .name = "bias_residual",
      .size = { 40, 8, 9, 40, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .bias = true,
      .residual = true },
    { .name = "residual_relu",
      .size = { 17, 9, 8, 17, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .n = 2,
      .residual = true,
      .activations = { 0, SB_RELU, SB_RELU } },
    { .name = "depthwise_bias_relu6",
      .size = { 40, 15, 13, 40, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .groups = 40,
      .bias = true,
      .activations = { 0, SB_RELU6, SB_RELU6 } },
    { .name = "depthwise_5x5_stride_2_bias_hard_swish",
      .size = { 33, 15, 14, 33, 5, 5 },
      .stride = { 2, 2 },
      .padding = { 2, 2, 2, 2 },
      .groups = 33,
      .bias = true,
      .activations = { 0, SB_HARD_SWISH, SB_HARD_SWISH } },
    { .name = "groups_3_bias_relu",
      .size = { 51, 8, 7, 24, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .groups = 3,
      .bias = true,
      .activations = { 0, SB_RELU, SB_RELU } },
    { .name = "multiplier_2_bias_relu",
      .size = { 17, 9, 10, 24, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .multiplier = 2,
      .bias = true,
      .activations = { 0, SB_RELU, SB_RELU } },
    { .name = "one_input_channel_bias_relu6",
      .size = { 1, 11, 10, 17, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .bias = true,
      .activations = { 0, SB_RELU6, SB_RELU6 } },
    { .name = "bottleneck",
      .size = { 17, 9, 8, 24, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .expand = 51 },
    { .name = "bottleneck_residual_relu6",
      .size = { 24, 14, 13, 24, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .expand = 144,
      .bias = true,
      .residual = true,
      .activations = { SB_RELU6, SB_RELU6, 0 } },
    { .name = "bottleneck_stride_2_hard_swish",
      .size = { 16, 15, 14, 40, 5, 5 },
      .stride = { 2, 2 },
      .padding = { 2, 2, 2, 2 },
      .expand = 72,
      .bias = true,
      .activations = { SB_HARD_SWISH, SB_HARD_SWISH, 0 } },
    { .name = "bottleneck_narrow",
      .size = { 33, 7, 7, 3, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .n = 2,
      .expand = 17,
      .bias = true,
      .activations = { SB_RELU, SB_SWISH, SB_RELU } },

    /* enough work that it is shared among threads, in each way there is */
    { .name = "shared_images", .size = { 33, 9, 8, 47, 3, 3 }, .padding = { 1, 1, 1, 1 }, .n = 5 },
    { .name = "shared_rows",
      .size = { 72, 23, 29, 72, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .groups = 72 },
    { .name = "shared_planes",
      .size = { 600, 7, 7, 600, 3, 3 },
      .padding = { 1, 1, 1, 1 },
      .groups = 600 },
};

enum { COUNT = sizeof odds / sizeof *odds };

static int64_t or_one(int value)
{
    return value ? value : 1;
}

static sb_layer build_layer(const odd *o)
{
    sb_layer layer = {
        .name = sb_copy_text(o->name),
        .shape = {
            .n = or_one(o->n),
            .c = o->size[0],
            .h = o->size[1],
            .w = o->size[2],
            .k = o->size[3],
            .r = o->size[4],
            .s = o->size[5],
            .stride_h = or_one(o->stride[0]),
            .stride_w = or_one(o->stride[1]),
            .pad_top = o->padding[0],
            .pad_bottom = o->padding[1],
            .pad_left = o->padding[2],
            .pad_right = o->padding[3],
            .dilation_h = or_one(o->dilation[0]),
            .dilation_w = or_one(o->dilation[1]),
            .groups = or_one(o->groups),
            .multiplier = or_one(o->multiplier),
            .expand = o->expand,
        },
        .biases = { [SB_ROLE_EXPAND] = o->bias,
                    [SB_ROLE_DEPTHWISE] = o->bias,
                    [SB_ROLE_POINTWISE] = o->bias },
        .residual = o->residual,
        .activations = { [SB_ROLE_EXPAND] = o->activations[0],
                         [SB_ROLE_DEPTHWISE] = o->activations[1],
                         [SB_ROLE_POINTWISE] = o->activations[2] },
        .operations = { [SB_STANDARD] = !o->multiplier,
                        [SB_SEPARABLE] = !o->groups,
                        [SB_BOTTLENECK] = o->expand > 0 },
        .repeat = 1,
    };
    sb_error error;
    if (sb_layer_finish(&layer, &error) < 0) {
        assert(0 && "a row of the table is not a layer");
        abort();
    }
    return layer;
}

const sb_layer *sb_odd_layers(size_t *count)
{
    static sb_layer layers[COUNT];
    if (!layers[COUNT - 1].name)
        for (size_t i = 0; i < COUNT; i++)
            layers[i] = build_layer(&odds[i]);
    *count = COUNT;
    return layers;
}
