/* SPDX-License-Identifier: Apache-2.0 */
#include "import/import_layer.h"

#include "conv/cost.h"
#include "core/text.h"

#include <inttypes.h>

const char *sb_import_activation_name(sb_import_activation activation)
{
    static const char *const names[] = {
        [SB_IMPORT_NONE] = "none",   [SB_IMPORT_RELU] = "relu",
        [SB_IMPORT_RELU6] = "relu6", [SB_IMPORT_HARD_SWISH] = "hard_swish",
        [SB_IMPORT_SWISH] = "swish",
    };
    return names[activation];
}

sb_import_shape sb_import_shape_initial(void)
{
    return (sb_import_shape) {
        .n = 1,
        .stride_h = 1,
        .stride_w = 1,
        .dilation_h = 1,
        .dilation_w = 1,
        .groups = 1,
        .multiplier = 1,
    };
}

size_t sb_import_step_count(const sb_import_shape *shape)
{
    static const size_t counts[] = {
        [SB_IMPORT_SINGLE] = 1,
        [SB_IMPORT_PAIR] = 2,
        [SB_IMPORT_BOTTLENECK] = 3,
    };
    return counts[shape->kind];
}

/* -------------------------------------------------------------------------------------- steps */

static sb_layer pointwise(const sb_import_shape *s, int64_t c, int64_t h, int64_t w, int64_t k)
{
    sb_layer layer = { .repeat = 1, .operations = { [SB_STANDARD] = true } };
    layer.shape = (sb_geometry) {
        .n = s->n,
        .c = c,
        .h = h,
        .w = w,
        .k = k,
        .r = 1,
        .s = 1,
        .stride_h = 1,
        .stride_w = 1,
        .dilation_h = 1,
        .dilation_w = 1,
        .groups = 1,
        .multiplier = 1,
    };
    return layer;
}

/* The step that has the layer's kernel. */
static sb_layer spatial(const sb_import_shape *s, int64_t c, int64_t k, int64_t groups)
{
    sb_layer layer = pointwise(s, c, s->h, s->w, k);
    layer.shape.r = s->r;
    layer.shape.s = s->s;
    layer.shape.stride_h = s->stride_h;
    layer.shape.stride_w = s->stride_w;
    layer.shape.pad_top = s->pad_top;
    layer.shape.pad_bottom = s->pad_bottom;
    layer.shape.pad_left = s->pad_left;
    layer.shape.pad_right = s->pad_right;
    layer.shape.dilation_h = s->dilation_h;
    layer.shape.dilation_w = s->dilation_w;
    layer.shape.groups = groups;
    return layer;
}

static int64_t depthwise_channels(const sb_import_shape *s)
{
    return s->kind == SB_IMPORT_BOTTLENECK ? s->expand : s->c;
}

/* Checks the steps as layers of one convolution each; the output is the last one's. */
static int make_steps(const sb_import_shape *s, sb_layer steps[SB_IMPORT_STEPS], sb_error *error)
{
    const int64_t channels = depthwise_channels(s);
    int64_t middle;
    size_t count = 0;
    if (s->kind == SB_IMPORT_SINGLE) {
        steps[0] = spatial(s, s->c, s->k, s->groups);
        return sb_layer_finish(&steps[0], error);
    }
    if (__builtin_mul_overflow(channels, s->multiplier, &middle))
        return sb_fail(error, "the channel multiplier is %" PRId64 ", out of range", s->multiplier);
    if (s->kind == SB_IMPORT_BOTTLENECK) {
        steps[count] = pointwise(s, s->c, s->h, s->w, channels);
        if (sb_layer_finish(&steps[count++], error) < 0)
            return SB_FAILED;
    }
    steps[count] = spatial(s, channels, middle, channels);
    if (sb_layer_finish(&steps[count], error) < 0)
        return SB_FAILED;
    const sb_geometry *depthwise = &steps[count++].shape;
    steps[count] = pointwise(s, middle, depthwise->p, depthwise->q, s->k);
    return sb_layer_finish(&steps[count], error);
}

int64_t sb_import_swept(const sb_import_shape *shape)
{
    static const int64_t usual[] = {
        [SB_IMPORT_SINGLE] = 1 << SB_STANDARD,
        [SB_IMPORT_PAIR] = 1 << SB_STANDARD | 1 << SB_SEPARABLE,
        [SB_IMPORT_BOTTLENECK] = 1 << SB_STANDARD | 1 << SB_SEPARABLE | 1 << SB_BOTTLENECK,
    };
    return shape->operations ? shape->operations : usual[shape->kind];
}

/* As the configuration will have it: its standard twin may be larger than any of its steps. */
static int check_whole(const sb_import_shape *s, sb_error *error)
{
    sb_layer layer = spatial(s, s->c, s->k, s->kind == SB_IMPORT_SINGLE ? s->groups : 1);
    layer.shape.expand = s->kind == SB_IMPORT_BOTTLENECK ? s->expand : 0;
    layer.shape.multiplier = s->multiplier;
    layer.residual = s->residual;
    for (int op = 0; op < SB_OPERATIONS; op++)
        layer.operations[op] = sb_import_swept(s) >> op & 1;
    return sb_layer_finish(&layer, error);
}

int sb_import_shape_check(const sb_import_shape *shape, sb_error *error)
{
    sb_layer steps[SB_IMPORT_STEPS];
    return make_steps(shape, steps, error) < 0 ? SB_FAILED : check_whole(shape, error);
}

int64_t sb_import_multiply_adds(const sb_import_shape *shape)
{
    sb_layer steps[SB_IMPORT_STEPS];
    int64_t sum = 0;
    if (make_steps(shape, steps, NULL) < 0)
        return 0;
    for (size_t i = 0; i < sb_import_step_count(shape); i++) {
        sb_problem problem = sb_layer_problem(&steps[i], SB_STANDARD, 1);
        if (__builtin_add_overflow(sum, sb_cost_of(&problem).total, &sum))
            return INT64_MAX;
    }
    return sum;
}

void sb_import_output(const sb_import_shape *shape, int64_t *height, int64_t *width)
{
    sb_layer steps[SB_IMPORT_STEPS] = { 0 };
    *height = *width = 0;
    if (make_steps(shape, steps, NULL) < 0)
        return;
    const sb_geometry *last = &steps[sb_import_step_count(shape) - 1].shape;
    *height = last->p;
    *width = last->q;
}

/* --------------------------------------------------------------------------------------- axes */

static int64_t extent_of(const sb_import_axis *axis)
{
    return (axis->taps - 1) * axis->dilation + 1;
}

void sb_import_shape_set_axes(sb_import_shape *shape, const sb_import_axis *height,
                              const sb_import_axis *width)
{
    shape->h = height->in;
    shape->w = width->in;
    shape->r = height->taps;
    shape->s = width->taps;
    shape->stride_h = height->stride;
    shape->stride_w = width->stride;
    shape->pad_top = height->before;
    shape->pad_bottom = height->after;
    shape->pad_left = width->before;
    shape->pad_right = width->after;
    shape->dilation_h = height->dilation;
    shape->dilation_w = width->dilation;
}

int64_t sb_import_axis_output(const sb_import_axis *axis)
{
    const int64_t room = axis->in + axis->before + axis->after - extent_of(axis);
    return room < 0 ? 0 : room / axis->stride + 1;
}

void sb_import_axis_same(sb_import_axis *axis, bool lower)
{
    const int64_t out = (axis->in - 1) / axis->stride + 1;
    int64_t all = (out - 1) * axis->stride + extent_of(axis) - axis->in;
    all = all > 0 ? all : 0;
    axis->before = lower ? all - all / 2 : all / 2;
    axis->after = all - axis->before;
}

void sb_import_axis_centre(sb_import_axis *axis, int64_t out)
{
    const int64_t all = (out - 1) * axis->stride + extent_of(axis) - axis->in;
    axis->before = all > 0 ? all / 2 : 0;
}

bool sb_import_axis_fit(sb_import_axis *axis, int64_t out)
{
    sb_import_axis fitted = *axis;
    fitted.after = axis->before;
    if (sb_import_axis_output(&fitted) != out) {
        fitted.after = (out - 1) * axis->stride + extent_of(axis) - axis->in - axis->before;
        if (fitted.after < 0)
            fitted.in += fitted.after;
        fitted.after = fitted.after < 0 ? 0 : fitted.after;
    }
    if (fitted.in < 1 || fitted.after > axis->before + extent_of(axis) + axis->stride ||
        sb_import_axis_output(&fitted) != out)
        return false;
    *axis = fitted;
    return true;
}

/* -------------------------------------------------------------------------------------- names */

/* "_s2" or "_s2x1"; nothing if both are `usual`. */
static void add_axes(sb_text *name, const char *letter, int64_t a, int64_t b, int64_t usual)
{
    if (a == usual && b == usual)
        return;
    sb_text_add(name, "%s%s%" PRId64, name->length ? "_" : "", letter, a);
    if (a != b)
        sb_text_add(name, "x%" PRId64, b);
}

static void add_padding(sb_text *name, const sb_import_shape *s)
{
    const bool even = s->pad_top == s->pad_bottom && s->pad_left == s->pad_right;
    add_axes(name, "p", s->pad_top, s->pad_left, even ? 0 : -1);
    if (even)
        return;
    sb_text_add(name, "to%" PRId64, s->pad_bottom);
    if (s->pad_bottom != s->pad_right)
        sb_text_add(name, "x%" PRId64, s->pad_right);
}

char *sb_import_shape_name(const sb_import_shape *s)
{
    sb_text name = { 0 };
    add_axes(&name, "n", s->n, s->n, 1);
    add_axes(&name, "c", s->c, s->c, -1);
    add_axes(&name, "hw", s->h, s->w, -1);
    add_axes(&name, "e", s->expand, s->expand, 0);
    add_axes(&name, "r", s->r, s->s, -1);
    add_axes(&name, "k", s->k, s->k, -1);
    add_axes(&name, "s", s->stride_h, s->stride_w, 1);
    add_padding(&name, s);
    add_axes(&name, "d", s->dilation_h, s->dilation_w, 1);
    add_axes(&name, "g", s->groups, s->groups, 1);
    add_axes(&name, "m", s->multiplier, s->multiplier, 1);
    return name.data;
}
