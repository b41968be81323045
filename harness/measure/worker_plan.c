/* SPDX-License-Identifier: Apache-2.0 */
/* Binds shared memory, and makes plans on it. */
#include "core/clock.h"
#include "core/text.h"
#include "measure/worker_host.h"
#include "measure/worker_process.h"
#include "measure/worker_refuse.h"

#include <string.h>

static void free_slot(sb_worker_slot *held)
{
    if (held->plan)
        held->kernel->destroy(held->plan);
    held->plan = NULL;
}

void sb_worker_unbind(sb_worker_process *w)
{
    for (size_t i = 0; i < w->slot_count; i++)
        free_slot(&w->slots[i]);
    sb_worker_memory_unbind(&w->memory);
}

void sb_worker_bind(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    (void)q;
    sb_worker_unbind(w);
    if (w->fd_count != 2) {
        sb_reply_refuse(reply, SB_VERDICT_ERROR, "the request has no shared memory");
        return;
    }
    w->memory.input_fd = w->fds[0];
    w->memory.output_fd = w->fds[1];
}

float *sb_worker_map(sb_worker_process *w, sb_region region, bool output, int64_t slack,
                     sb_reply *reply)
{
    sb_error error;
    float *tensor = NULL;
    if (sb_worker_memory_map(&w->memory, region, output, slack, &tensor, &error) < 0)
        sb_reply_refuse(reply, SB_VERDICT_ERROR, error.text);
    return tensor;
}

static sb_worker_slot *slot_at(sb_worker_process *w, uint32_t index)
{
    if (index >= SB_MAX_SLOTS)
        return NULL;
    if (index >= w->slot_count) {
        w->slots = sb_grow(w->slots, index + 1, sizeof *w->slots);
        memset(w->slots + w->slot_count, 0, (index + 1 - w->slot_count) * sizeof *w->slots);
        w->slot_count = index + 1;
    }
    return &w->slots[index];
}

sb_worker_slot *sb_worker_empty_slot(sb_worker_process *w, uint32_t index)
{
    sb_worker_slot *slot = slot_at(w, index);
    if (slot)
        free_slot(slot);
    return slot;
}

void sb_worker_plan(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    const sb_loaded_kernel *l = sb_worker_kernel(w, q, reply);
    sb_worker_slot *to = slot_at(w, q->slot);
    if (!l || !to || !sb_worker_accepts(w, l, q, reply))
        return;
    free_slot(to);
    if (w->varied)
        sb_worker_memory_drop_pages(&w->memory);
    w->varied = false;
    sb_weights weights = { .size = sizeof weights, .step_count = q->problem.step_count };
    for (uint32_t i = 0; i < SB_MAX_STEPS; i++) {
        weights.weights[i] = sb_worker_map(w, q->weights[i], false, 0, reply);
        weights.biases[i] = sb_worker_map(w, q->biases[i], false, 0, reply);
    }
    if (reply->verdict != SB_VERDICT_OK)
        return;
    sb_why why = { .size = sizeof why };
    void *made = NULL;
    const int64_t held = sb_worker_heap();
    int64_t start = sb_now_ns();
    int rc = l->kernel.plan(&w->host, &q->problem, reply->values, &weights, &made, &why);
    reply->prepare_ns = sb_now_ns() - start;
    reply->workspace_bytes = sb_worker_heap() - held;
    if (rc != 0 || !made) {
        sb_reply_refuse_why(reply, SB_VERDICT_ERROR, &why, "plan failed without a reason");
        return;
    }
    *to = (sb_worker_slot) { .plan = made, .kernel = &l->kernel };
    const char *said = l->kernel.describe ? l->kernel.describe(made) : NULL;
    if (said)
        sb_reply_copy_text(reply->text, said, sizeof reply->text);
}

void sb_worker_drop(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    (void)reply;
    if (q->slot < w->slot_count)
        free_slot(&w->slots[q->slot]);
}
