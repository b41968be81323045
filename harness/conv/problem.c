/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/problem.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------------------------- checks */

typedef struct range {
    const char *name;
    int64_t value;
    int64_t low, high;
} range;

static int check_ranges(const sb_layer *layer, sb_error *error)
{
    const sb_problem *s = &layer->shape;
    const int64_t most = SB_MAX_DIMENSION;
    const range ranges[] = {
        { "batch", s->n, 1, most },
        { "input channels", s->c, 1, most },
        { "input height", s->h, 1, most },
        { "input width", s->w, 1, most },
        { "output channels", s->k, 1, most },
        { "kernel height", s->r, 1, most },
        { "kernel width", s->s, 1, most },
        { "vertical stride", s->stride_h, 1, most },
        { "horizontal stride", s->stride_w, 1, most },
        { "top padding", s->pad_top, 0, most },
        { "bottom padding", s->pad_bottom, 0, most },
        { "left padding", s->pad_left, 0, most },
        { "right padding", s->pad_right, 0, most },
        { "vertical dilation", s->dilation_h, 1, most },
        { "horizontal dilation", s->dilation_w, 1, most },
        { "groups", s->groups, 1, most },
        { "channel multiplier", s->multiplier, 1, most },
        { "repeat", layer->repeat, 1, most },
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        const range *r = &ranges[i];
        if (r->value < r->low || r->value > r->high)
            return sb_fail(error, "%s is %" PRId64 ", must be from %" PRId64 " to %" PRId64,
                           r->name, r->value, r->low, r->high);
    }
    return 0;
}

static int check_operations(const sb_layer *layer, sb_error *error)
{
    const sb_problem *s = &layer->shape;
    const bool standard = layer->operations[SB_STANDARD];
    const bool separable = layer->operations[SB_SEPARABLE];
    if (!standard && !separable)
        return sb_fail(error, "no operation is wanted: name standard, separable or both");
    if (separable && s->groups > 1)
        return sb_fail(error,
                       "groups is %" PRId64 ", must be 1 for a separable layer "
                       "(or sweep it as standard alone)",
                       s->groups);
    if (!separable && s->multiplier > 1)
        return sb_fail(error,
                       "channel multiplier is %" PRId64 ", must be 1 for a standard layer "
                       "(depthwise with a multiplier is groups = input channels)",
                       s->multiplier);
    if (s->c % s->groups || s->k % s->groups)
        return sb_fail(error,
                       "groups is %" PRId64 ", must divide the input channels (%" PRId64
                       ") and the output channels (%" PRId64 ")",
                       s->groups, s->c, s->k);
    return 0;
}

/* The output's size along one axis, or a failure. Sums stay far below 2^63 once ranges hold. */
static int output_size(const char *axis, int64_t padded, int64_t taps, int64_t dilation,
                       int64_t stride, int64_t *size, sb_error *error)
{
    const int64_t extent = (taps - 1) * dilation + 1;
    if (extent > padded)
        return sb_fail(error,
                       "the kernel covers %" PRId64 " elements of %s, must be at most the padded "
                       "input's %" PRId64,
                       extent, axis, padded);
    *size = (padded - extent) / stride + 1;
    return 0;
}

/* Refuses before a product can leave the range of int64_t. */
static int check_tensor(const char *name, const int64_t *factors, size_t count, sb_error *error)
{
    int64_t elements = 1;
    for (size_t i = 0; i < count; i++) {
        if (__builtin_mul_overflow(elements, factors[i], &elements) ||
            elements > SB_MAX_TENSOR_ELEMENTS)
            return sb_fail(error, "the %s have more than %" PRId64 " elements", name,
                           SB_MAX_TENSOR_ELEMENTS);
    }
    return 0;
}

#define CHECK_TENSOR(name, error, ...)                    \
    check_tensor(name, (const int64_t[]) { __VA_ARGS__ }, \
                 sizeof((const int64_t[]) { __VA_ARGS__ }) / sizeof(int64_t), error)

static int check_tensors(const sb_layer *layer, sb_error *error)
{
    const sb_problem *s = &layer->shape;
    int rc = CHECK_TENSOR("inputs", error, s->n, s->c, s->h, s->w);
    if (rc == 0)
        rc = CHECK_TENSOR("outputs", error, s->n, s->k, s->p, s->q);
    if (rc == 0 && layer->operations[SB_STANDARD])
        rc = CHECK_TENSOR("weights", error, s->k, s->c / s->groups, s->r, s->s);
    if (rc == 0 && layer->operations[SB_SEPARABLE])
        rc = CHECK_TENSOR("depthwise weights", error, s->c, s->multiplier, s->r, s->s);
    if (rc == 0 && layer->operations[SB_SEPARABLE])
        rc = CHECK_TENSOR("pointwise weights", error, s->k, s->c, s->multiplier);
    if (rc == 0 && layer->operations[SB_SEPARABLE])
        rc = CHECK_TENSOR("depthwise outputs", error, s->n, s->c, s->multiplier, s->p, s->q);
    return rc;
}

int sb_layer_finish(sb_layer *layer, sb_error *error)
{
    sb_problem *s = &layer->shape;
    int rc = check_ranges(layer, error);
    if (rc == 0)
        rc = check_operations(layer, error);
    if (rc == 0)
        rc = output_size("height", s->h + s->pad_top + s->pad_bottom, s->r, s->dilation_h,
                         s->stride_h, &s->p, error);
    if (rc == 0)
        rc = output_size("width", s->w + s->pad_left + s->pad_right, s->s, s->dilation_w,
                         s->stride_w, &s->q, error);
    if (rc == 0)
        rc = check_tensors(layer, error);
    if (rc < 0)
        return rc;
    s->size = sizeof *s;
    s->threads = 1;
    return 0;
}

sb_problem sb_layer_problem(const sb_layer *layer, sb_operation operation, int64_t threads)
{
    assert(layer->shape.p > 0 && threads > 0);
    sb_problem problem = layer->shape;
    problem.size = sizeof problem;
    problem.operation = operation;
    problem.threads = threads;
    if (operation == SB_SEPARABLE)
        problem.groups = 1;
    else
        problem.multiplier = 1;
    return problem;
}

/* -------------------------------------------------------------------------------------- names */

const char *sb_operation_name(sb_operation operation)
{
    static const char *const names[SB_OPERATIONS] = {
        [SB_STANDARD] = "standard",
        [SB_SEPARABLE] = "separable",
    };
    assert((unsigned)operation < SB_OPERATIONS);
    return names[operation];
}

bool sb_operation_named(const char *name, sb_operation *operation)
{
    for (int op = 0; op < SB_OPERATIONS; op++)
        if (strcmp(name, sb_operation_name((sb_operation)op)) == 0) {
            *operation = (sb_operation)op;
            return true;
        }
    return false;
}

const char *sb_layout_name(sb_layout layout)
{
    static const char *const names[] = {
        [SB_NCHW] = "NCHW",
        [SB_NHWC] = "NHWC",
        [SB_NCHW8C] = "NCHW8c",
        [SB_NCHW16C] = "NCHW16c",
    };
    assert((unsigned)layout < sizeof names / sizeof *names);
    return names[layout];
}

const char *sb_arithmetic_name(sb_arithmetic arithmetic)
{
    static const char *const names[] = {
        [SB_DIRECT] = "direct",           [SB_WINOGRAD_F2] = "winograd_f2",
        [SB_WINOGRAD_F4] = "winograd_f4", [SB_WINOGRAD_F6] = "winograd_f6",
        [SB_STRASSEN] = "strassen",
    };
    assert((unsigned)arithmetic < sizeof names / sizeof *names);
    return names[arithmetic];
}

/* -------------------------------------------------------------------------------------- sizes */

int64_t sb_input_elements(const sb_problem *problem)
{
    return problem->n * problem->c * problem->h * problem->w;
}

int64_t sb_output_elements(const sb_problem *problem)
{
    return problem->n * problem->k * problem->p * problem->q;
}

sb_weight_counts sb_weight_elements(const sb_problem *problem)
{
    const int64_t taps = problem->r * problem->s;
    if (problem->operation == SB_STANDARD)
        return (sb_weight_counts) {
            .standard = problem->k * (problem->c / problem->groups) * taps,
        };
    const int64_t middle = problem->c * problem->multiplier;
    return (sb_weight_counts) {
        .depthwise = middle * taps,
        .pointwise = problem->k * middle,
    };
}

/* --------------------------------------------------------------------------------------- text */

/* Appends " <letter>a" or " <letter>axb"; both axes at `skip` say nothing. */
static void add_axes(char *buffer, size_t size, size_t *length, char letter, int64_t a, int64_t b,
                     int64_t skip)
{
    if (*length >= size || (a == skip && b == skip))
        return;
    const char *format = a == b ? " %c%" PRId64 : " %c%" PRId64 "x%" PRId64;
    *length += (size_t)snprintf(buffer + *length, size - *length, format, letter, a, b);
}

const char *sb_problem_text(const sb_problem *problem, char *buffer, size_t size)
{
    const sb_problem *s = problem;
    size_t length = (size_t)snprintf(buffer, size,
                                     "n%" PRId64 " c%" PRId64 " %" PRId64 "x%" PRId64 " k%" PRId64
                                     " %" PRId64 "x%" PRId64,
                                     s->n, s->c, s->h, s->w, s->k, s->r, s->s);
    add_axes(buffer, size, &length, 's', s->stride_h, s->stride_w, 0);
    if (s->pad_top == s->pad_bottom && s->pad_left == s->pad_right)
        add_axes(buffer, size, &length, 'p', s->pad_top, s->pad_left, -1);
    else if (length < size)
        length += (size_t)snprintf(buffer + length, size - length,
                                   " p%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64, s->pad_top,
                                   s->pad_bottom, s->pad_left, s->pad_right);
    add_axes(buffer, size, &length, 'd', s->dilation_h, s->dilation_w, 1);
    add_axes(buffer, size, &length, 'g', s->groups, s->groups, 1);
    add_axes(buffer, size, &length, 'm', s->multiplier, s->multiplier, 1);
    return buffer;
}
