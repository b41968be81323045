/* SPDX-License-Identifier: Apache-2.0 */
#include "common/trim.h"

#include <string.h>

/* One axis of a step. */
typedef struct axis {
    int64_t size, outputs, stride, taps, dilation, before, after; /* padding */
} axis;

/* The padding before and after moves with the taps, and must not become negative. One output has no
 * stride, but seems to if there is one. */
static axis trim(axis at, int64_t *first)
{
    int64_t from = 0, to = at.taps;
    while (from + 1 < to && at.before >= (from + 1) * at.dilation &&
           taps_inside(at.outputs, at.stride, 1, 1, at.before - from * at.dilation, at.size) == 0)
        from++;
    while (to - 1 > from && at.after >= (at.taps - to + 1) * at.dilation &&
           taps_inside(at.outputs, at.stride, 1, 1, at.before - (to - 1) * at.dilation, at.size) ==
               0)
        to--;
    at.before -= from * at.dilation;
    at.after -= (at.taps - to) * at.dilation;
    at.taps = to - from;
    if (at.outputs == 1 && at.size + at.before + at.after == (at.taps - 1) * at.dilation + 1)
        at.stride = 1;
    *first = from;
    return at;
}

static axis rows_of(const sb_step *b)
{
    return (axis) { b->h, b->p, b->stride_h, b->r, b->dilation_h, b->pad_top, b->pad_bottom };
}

static axis columns_of(const sb_step *b)
{
    return (axis) { b->w, b->q, b->stride_w, b->s, b->dilation_w, b->pad_left, b->pad_right };
}

/* The first row and column that are kept. */
typedef struct corner {
    int64_t r, s;
} corner;

static corner trim_step(sb_step *b)
{
    corner first;
    const axis rows = trim(rows_of(b), &first.r), columns = trim(columns_of(b), &first.s);
    b->stride_h = rows.stride;
    b->stride_w = columns.stride;
    b->r = rows.taps;
    b->pad_top = rows.before;
    b->pad_bottom = rows.after;
    b->s = columns.taps;
    b->pad_left = columns.before;
    b->pad_right = columns.after;
    return first;
}

static bool is_larger(const sb_step *b, const sb_step *trimmed)
{
    return b->r > trimmed->r || b->s > trimmed->s;
}

const sb_problem *trim_problem(const sb_problem *problem, sb_problem *to)
{
    bool changed = false;
    sb_problem_copy(to, problem);
    for (uint32_t i = 0; i < problem->step_count; i++) {
        trim_step(&to->steps[i]);
        changed |= memcmp(&to->steps[i], &problem->steps[i], sizeof to->steps[i]) != 0;
    }
    return changed ? to : problem;
}

static void copy_filters(const sb_step *b, const float *from, float *to)
{
    sb_step small = *b;
    const corner first = trim_step(&small);
    from += first.r * b->s + first.s;
    for (int64_t i = 0; i < b->k * (b->c / b->groups); i++, from += b->r * b->s)
        for (int64_t r = 0; r < small.r; r++, to += small.s)
            memcpy(to, from + r * b->s, (size_t)small.s * sizeof *to);
}

/* Weights of the trimmed problem. */
typedef struct trimmed_weights {
    sb_weights weights;
    float *copies[SB_MAX_STEPS]; /* NULL: the given ones */
} trimmed_weights;

static void release(trimmed_weights *own, const sb_host *host)
{
    for (size_t i = 0; i < SB_MAX_STEPS; i++)
        host->free(host, own->copies[i]);
}

/* Negative if there is no memory. */
static int copy_weights(trimmed_weights *own, const sb_host *host, const sb_problem *problem,
                        const sb_problem *kept)
{
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *b = &problem->steps[i], *small = &kept->steps[i];
        if (!is_larger(b, small))
            continue;
        own->copies[i] = alloc_floats(host, b->k * (b->c / b->groups) * small->r * small->s);
        if (own->copies[i] == NULL)
            return -1;
        copy_filters(b, own->weights.weights[i], own->copies[i]);
        own->weights.weights[i] = own->copies[i];
    }
    return 0;
}

int trim_plan(trim_planner *planner, const sb_host *host, const sb_problem *problem,
              const int64_t *values, const sb_weights *weights, void **out, sb_why *why)
{
    sb_problem small;
    const sb_problem *kept = trim_problem(problem, &small);
    trimmed_weights its = { .weights = *weights };
    const int rc = copy_weights(&its, host, problem, kept) < 0
                       ? refuse(why, "no memory for the filters")
                       : planner(host, kept, values, &its.weights, out, why);
    release(&its, host);
    return rc;
}
