/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/geometry.h"

#define AT(member) offsetof(sb_geometry, member)

const sb_geometry_member sb_geometry_members[] = {
    { "n", "batch", "batch", "n", AT(n), 1, SB_MAX_DIMENSION, 1 },
    { "c", "input channels", "channels", "c", AT(c), 1, SB_MAX_DIMENSION, 0 },
    { "h", "input height", "size", "hw", AT(h), 1, SB_MAX_DIMENSION, 0 },
    { "w", "input width", "size", "hw", AT(w), 1, SB_MAX_DIMENSION, 0 },
    { "k", "output channels", "out_channels", "k", AT(k), 1, SB_MAX_DIMENSION, 0 },
    { "r", "kernel height", "kernel", "r", AT(r), 1, SB_MAX_DIMENSION, 0 },
    { "s", "kernel width", "kernel", "r", AT(s), 1, SB_MAX_DIMENSION, 0 },
    { "stride_h", "vertical stride", "stride", "s", AT(stride_h), 1, SB_MAX_DIMENSION, 1 },
    { "stride_w", "horizontal stride", "stride", "s", AT(stride_w), 1, SB_MAX_DIMENSION, 1 },
    { "pad_top", "top padding", "padding", "p", AT(pad_top), 0, SB_MAX_DIMENSION, 0 },
    { "pad_bottom", "bottom padding", "padding", "p", AT(pad_bottom), 0, SB_MAX_DIMENSION, 0 },
    { "pad_left", "left padding", "padding", "p", AT(pad_left), 0, SB_MAX_DIMENSION, 0 },
    { "pad_right", "right padding", "padding", "p", AT(pad_right), 0, SB_MAX_DIMENSION, 0 },
    { "dilation_h", "vertical dilation", "dilation", "d", AT(dilation_h), 1, SB_MAX_DIMENSION, 1 },
    { "dilation_w", "horizontal dilation", "dilation", "d", AT(dilation_w), 1, SB_MAX_DIMENSION,
      1 },
    { "groups", "groups", "groups", "g", AT(groups), 1, SB_MAX_DIMENSION, 1 },
    { "multiplier", "channel multiplier", "multiplier", "m", AT(multiplier), 1, SB_MAX_DIMENSION,
      1 },
    { "expand", "expanded channels", "expand", "e", AT(expand), 0, SB_MAX_DIMENSION, 0 },
};

const size_t sb_geometry_member_count = sizeof sb_geometry_members / sizeof *sb_geometry_members;

sb_geometry sb_geometry_initial(void)
{
    sb_geometry geometry = { 0 };
    for (size_t i = 0; i < sb_geometry_member_count; i++)
        *sb_geometry_at(&geometry, &sb_geometry_members[i]) = sb_geometry_members[i].initial;
    return geometry;
}

sb_geometry sb_geometry_square(int64_t channels, int64_t size, int64_t outputs, int64_t filter)
{
    sb_geometry geometry = sb_geometry_initial();
    geometry.c = channels;
    geometry.h = geometry.w = size;
    geometry.k = outputs;
    geometry.r = geometry.s = filter;
    geometry.pad_top = geometry.pad_bottom = geometry.pad_left = geometry.pad_right = filter / 2;
    return geometry;
}
