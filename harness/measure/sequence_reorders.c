/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence_set.h"

#include "core/text.h"

#include <stdlib.h>

static bool is_same_shape(sb_shape a, sb_shape b)
{
    return a.n == b.n && a.c == b.c && a.h == b.h && a.w == b.w;
}

/* From each layout to each other, and clearing the padding of each. */
static uint32_t list_reorders(const sb_sequence_ground *g, sb_shape shape, sb_leg *legs)
{
    uint32_t count = 0;
    for (int64_t from = 0; from < SB_LAYOUTS; from++)
        for (int64_t to = 0; to < SB_LAYOUTS; to++)
            if (from != to || sb_layout_pads((sb_layout)to, shape))
                legs[count++] = (sb_leg) {
                    .slot = -1,
                    .input = sb_sequence_buffer(&g->memory, 1),
                    .residual = -1,
                    .output = sb_sequence_buffer(&g->memory, from == to ? 1 : 2),
                    .n = shape.n,
                    .c = shape.c,
                    .h = shape.h,
                    .w = shape.w,
                    .from = from,
                    .to = to,
                };
    return count;
}

static bool time_reorders(sb_sequence_run *run, sb_shape shape, sb_route_reorders *to)
{
    sb_leg legs[SB_LAYOUTS * SB_LAYOUTS];
    double ns[SB_LAYOUTS * SB_LAYOUTS];
    const uint32_t count = list_reorders(run->ground, shape, legs);
    *to = (sb_route_reorders) { 0 };
    if (!sb_sequence_run_reorders(run, legs, count, ns))
        return false;
    for (uint32_t i = 0; i < count; i++)
        to->ns[legs[i].from][legs[i].to] = ns[i];
    return true;
}

/* A shape that occurs several times is timed once. */
static bool time_input(sb_sequence_set *s, sb_sequence_run *run, size_t at)
{
    const sb_problem problem = sb_sequence_problem(s->job, at);
    const sb_shape shape = sb_input_shape(&problem);
    for (size_t i = 0; i < at; i++) {
        const sb_problem before = sb_sequence_problem(s->job, i);
        if (!is_same_shape(sb_input_shape(&before), shape))
            continue;
        s->places[at].reorders = s->places[i].reorders;
        return true;
    }
    return time_reorders(run, shape, &s->places[at].reorders);
}

int sb_sequence_set_time_reorders(sb_sequence_set *s, sb_error *error)
{
    sb_sequence_run *run = sb_new(1, sizeof *run);
    const sb_problem last = sb_sequence_problem(s->job, s->job->count - 1);
    run->ground = &s->ground;
    run->plugins[run->plugin_count++] = s->job->places[0].options[0].plugin;
    sb_sequence_run_start(run);
    bool well = !run->failed[0];
    for (size_t i = 0; i < s->job->count && well; i++)
        well = time_input(s, run, i);
    if (well)
        well = time_reorders(run, sb_output_shape(&last), &s->last);
    sb_sequence_run_end(run);
    int rc = run->ends ? SB_INTERRUPTED : well ? SB_OK : SB_FAILED;
    if (rc < 0)
        sb_fail(error, "%s", run->ends ? "interrupted" : run->failed);
    free(run);
    return rc;
}
