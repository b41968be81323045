/* SPDX-License-Identifier: Apache-2.0 */
/* Runs plans: one in a turn, or those of a network in sequence. */
#include "core/text.h"
#include "measure/legs.h"
#include "measure/turn.h"
#include "measure/worker_process.h"
#include "measure/worker_refuse.h"

#include <stdlib.h>
#include <string.h>

typedef int turn_part(const sb_turn *turn, sb_reply *reply);

static void do_part(sb_worker_process *w, const sb_request *q, turn_part *part, sb_reply *reply)
{
    sb_worker_slot *from = q->slot < w->slot_count ? &w->slots[q->slot] : NULL;
    if (!from || !from->plan) {
        sb_reply_refuse(reply, SB_VERDICT_ERROR, "no such plan");
        return;
    }
    sb_why why = { .size = sizeof why };
    const int64_t slack = from->kernel->input_slack;
    sb_turn turn = {
        .kernel = from->kernel,
        .plan = from->plan,
        .call = {
            .size = sizeof turn.call,
            .input = sb_worker_map(w, q->input, false, slack, reply),
            .residual = sb_worker_map(w, q->residual, false, slack, reply),
            .output = sb_worker_map(w, q->output, true, 0, reply),
            .why = &why,
        },
        .warm_ns = q->warm_ns,
        .warm_calls = q->warm_calls,
        .iterations = q->iterations,
        .samples = q->samples,
        .evict_bytes = q->evict_bytes,
        .refills = q->refills,
        .input_bytes = (size_t)q->input.bytes,
        .residual_bytes = (size_t)q->residual.bytes,
        .output_bytes = (size_t)q->output.bytes,
        .marks = q->marks,
        .flips = { q->flips[0], q->flips[1] },
        .variations = q->varies ? q->variations : NULL,
        .rest_ns = q->rest_ns,
    };
    w->varied |= q->varies;
    if (reply->verdict == SB_VERDICT_OK && part(&turn, reply) != 0)
        sb_reply_refuse_why(reply, SB_VERDICT_ERROR, &why, "run failed without a reason");
}

void sb_worker_run(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    do_part(w, q, sb_turn_take, reply);
}

void sb_worker_evict(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    do_part(w, q, sb_turn_prepare, reply);
}

/* The legs, with the plans that they run; free() them. */
static sb_leg_run *find_legs(sb_worker_process *w, const sb_request *q, char *memory,
                             sb_reply *reply)
{
    sb_leg_run *legs = sb_new(q->count, sizeof *legs);
    for (uint32_t i = 0; i < q->count; i++) {
        sb_leg leg;
        memcpy(&leg, q->batch + i * SB_LEG_VALUES, sizeof leg);
        const sb_worker_slot *from =
            leg.slot >= 0 && (size_t)leg.slot < w->slot_count ? &w->slots[leg.slot] : NULL;
        if (leg.slot >= 0 && (!from || !from->plan))
            sb_reply_refuse(reply, SB_VERDICT_ERROR, "no such plan");
        legs[i] = sb_leg_place(&leg, memory);
        legs[i].kernel = from ? from->kernel : NULL;
        legs[i].plan = from ? from->plan : NULL;
        legs[i].threads = (int)q->threads;
    }
    return legs;
}

void sb_worker_pass(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    char *memory = (char *)sb_worker_map(w, q->output, true, 0, reply);
    sb_why why = { .size = sizeof why };
    if (q->batch_count != q->count * SB_LEG_VALUES)
        sb_reply_refuse(reply, SB_VERDICT_ERROR, "not as many values as the legs have");
    if (reply->verdict != SB_VERDICT_OK)
        return;
    sb_leg_run *legs = find_legs(w, q, memory, reply);
    const sb_legs pass = {
        .legs = legs,
        .count = q->count,
        .warm_passes = q->warm_calls,
        .passes = q->samples,
        .apart = q->apart,
        .times = (double *)(void *)(memory + q->times),
    };
    if (reply->verdict == SB_VERDICT_OK && sb_legs_run(&pass, &why, reply) != 0)
        sb_reply_refuse_why(reply, SB_VERDICT_ERROR, &why, "run failed without a reason");
    free(legs);
}
