/* SPDX-License-Identifier: Apache-2.0 */
/* Plans whole networks, of plugins with the extension SB_NETWORK_1. The shared memory has room for
 * the weights of one problem, so that the problems come one by one. */
#include "core/clock.h"
#include "core/text.h"
#include "measure/worker_process.h"
#include "measure/worker_refuse.h"

#include <stdlib.h>
#include <string.h>

static float *copy_region(sb_worker_process *w, sb_region region, sb_reply *reply)
{
    const float *from = sb_worker_map(w, region, false, 0, reply);
    if (!from)
        return NULL;
    float *copy = sb_new((size_t)region.bytes, 1);
    memcpy(copy, from, (size_t)region.bytes);
    return copy;
}

static void free_parts(sb_worker_process *w)
{
    for (size_t i = 0; i < w->part_count; i++)
        for (uint32_t s = 0; s < SB_MAX_STEPS; s++) {
            free((void *)(uintptr_t)w->parts[i].weights.weights[s]);
            free((void *)(uintptr_t)w->parts[i].weights.biases[s]);
        }
    free(w->parts);
    w->parts = NULL;
    w->part_count = 0;
}

void sb_worker_join(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    w->parts = sb_grow(w->parts, w->part_count + 1, sizeof *w->parts);
    sb_worker_part *part = &w->parts[w->part_count++];
    *part = (sb_worker_part) {
        .problem = q->problem,
        .weights = { .size = sizeof part->weights, .step_count = q->problem.step_count },
        .residual = (int64_t)q->count - 1,
    };
    for (uint32_t i = 0; i < q->problem.step_count; i++) {
        part->weights.weights[i] = copy_region(w, q->weights[i], reply);
        part->weights.biases[i] = copy_region(w, q->biases[i], reply);
    }
}

static const sb_network_1 *find_extension(sb_worker_process *w, const sb_request *q,
                                          sb_reply *reply)
{
    if (!sb_worker_kernel(w, q, reply))
        return NULL;
    const sb_plugin *plugin = &w->at->loaded.plugin;
    const sb_network_1 *found = plugin->get_extension ? plugin->get_extension(SB_NETWORK_1) : NULL;
    if (found && found->plan && found->run && found->destroy)
        return found;
    sb_reply_refuse(reply, SB_VERDICT_ERROR, "the plugin runs no networks");
    return NULL;
}

static void plan_parts(sb_worker_process *w, const sb_network_1 *with, sb_worker_slot *to,
                       sb_reply *reply)
{
    sb_why why = { .size = sizeof why };
    sb_network_part *parts = sb_new(w->part_count, sizeof *parts);
    for (size_t i = 0; i < w->part_count; i++)
        parts[i] =
            (sb_network_part) { &w->parts[i].problem, &w->parts[i].weights, w->parts[i].residual };
    const int64_t start = sb_now_ns();
    const int rc = with->plan(&w->host, parts, w->part_count, &to->plan, &why);
    reply->prepare_ns = sb_now_ns() - start;
    free(parts);
    if (rc == 0 && to->plan)
        return;
    to->plan = NULL;
    sb_reply_refuse_why(reply, SB_VERDICT_ERROR, &why, "plan failed without a reason");
}

void sb_worker_plan_network(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    const sb_network_1 *with = find_extension(w, q, reply);
    sb_worker_slot *to = sb_worker_empty_slot(w, q->slot);
    if (with && to && w->part_count) {
        w->network =
            (sb_kernel) { .size = sizeof w->network, .run = with->run, .destroy = with->destroy };
        to->kernel = &w->network;
        plan_parts(w, with, to, reply);
    }
    free_parts(w);
}
