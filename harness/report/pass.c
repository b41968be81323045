/* SPDX-License-Identifier: Apache-2.0 */
#include "report/pass.h"

#include "core/text.h"
#include "report/swept.h"

#include <math.h>
#include <stdlib.h>

enum { LEAST_LAYERS = 3 };

const sb_choosers sb_everybody = { true, true, SIZE_MAX };

sb_pass sb_pass_make(const sb_model *model, int64_t threads)
{
    sb_pass pass = { .model = model,
                     .first = sb_new(model->layer_count, sizeof(size_t)),
                     .count = sb_new(model->layer_count, sizeof(size_t)) };
    for (size_t i = 0; i < model->timing_count; i++) {
        const sb_place *at = &model->timings[i].at;
        if (at->threads == threads && pass.count[at->layer]++ == 0)
            pass.first[at->layer] = i; /* a group's timings are adjacent */
    }
    return pass;
}

void sb_pass_free(sb_pass *pass)
{
    free(pass->first);
    free(pass->count);
    *pass = (sb_pass) { 0 };
}

static bool may_compute(const sb_pass *pass, const sb_timing *t, const sb_choosers *who)
{
    bool peer = pass->model->techniques[t->at.technique].peer;
    return (peer ? who->peers : who->own) && (who->plugin == SIZE_MAX || who->plugin == t->plugin);
}

static const sb_timing *find_fastest(const sb_pass *pass, size_t layer, sb_operation operation,
                                     const sb_choosers *who)
{
    const sb_timing *best = NULL, *list = pass->model->timings + pass->first[layer];
    for (size_t i = 0; i < pass->count[layer]; i++)
        if (list[i].operation == operation && may_compute(pass, &list[i], who) &&
            (!best || list[i].time.value < best->time.value))
            best = &list[i];
    return best;
}

/* All the marked operations, or none. */
static sb_layer_cost add_up(const sb_pass *pass, size_t layer, const bool wanted[SB_OPERATIONS],
                            const sb_choosers *who)
{
    const sb_layer_cost none = { .ns = INFINITY };
    sb_layer_cost cost = { 0 };
    for (int op = 0; op < SB_OPERATIONS; op++) {
        if (!wanted[op])
            continue;
        const sb_timing *best = find_fastest(pass, layer, (sb_operation)op, who);
        if (!best)
            return none;
        cost.parts[cost.count++] = best;
        cost.ns += best->time.value;
    }
    return cost.count ? cost : none;
}

sb_layer_cost sb_pass_cost(const sb_pass *pass, size_t layer, sb_manner manner,
                           const sb_choosers *who)
{
    const sb_model_layer *l = &pass->model->layers[layer];
    bool steps[SB_OPERATIONS] = { false }, twin[SB_OPERATIONS] = { [SB_STANDARD] = true };
    for (size_t i = 0; i < l->step_count; i++)
        steps[l->steps[i]] = true;
    if (manner == SB_MANNER_TWIN)
        return add_up(pass, layer, twin, who);
    sb_layer_cost apart = add_up(pass, layer, steps, who);
    return manner == SB_MANNER_STEPS && apart.count ? apart : add_up(pass, layer, l->parts, who);
}

bool sb_pass_is_network(const sb_model *model, int64_t threads)
{
    sb_pass pass = sb_pass_make(model, threads);
    size_t *layers = sb_new(model->layer_count, sizeof *layers), count = 0;
    sb_dim pair[2];
    for (size_t i = 0; i < model->layer_count; i++)
        if (sb_pass_cost(&pass, i, SB_MANNER_WHOLE, &sb_everybody).count)
            layers[count++] = i;
    bool is = count >= LEAST_LAYERS && !sb_sweep_pair(model, layers, count, pair);
    free(layers);
    sb_pass_free(&pass);
    return is;
}
