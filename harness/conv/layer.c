/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/layer.h"

#include "conv/problem.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* ------------------------------------------------------------------------------------- steps */

/* The number of input channels of the depthwise step. */
static int64_t depthwise_channels(const sb_geometry *g)
{
    return g->expand ? g->expand : g->c;
}

static sb_step pointwise_step(int64_t c, int64_t h, int64_t w, int64_t k)
{
    return (sb_step) {
        .c = c,
        .h = h,
        .w = w,
        .k = k,
        .p = h,
        .q = w,
        .r = 1,
        .s = 1,
        .stride_h = 1,
        .stride_w = 1,
        .dilation_h = 1,
        .dilation_w = 1,
        .groups = 1,
    };
}

static sb_step spatial_step(const sb_geometry *g, int64_t c, int64_t k, int64_t groups)
{
    return (sb_step) {
        .c = c,
        .h = g->h,
        .w = g->w,
        .k = k,
        .p = g->p,
        .q = g->q,
        .r = g->r,
        .s = g->s,
        .stride_h = g->stride_h,
        .stride_w = g->stride_w,
        .pad_top = g->pad_top,
        .pad_bottom = g->pad_bottom,
        .pad_left = g->pad_left,
        .pad_right = g->pad_right,
        .dilation_h = g->dilation_h,
        .dilation_w = g->dilation_w,
        .groups = groups,
    };
}

static sb_step bare_step(const sb_geometry *g, sb_role role)
{
    const int64_t channels = depthwise_channels(g);
    switch (role) {
    case SB_ROLE_EXPAND:
        return pointwise_step(g->c, g->h, g->w, channels);
    case SB_ROLE_DEPTHWISE:
        return spatial_step(g, channels, channels * g->multiplier, channels);
    case SB_ROLE_POINTWISE:
        return pointwise_step(channels * g->multiplier, g->p, g->q, g->k);
    case SB_ROLE_WHOLE:
    default:
        return spatial_step(g, g->c, g->k, g->groups);
    }
}

static bool is_last(sb_role role)
{
    return role == SB_ROLE_WHOLE || role == SB_ROLE_POINTWISE;
}

static sb_step step_of(const sb_layer *layer, sb_role role)
{
    const sb_role said = is_last(role) ? SB_ROLE_POINTWISE : role;
    sb_step step = bare_step(&layer->shape, role);
    step.bias = layer->biases[said];
    step.activation = layer->activations[said];
    return step;
}

sb_problem sb_layer_problem(const sb_layer *layer, sb_operation operation, int64_t threads)
{
    assert(layer->shape.p > 0 && threads > 0);
    sb_problem problem = {
        .size = sizeof problem,
        .type = SB_F32,
        .n = layer->shape.n,
        .threads = threads,
        .step_count = sb_operation_steps(operation),
    };
    for (uint32_t i = 0; i < problem.step_count; i++)
        problem.steps[i] = step_of(layer, sb_operation_role(operation, i));
    problem.residual =
        layer->residual && is_last(sb_operation_role(operation, problem.step_count - 1));
    problem.needs = sb_operation_need(operation) | sb_problem_epilogue_needs(&problem);
    return problem;
}

sb_operation sb_layer_chain(const sb_layer *layer)
{
    return layer->shape.expand ? SB_BOTTLENECK : SB_SEPARABLE;
}

uint32_t sb_layer_chain_roles(const sb_layer *layer, sb_role roles[SB_MAX_STEPS])
{
    const sb_operation chain = sb_layer_chain(layer);
    const uint32_t steps = layer->shape.groups > 1 ? 1 : sb_operation_steps(chain);
    for (uint32_t i = 0; i < steps; i++)
        roles[i] = sb_operation_role(chain, sb_operation_steps(chain) - steps + i);
    return steps;
}

bool sb_layer_is_pair(const sb_layer *layer)
{
    return layer->operations[SB_STANDARD] && layer->operations[sb_layer_chain(layer)];
}

void sb_layer_strip(sb_layer *layer)
{
    layer->residual = false;
    memset(layer->biases, 0, sizeof layer->biases);
    memset(layer->activations, 0, sizeof layer->activations);
}

/* ------------------------------------------------------------------------------------- checks */

static int check_range(const char *name, int64_t value, int64_t low, int64_t high, sb_error *error)
{
    if (value >= low && value <= high)
        return SB_OK;
    return sb_fail(error, "%s is %" PRId64 ", must be from %" PRId64 " to %" PRId64, name, value,
                   low, high);
}

static int check_ranges(const sb_layer *layer, sb_error *error)
{
    for (size_t i = 0; i < sb_geometry_member_count; i++) {
        const sb_geometry_member *m = &sb_geometry_members[i];
        if (check_range(m->text, sb_geometry_value(&layer->shape, m), m->low, m->high, error) < 0)
            return SB_FAILED;
    }
    return check_range("repeat", layer->repeat, 1, SB_MAX_DIMENSION, error);
}

int sb_layer_allows(const sb_layer *layer, sb_operation operation, sb_error *error)
{
    const sb_geometry *g = &layer->shape;
    if (operation == SB_STANDARD)
        return SB_OK;
    if (g->groups > 1)
        return sb_fail(error,
                       "groups is %" PRId64 ", must be 1 for a %s layer (or sweep it as standard "
                       "alone)",
                       g->groups, sb_operation_name(operation));
    if ((operation == SB_BOTTLENECK || operation == SB_EXPAND) && g->expand == 0)
        return sb_fail(error,
                       "the operation %s needs 'expand': the channels that its first step "
                       "makes",
                       sb_operation_name(operation));
    return SB_OK;
}

/* Does one of the swept operations have a step of this role? */
static bool has_role(const sb_layer *layer, sb_role role)
{
    for (int op = 0; op < SB_OPERATIONS; op++)
        for (uint32_t i = 0; layer->operations[op] && i < sb_operation_steps((sb_operation)op); i++)
            if (sb_operation_role((sb_operation)op, i) == role)
                return true;
    return false;
}

static int check_operations(const sb_layer *layer, sb_error *error)
{
    const sb_geometry *g = &layer->shape;
    bool any = false;
    for (int op = 0; op < SB_OPERATIONS; op++) {
        if (!layer->operations[op])
            continue;
        if (sb_layer_allows(layer, (sb_operation)op, error) < 0)
            return SB_FAILED;
        any = true;
    }
    if (!any)
        return sb_fail(error, "no operation is selected; name standard, separable or both");
    if (!has_role(layer, SB_ROLE_DEPTHWISE) && !has_role(layer, SB_ROLE_POINTWISE) &&
        g->multiplier > 1)
        return sb_fail(error,
                       "channel multiplier is %" PRId64 ", must be 1 for a standard layer "
                       "(depthwise with a multiplier is groups = input channels)",
                       g->multiplier);
    if (g->c % g->groups || g->k % g->groups)
        return sb_fail(error,
                       "groups is %" PRId64 ", must divide the input channels (%" PRId64
                       ") and the output channels (%" PRId64 ")",
                       g->groups, g->c, g->k);
    return SB_OK;
}

/* The output's size along one axis, or a failure. With all members in range, sums stay far below
 * 2^63. */
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
    return SB_OK;
}

/* Refuses a layer before a product can exceed the range of int64_t. */
static int check_tensor(const char *name, const int64_t factors[4], sb_error *error)
{
    int64_t elements = 1;
    for (int i = 0; i < 4; i++) {
        if (__builtin_mul_overflow(elements, factors[i], &elements) ||
            elements > SB_MAX_TENSOR_ELEMENTS)
            return sb_fail(error, "the %s have more than %" PRId64 " elements", name,
                           SB_MAX_TENSOR_ELEMENTS);
    }
    return SB_OK;
}

static int check_step(const sb_layer *layer, sb_role role, sb_error *error)
{
    static const struct {
        const char *weights, *outputs;
    } names[SB_ROLES] = {
        [SB_ROLE_WHOLE] = { "weights", "outputs" },
        [SB_ROLE_EXPAND] = { "expanding weights", "expanded outputs" },
        [SB_ROLE_DEPTHWISE] = { "depthwise weights", "depthwise outputs" },
        [SB_ROLE_POINTWISE] = { "pointwise weights", "outputs" },
    };
    const int64_t n = layer->shape.n;
    const sb_step s = bare_step(&layer->shape, role);
    if (check_tensor("inputs", (int64_t[]) { n, s.c, s.h, s.w }, error) < 0 ||
        check_tensor(names[role].weights, (int64_t[]) { s.k, s.c / s.groups, s.r, s.s }, error) < 0)
        return SB_FAILED;
    return check_tensor(names[role].outputs, (int64_t[]) { n, s.k, s.p, s.q }, error);
}

static int check_steps(const sb_layer *layer, sb_error *error)
{
    for (int role = 0; role < SB_ROLES; role++)
        if (has_role(layer, (sb_role)role) && check_step(layer, (sb_role)role, error) < 0)
            return SB_FAILED;
    return SB_OK;
}

static int check_residual(const sb_layer *layer, sb_error *error)
{
    const sb_geometry *g = &layer->shape;
    if (!layer->residual || (g->c == g->k && g->h == g->p && g->w == g->q))
        return SB_OK;
    return sb_fail(error,
                   "a residual needs an output of the input's shape: the input is %" PRId64
                   " x %" PRId64 " x %" PRId64 ", the output %" PRId64 " x %" PRId64 " x %" PRId64,
                   g->c, g->h, g->w, g->k, g->p, g->q);
}

int sb_layer_finish(sb_layer *layer, sb_error *error)
{
    sb_geometry *g = &layer->shape;
    if (check_ranges(layer, error) < 0 || check_operations(layer, error) < 0 ||
        output_size("height", g->h + g->pad_top + g->pad_bottom, g->r, g->dilation_h, g->stride_h,
                    &g->p, error) < 0 ||
        output_size("width", g->w + g->pad_left + g->pad_right, g->s, g->dilation_w, g->stride_w,
                    &g->q, error) < 0 ||
        check_steps(layer, error) < 0)
        return SB_FAILED;
    return check_residual(layer, error);
}
