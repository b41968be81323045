/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/legs.h"

#include "core/clock.h"
#include "measure/team.h"
#include "measure/turn.h"

enum { LEAST_PART = 16 << 10 }; /* bytes of a reorder for each thread */

sb_leg_run sb_leg_place(const sb_leg *leg, char *memory)
{
    return (sb_leg_run) {
        .input = (const float *)(void *)(memory + leg->input),
        .residual = leg->residual < 0 ? NULL : (const float *)(void *)(memory + leg->residual),
        .output = (float *)(void *)(memory + leg->output),
        .shape = { leg->n, leg->c, leg->h, leg->w },
        .from = (sb_layout)leg->from,
        .to = (sb_layout)leg->to,
    };
}

static void reorder_part(void *context, int part, int parts)
{
    const sb_leg_run *leg = context;
    sb_reorder_part(leg->from, leg->to, leg->shape, leg->input, leg->output, part, parts);
}

/* To wake a thread takes as long as to copy some tens of KiB. */
static int parts_of(const sb_leg_run *leg)
{
    const int64_t bytes = sb_layout_elements(leg->to, leg->shape) * (int64_t)sizeof(float);
    const int64_t most = bytes / LEAST_PART;
    return most < 1 ? 1 : most < leg->threads ? (int)most : leg->threads;
}

static int run_leg(const sb_leg_run *leg, sb_why *why)
{
    const sb_call call = {
        .size = sizeof call,
        .input = leg->input,
        .residual = leg->residual,
        .output = leg->output,
        .why = why,
    };
    if (leg->kernel)
        return leg->kernel->run(leg->plan, &call);
    sb_team_run(parts_of(leg), reorder_part, (void *)(uintptr_t)leg);
    return 0;
}

static int time_leg(const sb_leg_run *leg, sb_why *why, double *ns)
{
    sb_turn_reset_floats();
    const int64_t start = sb_now_ns();
    const int rc = run_leg(leg, why);
    *ns = (double)(sb_now_ns() - start);
    sb_turn_reset_direction();
    return rc;
}

/* `apart`: each leg after this many untimed calls, which load its own data into the caches. */
static int take_pass(const sb_legs *l, uint32_t apart, sb_why *why, double *times)
{
    for (uint32_t i = 0; i < l->count; i++) {
        for (uint32_t warm = 0; warm < apart; warm++)
            if (run_leg(&l->legs[i], why) != 0)
                return -1;
        if (time_leg(&l->legs[i], why, &times[i]) != 0)
            return -1;
    }
    return 0;
}

int sb_legs_run(const sb_legs *l, sb_why *why, sb_reply *reply)
{
    const int64_t began = sb_now_ns();
    for (uint32_t i = 0; i < l->warm_passes; i++)
        if (take_pass(l, 0, why, l->times) != 0)
            return -1;
    for (uint32_t i = 0; i < l->passes; i++) {
        if (take_pass(l, l->apart, why, l->times + (size_t)i * l->count) != 0)
            return -1;
        reply->samples = i + 1;
    }
    reply->wall_ns = sb_now_ns() - began;
    return 0;
}
