/* SPDX-License-Identifier: Apache-2.0 */
#include "report/dims.h"

#include <stddef.h>

#define AT(member) offsetof(sb_geometry, member)

static const struct {
    const char *name, *title;
    size_t height, width; /* offsets in the geometry */
    bool square;          /* its two numbers are the sides of a rectangle */
} keys[SB_DIMS] = {
    [SB_DIM_BATCH] = { "images", "Images", AT(n), AT(n), false },
    [SB_DIM_INPUT_CHANNELS] = { "input channels", "Input channels", AT(c), AT(c), false },
    [SB_DIM_INPUT_SIZE] = { "input size", "Input size", AT(h), AT(w), true },
    [SB_DIM_KERNEL] = { "kernel", "Kernel", AT(r), AT(s), true },
    [SB_DIM_STRIDE] = { "stride", "Stride", AT(stride_h), AT(stride_w), false },
    [SB_DIM_DILATION] = { "dilation", "Dilation", AT(dilation_h), AT(dilation_w), false },
    [SB_DIM_GROUPS] = { "groups", "Groups", AT(groups), AT(groups), false },
    [SB_DIM_MULTIPLIER] = { "multiplier", "Multiplier", AT(multiplier), AT(multiplier), false },
    [SB_DIM_EXPAND] = { "expanded channels", "Expanded channels", AT(expand), AT(expand), false },
    [SB_DIM_OUTPUT_CHANNELS] = { "output channels", "Output channels", AT(k), AT(k), false },
};

sb_dims sb_dims_of(const sb_layer *layer)
{
    sb_dims shape;
    const char *geometry = (const char *)&layer->shape;
    for (size_t key = 0; key < SB_DIMS; key++) {
        shape.of[key][0] = *(const int64_t *)(geometry + keys[key].height);
        shape.of[key][1] = *(const int64_t *)(geometry + keys[key].width);
    }
    return shape;
}

const char *sb_dim_name(sb_dim key)
{
    return keys[key].name;
}

const char *sb_dim_title(sb_dim key)
{
    return keys[key].title;
}

int sb_dims_compare(const sb_dims *a, const sb_dims *b, sb_dim key)
{
    for (size_t i = 0; i < 2; i++)
        if (a->of[key][i] != b->of[key][i])
            return a->of[key][i] < b->of[key][i] ? -1 : 1;
    return 0;
}

bool sb_dims_same_but(const sb_dims *a, const sb_dims *b, const bool ignored[SB_DIMS])
{
    for (size_t key = 0; key < SB_DIMS; key++)
        if (!ignored[key] && sb_dims_compare(a, b, (sb_dim)key) != 0)
            return false;
    return true;
}

void sb_dims_add(sb_text *to, const sb_dims *shape, sb_dim key, bool brief)
{
    const int64_t *of = shape->of[key];
    if (of[0] == of[1] && (brief || !keys[key].square))
        sb_text_add(to, "%lld", (long long)of[0]);
    else
        sb_text_add(to, "%lld x %lld", (long long)of[0], (long long)of[1]);
}
