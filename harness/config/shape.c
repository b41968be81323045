/* SPDX-License-Identifier: Apache-2.0 */
#include "config/shape.h"

#include <string.h>

const sb_shape sb_shape_default = {
    .problem = {
        .size = sizeof(sb_problem),
        .n = 1,
        .stride_h = 1,
        .stride_w = 1,
        .dilation_h = 1,
        .dilation_w = 1,
        .groups = 1,
        .multiplier = 1,
        .threads = 1,
    },
    .repeat = 1,
};

/* --------------------------------------------------------------------- readers of values */

typedef struct shape_key {
    const char *name;
    const char *tag; /* in the names of a sweep's layers */
    int (*set)(sb_shape *shape, const struct shape_key *key, const sb_node *value, sb_error *error);
    size_t offset; /* set_one, set_two: where in sb_problem */
} shape_key;

static int64_t *member(sb_shape *shape, size_t offset)
{
    return (int64_t *)(void *)((char *)&shape->problem + offset);
}

static int dimension(const shape_key *key, const sb_node *value, int64_t low, int64_t *result,
                     sb_error *error)
{
    return sb_node_integer(value, key->name, low, SB_MAX_DIMENSION, result, error);
}

static int set_one(sb_shape *shape, const shape_key *key, const sb_node *value, sb_error *error)
{
    return dimension(key, value, 1, member(shape, key->offset), error);
}

/* One number for both directions, or [height, width]. The width lies after the height. */
static int set_two(sb_shape *shape, const shape_key *key, const sb_node *value, sb_error *error)
{
    int64_t *pair = member(shape, key->offset);
    size_t count = sb_node_count(value);
    if (value->kind == SB_NODE_MAP || count < 1 || count > 2)
        return sb_node_fail(value, error, "%s is one number or [height, width]", key->name);
    if (dimension(key, sb_node_item(value, 0), 1, &pair[0], error) < 0)
        return SB_FAILED;
    return dimension(key, sb_node_item(value, count - 1), 1, &pair[1], error);
}

static int set_input(sb_shape *shape, const shape_key *key, const sb_node *value, sb_error *error)
{
    sb_problem *p = &shape->problem;
    int64_t *const members[] = { &p->n, &p->c, &p->h, &p->w };
    size_t count = value->kind == SB_NODE_LIST ? value->count : 0;
    if (count != 3 && count != 4)
        return sb_node_fail(
            value, error, "input is [channels, height, width] or [batch, channels, height, width]");
    if (count == 4 && shape->given[SB_KEY_BATCH])
        return sb_node_fail(value, error, "the batch is given twice, by 'batch' and by 'input'");
    for (size_t i = 0; i < count; i++)
        if (dimension(key, value->items[i], 1, members[4 - count + i], error) < 0)
            return SB_FAILED;
    return SB_OK;
}

static int set_batch(sb_shape *shape, const shape_key *key, const sb_node *value, sb_error *error)
{
    const sb_node *input = shape->given[SB_KEY_INPUT];
    if (input && input->count == 4)
        return sb_node_fail(value, error, "the batch is given twice, by 'batch' and by 'input'");
    return dimension(key, value, 1, &shape->problem.n, error);
}

/* `same`, one number, [height, width] or [top, bottom, left, right]. */
static int set_padding(sb_shape *shape, const shape_key *key, const sb_node *value, sb_error *error)
{
    static const size_t from[5][4] = {
        [1] = { 0, 0, 0, 0 }, [2] = { 0, 0, 1, 1 }, [4] = { 0, 1, 2, 3 }
    };
    sb_problem *p = &shape->problem;
    int64_t *const members[] = { &p->pad_top, &p->pad_bottom, &p->pad_left, &p->pad_right };
    size_t count = value->kind == SB_NODE_MAP ? 0 : sb_node_count(value);
    shape->same_padding = value->kind == SB_NODE_SCALAR && strcmp(value->text, "same") == 0;
    if (shape->same_padding)
        return SB_OK;
    if (count != 1 && count != 2 && count != 4)
        return sb_node_fail(value, error,
                            "padding is one number, [height, width], "
                            "[top, bottom, left, right] or same");
    for (size_t i = 0; i < 4; i++)
        if (dimension(key, sb_node_item(value, from[count][i]), 0, members[i], error) < 0)
            return SB_FAILED;
    return SB_OK;
}

static int set_repeat(sb_shape *shape, const shape_key *key, const sb_node *value, sb_error *error)
{
    return dimension(key, value, 1, &shape->repeat, error);
}

#define AT(name) offsetof(sb_problem, name)

static const shape_key shape_keys[SB_SHAPE_KEYS] = {
    [SB_KEY_BATCH] = { "batch", "n", set_batch, 0 },
    [SB_KEY_INPUT] = { "input", "in", set_input, 0 },
    [SB_KEY_CHANNELS] = { "channels", "c", set_one, AT(c) },
    [SB_KEY_SIZE] = { "size", "hw", set_two, AT(h) },
    [SB_KEY_OUT_CHANNELS] = { "out_channels", "k", set_one, AT(k) },
    [SB_KEY_KERNEL] = { "kernel", "r", set_two, AT(r) },
    [SB_KEY_STRIDE] = { "stride", "s", set_two, AT(stride_h) },
    [SB_KEY_PADDING] = { "padding", "p", set_padding, 0 },
    [SB_KEY_DILATION] = { "dilation", "d", set_two, AT(dilation_h) },
    [SB_KEY_GROUPS] = { "groups", "g", set_one, AT(groups) },
    [SB_KEY_MULTIPLIER] = { "multiplier", "m", set_one, AT(multiplier) },
    [SB_KEY_REPEAT] = { "repeat", "x", set_repeat, 0 },
};

int sb_shape_find(const char *name)
{
    for (int key = 0; key < SB_SHAPE_KEYS; key++)
        if (strcmp(shape_keys[key].name, name) == 0)
            return key;
    return -1;
}

const char *sb_shape_key_name(sb_shape_key key)
{
    return shape_keys[key].name;
}

int sb_shape_set(sb_shape *shape, sb_shape_key key, const sb_node *value, sb_error *error)
{
    shape->given[key] = value;
    return shape_keys[key].set(shape, &shape_keys[key], value, error);
}

/* ------------------------------------------------------------------------------- sweeps */

void sb_shape_name(sb_text *name, sb_shape_key key, const sb_node *value)
{
    sb_text_add(name, "%s", shape_keys[key].tag);
    for (size_t i = 0; i < sb_node_count(value); i++)
        sb_text_add(name, "%s%s", i ? "x" : "", sb_node_item(value, i)->text);
}

bool sb_shape_is_single(sb_shape_key key, const sb_node *value)
{
    if (value->kind != SB_NODE_LIST)
        return true;
    return key == SB_KEY_INPUT && value->count && value->items[0]->kind == SB_NODE_SCALAR;
}

/* -------------------------------------------------------------------------------- whole */

/* As TensorFlow and ONNX's SAME_UPPER: output = ceil(input / stride), the odd one at the end. */
static void pad_same(int64_t in, int64_t taps, int64_t dilation, int64_t stride, int64_t *before,
                     int64_t *after)
{
    int64_t out = (in - 1) / stride + 1;
    int64_t all = (out - 1) * stride + (taps - 1) * dilation + 1 - in;
    all = all > 0 ? all : 0;
    *before = all / 2;
    *after = all - all / 2;
}

static int check_given(const sb_shape *shape, const sb_node *at, sb_error *error)
{
    static const sb_shape_key needed[] = { SB_KEY_CHANNELS, SB_KEY_SIZE, SB_KEY_OUT_CHANNELS,
                                           SB_KEY_KERNEL };
    const sb_node *input = shape->given[SB_KEY_INPUT];
    const sb_node *channels = shape->given[SB_KEY_CHANNELS], *size = shape->given[SB_KEY_SIZE];
    if (input && (channels || size))
        return sb_node_fail(channels ? channels : size, error,
                            "'%s' says again what 'input' says; keep one",
                            channels ? "channels" : "size");
    if (!input && !channels && !size)
        return sb_node_fail(at, error, "the layer has no 'input: [channels, height, width]'");
    for (size_t i = input ? 2 : 0; i < sizeof needed / sizeof *needed; i++)
        if (!shape->given[needed[i]])
            return sb_node_fail(at, error, "the layer has no '%s'", shape_keys[needed[i]].name);
    return SB_OK;
}

int sb_shape_finish(sb_shape *shape, const sb_node *at, sb_error *error)
{
    sb_problem *p = &shape->problem;
    if (check_given(shape, at, error) < 0)
        return SB_FAILED;
    if (shape->same_padding) {
        pad_same(p->h, p->r, p->dilation_h, p->stride_h, &p->pad_top, &p->pad_bottom);
        pad_same(p->w, p->s, p->dilation_w, p->stride_w, &p->pad_left, &p->pad_right);
    }
    return SB_OK;
}
