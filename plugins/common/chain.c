/* SPDX-License-Identifier: Apache-2.0 */
#include "common/chain.h"

#include <assert.h>

stage_order order_of(const sb_host *host, const sb_problem *problem, const int64_t *values,
                     const sb_weights *weights, uint32_t step, uint32_t input)
{
    return (stage_order) {
        .host = host,
        .values = values,
        .weights = weights->weights[step],
        .bias = weights->biases[step],
        .step = step,
        .steps = problem->step_count,
        .input = input,
        .conv = conv_of(problem, step),
    };
}

chain *chain_new(const sb_host *host, int64_t threads, sb_why *why)
{
    chain *own = host->alloc(host, sizeof *own);
    refuse(why, "no memory for the plan"); /* default reason, if the maker gives none */
    if (own == NULL)
        return NULL;
    *own = (chain) { .host = host, .threads = (int)threads };
    return own;
}

/* Tensors between stages have whole blocks of channels, and 64 more bytes that a library may
 * read. */
static int64_t tensor_floats(const sb_problem *problem, uint32_t step, uint32_t layout)
{
    const sb_step *b = &problem->steps[step];
    const int64_t block = layout == SB_NCHW16C ? 16 : layout == SB_NCHW8C ? 8 : 1;
    return problem->n * round_up(b->k, block) * b->p * b->q + 16;
}

int chain_add(chain *own, const sb_problem *problem, uint32_t last_step, stage *made)
{
    if (made == NULL) {
        own->failed = true;
        return -1;
    }
    assert(own->count < SB_MAX_STEPS);
    assert(own->count == 0 || own->stages[own->count - 1]->output == made->input);
    if (last_step + 1 < problem->step_count) {
        int64_t *floats = &own->floats[own->count % 2];
        *floats = larger(*floats, tensor_floats(problem, last_step, made->output));
    }
    own->stages[own->count++] = made;
    return 0;
}

static int alloc_tensors(chain *own)
{
    for (int i = 0; i < 2 && own->floats[i] > 0; i++) {
        own->between[i] = alloc_floats(own->host, own->floats[i]);
        if (own->between[i] == NULL)
            return -1;
    }
    return 0;
}

static int alloc_scratch(chain *own)
{
    int64_t most = 0;
    for (int i = 0; i < own->count; i++)
        most = larger(most, own->stages[i]->scratch);
    own->pitch = scratch_pitch(most);
    own->scratch = alloc_scratches(own->host, most, own->threads);
    return own->scratch != NULL ? 0 : -1;
}

static void write_text(chain *own)
{
    size_t used = 0;
    for (int i = 0; i < own->count; i++)
        used += (size_t)snprintf(own->text + used, sizeof own->text - used, "%s%s",
                                 i > 0 ? " + " : "", own->stages[i]->text);
}

int chain_finish(chain *own, void **out, sb_why *why)
{
    if (own->failed) {
        chain_destroy(own);
        return -1;
    }
    if (alloc_tensors(own) < 0 || alloc_scratch(own) < 0) {
        chain_destroy(own);
        return refuse(why, "no memory for the tensors between the steps");
    }
    write_text(own);
    *out = own;
    return 0;
}

int chain_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
               const sb_weights *weights, int64_t threads, stage_maker *make, void **out,
               sb_why *why)
{
    uint32_t layout = SB_NCHW;
    chain *own = chain_new(host, threads, why);
    if (own == NULL)
        return -1;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const stage_order order = order_of(host, problem, values, weights, i, layout);
        if (chain_add(own, problem, i, make(&order, why)) < 0)
            break;
        layout = own->stages[i]->output;
    }
    return chain_finish(own, out, why);
}

tensors chain_tensors(const chain *own, int which, const sb_call *call)
{
    const bool last = which == own->count - 1;
    return (tensors) {
        .input = which == 0 ? call->input : own->between[(which - 1) % 2],
        .residual = last ? call->residual : NULL,
        .output = last ? call->output : own->between[which % 2],
    };
}

int chain_run(void *plan, const sb_call *call)
{
    const chain *own = plan;
    for (int s = 0; s < own->count; s++) {
        stage *step = own->stages[s];
        const tensors t = chain_tensors(own, s, call);
        if (step->run != NULL && step->run(step, &t, call->why) != 0)
            return -1;
        for (int64_t i = 0; i < step->tasks; i++)
            step->task(step, i, own->scratch, &t);
    }
    return 0;
}

void chain_destroy(void *plan)
{
    chain *own = plan;
    const sb_host *host = own->host;
    for (int i = 0; i < own->count; i++)
        own->stages[i]->destroy(own->stages[i], host);
    for (int i = 0; i < 2; i++)
        host->free(host, own->between[i]);
    host->free(host, own->scratch);
    host->free(host, own);
}

const char *chain_describe(const void *plan)
{
    return ((const chain *)plan)->text;
}
