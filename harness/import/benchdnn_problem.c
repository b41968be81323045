/* SPDX-License-Identifier: Apache-2.0 */
#include "import/benchdnn_problem.h"

#include "core/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------------ numbers */

enum { DEPTH, HEIGHT, WIDTH, AXES };

/* One axis as written; a member left out is 0, the padding -1. Dilation 0 means none. */
typedef struct axis {
    int64_t out, in, kernel, stride, padding, dilation;
} axis;

typedef struct numbers {
    int64_t groups, batch, in_channels, out_channels;
    axis axes[AXES];
} numbers;

#define AXIS(axis, member) offsetof(numbers, axes[axis].member)

static const struct {
    const char *key;
    size_t offset;
} keys[] = {
    { "g", offsetof(numbers, groups) },
    { "mb", offsetof(numbers, batch) },
    { "ic", offsetof(numbers, in_channels) },
    { "oc", offsetof(numbers, out_channels) },
    { "id", AXIS(DEPTH, in) },
    { "ih", AXIS(HEIGHT, in) },
    { "iw", AXIS(WIDTH, in) },
    { "od", AXIS(DEPTH, out) },
    { "oh", AXIS(HEIGHT, out) },
    { "ow", AXIS(WIDTH, out) },
    { "kd", AXIS(DEPTH, kernel) },
    { "kh", AXIS(HEIGHT, kernel) },
    { "kw", AXIS(WIDTH, kernel) },
    { "sd", AXIS(DEPTH, stride) },
    { "sh", AXIS(HEIGHT, stride) },
    { "sw", AXIS(WIDTH, stride) },
    { "pd", AXIS(DEPTH, padding) },
    { "ph", AXIS(HEIGHT, padding) },
    { "pw", AXIS(WIDTH, padding) },
    { "dd", AXIS(DEPTH, dilation) },
    { "dh", AXIS(HEIGHT, dilation) },
    { "dw", AXIS(WIDTH, dilation) },
};

enum { KEYS = sizeof keys / sizeof *keys };

/* Reads "ic64" at `*at` and moves past it. */
static int take_number(const char *text, const char **at, numbers *to, sb_error *error)
{
    for (size_t i = 0; i < KEYS; i++) {
        const size_t length = strlen(keys[i].key);
        if (strncmp(*at, keys[i].key, length) != 0)
            continue;
        char *end;
        const char *digits = *at + length;
        long long value = strtoll(digits, &end, 10);
        if (end == digits || *digits < '0' || *digits > '9' || value > SB_IMPORT_MOST)
            return sb_fail(error, "'%.80s': expected a number from 0 to %" PRId64 " after '%s'",
                           text, SB_IMPORT_MOST, keys[i].key);
        *(int64_t *)(void *)((char *)to + keys[i].offset) = value;
        *at = end;
        return SB_OK;
    }
    return sb_fail(error, "'%.80s' is not a problem descriptor: unknown token '%.8s'", text, *at);
}

/* --------------------------------------------------------------------------------------- axes */

static bool is_absent(const axis *a)
{
    return !(a->in | a->kernel | a->out | a->dilation) && a->stride == 1 && a->padding < 1;
}

/* Completes an axis as benchdnn does: computes the output from the padding or the padding from the
 * output. */
static int complete_axis(const char *text, char letter, const axis *a, sb_import_axis *to,
                         int64_t *out, bool *unfit, sb_error *error)
{
    if (!a->in || !a->kernel)
        return sb_fail(error, "'%.80s': i%c and k%c must both be given", text, letter, letter);
    if (!a->stride)
        return sb_fail(error, "'%.80s': s%c is 0", text, letter);
    *to = (sb_import_axis) {
        .in = a->in,
        .taps = a->kernel,
        .dilation = a->dilation + 1,
        .stride = a->stride,
    };
    to->before = to->after = a->padding > 0 ? a->padding : 0;
    *out = a->out ? a->out : sb_import_axis_output(to);
    if (a->padding < 0 && a->out)
        sb_import_axis_centre(to, a->out);
    if (*out < 1)
        return sb_fail(error, "'%.80s': the kernel is larger than the padded input", text);
    *unfit = !sb_import_axis_fit(to, *out) || *unfit;
    return SB_OK;
}

/* Height alone means a square, width alone one row, depth alone a cube. */
static int take_axes(const char *text, const numbers *n, sb_benchdnn_problem *problem,
                     sb_error *error)
{
    static const char letters[] = "dhw";
    static const sb_import_axis one = { .in = 1, .taps = 1, .dilation = 1, .stride = 1 };
    sb_import_axis axes[AXES] = { one, one, one };
    bool there[AXES];
    int64_t out[AXES] = { 1, 1, 1 };
    for (int i = 0; i < AXES; i++) {
        there[i] = !is_absent(&n->axes[i]);
        if (there[i] && complete_axis(text, letters[i], &n->axes[i], &axes[i], &out[i],
                                      &problem->unfit, error) < 0)
            return SB_FAILED;
    }
    if (!there[DEPTH] && !there[HEIGHT] && !there[WIDTH])
        return sb_fail(error, "'%.80s': no spatial dimension is given", text);
    if (there[DEPTH] && there[HEIGHT] != there[WIDTH])
        return sb_fail(error, "'%.80s': with a depth, give both height and width, or neither",
                       text);
    if (there[DEPTH] && !there[HEIGHT])
        axes[HEIGHT] = axes[WIDTH] = axes[DEPTH];
    if (there[HEIGHT] && !there[WIDTH])
        axes[WIDTH] = axes[HEIGHT];
    problem->three =
        there[DEPTH] && (axes[DEPTH].in != 1 || axes[DEPTH].taps != 1 || out[DEPTH] != 1);
    sb_import_shape_set_axes(&problem->layer.shape, &axes[HEIGHT], &axes[WIDTH]);
    return SB_OK;
}

/* --------------------------------------------------------------------------------------- name */

/* The name after the 'n', without quotes; a "*4" at its end is the number of times that the network
 * has it. */
static void take_name(const char *text, sb_import_layer *layer)
{
    char *name = sb_copy_text(text), *to = name;
    for (const char *c = text; *c; c++)
        if (*c != '"' && *c != '\'')
            *to++ = *c;
    *to = '\0';
    char *star = strrchr(name, '*');
    int64_t repeat;
    if (star && sb_parse_integer(star + 1, 1, SB_IMPORT_MOST, &repeat)) {
        layer->repeat = repeat;
        *star = '\0';
    }
    if (*name)
        layer->name = name;
    else
        free(name);
}

int sb_benchdnn_problem_parse(const char *text, sb_benchdnn_problem *problem, sb_error *error)
{
    numbers n = { .groups = 1, .batch = 2 };
    for (int i = 0; i < AXES; i++)
        n.axes[i] = (axis) { .stride = 1, .padding = -1 };
    *problem = (sb_benchdnn_problem) { .layer = { .repeat = 1 } };
    const char *at = text;
    while (*at && *at != 'n') {
        if (*at == '_')
            at++;
        else if (take_number(text, &at, &n, error) < 0)
            return SB_FAILED;
    }
    sb_import_shape *shape = &problem->layer.shape;
    *shape = sb_import_shape_initial();
    shape->n = n.batch;
    shape->c = n.in_channels;
    shape->k = n.out_channels;
    shape->groups = n.groups;
    if (!shape->c || !shape->k)
        return sb_fail(error, "'%.80s': ic and oc must both be given", text);
    if (take_axes(text, &n, problem, error) < 0)
        return SB_FAILED;
    if (*at == 'n')
        take_name(at + 1, &problem->layer);
    return SB_OK;
}

/* ----------------------------------------------------------------------------------- post-ops */

/* Splits "name:alpha:beta"; NAN for a number left out. */
typedef struct post_op {
    char name[32];
    double alpha, beta;
} post_op;

static post_op parse_post_op(const char *text, size_t length)
{
    post_op op = { .alpha = NAN, .beta = NAN };
    char copy[96], *rest = copy;
    snprintf(copy, sizeof copy, "%.*s", (int)length, text);
    snprintf(op.name, sizeof op.name, "%s", strsep(&rest, ":"));
    const char *alpha = rest ? strsep(&rest, ":") : "", *beta = rest ? strsep(&rest, ":") : "";
    if (!sb_parse_number(alpha, &op.alpha))
        op.alpha = NAN;
    if (!sb_parse_number(beta, &op.beta))
        op.beta = NAN;
    return op;
}

static bool near(double value, double wanted)
{
    return fabs(value - wanted) < 1e-3;
}

static bool unset_or(double value, double wanted)
{
    return isnan(value) || near(value, wanted);
}

/* SB_IMPORT_NONE if the layers of a configuration have no such activation. */
static sb_import_activation activation_of(const post_op *op)
{
    const bool clips = strcmp(op->name, "clip") == 0 || strcmp(op->name, "clip_v2") == 0;
    if (strcmp(op->name, "relu") == 0 && unset_or(op->alpha, 0))
        return SB_IMPORT_RELU;
    if ((clips && near(op->alpha, 0) && near(op->beta, 6)) ||
        ((strcmp(op->name, "bounded_relu") == 0 || strcmp(op->name, "brelu") == 0) &&
         near(op->alpha, 6)))
        return SB_IMPORT_RELU6;
    if (strcmp(op->name, "hardswish") == 0 && unset_or(op->alpha, 1.0 / 6) &&
        unset_or(op->beta, 0.5))
        return SB_IMPORT_HARD_SWISH;
    if (strcmp(op->name, "swish") == 0 && unset_or(op->alpha, 1))
        return SB_IMPORT_SWISH;
    return SB_IMPORT_NONE;
}

/* A sum adds the previous contents of the output; a layer can express that if its input has the
 * same shape. */
static bool take_sum(sb_import_shape *shape)
{
    int64_t height, width;
    sb_import_output(shape, &height, &width);
    if (shape->c != shape->k || shape->h != height || shape->w != width || shape->residual ||
        shape->activation[0] != SB_IMPORT_NONE)
        return false;
    shape->residual = 1;
    return true;
}

static bool take_post_op(const post_op *op, sb_import_shape *shape)
{
    if (strcmp(op->name, "sum") == 0)
        return take_sum(shape);
    const sb_import_activation activation = activation_of(op);
    if (activation == SB_IMPORT_NONE || shape->activation[0] != SB_IMPORT_NONE)
        return false;
    shape->activation[0] = activation;
    return true;
}

size_t sb_benchdnn_post_ops(const char *text, sb_import_shape *shape, char *other, size_t size)
{
    size_t left = 0;
    for (const char *at = text; *at;) {
        const size_t length = strcspn(at, "+;");
        const post_op op = parse_post_op(at, length);
        /* After one that is left out, the order would not be preserved. */
        if (length && (left || !take_post_op(&op, shape)) && left++ == 0)
            snprintf(other, size, "%.*s", (int)length, at);
        at += length + (at[length] != '\0');
    }
    return left;
}
