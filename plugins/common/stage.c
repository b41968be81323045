/* SPDX-License-Identifier: Apache-2.0 */
#include "common/stage.h"

int chain_new(const sb_host *host, const sb_problem *problem, stage *first, stage *second,
              int64_t threads, chain **out, sb_why *why)
{
    bool separable = problem->operation == SB_SEPARABLE;
    chain *own = host->alloc(host, sizeof *own);
    if (own == NULL) {
        stage *stages[] = { first, second };
        for (int i = 0; i < CHAIN_STAGES; i++)
            if (stages[i] != NULL)
                stages[i]->destroy(stages[i], host);
        return refuse(why, "no memory for the plan");
    }
    *own = (chain) { .host = host, .stages = { first, second }, .threads = (int)threads };
    if (first == NULL || (separable && second == NULL))
        goto no_memory;
    const int64_t scratch = larger(first->scratch, separable ? second->scratch : 0);
    own->pitch = scratch_pitch(scratch);
    own->scratch = alloc_scratches(host, scratch, threads);
    if (separable)
        own->middle = alloc_floats(host, problem->n * problem->c * problem->multiplier *
                                             problem->p * problem->q);
    if (own->scratch == NULL || (separable && own->middle == NULL))
        goto no_memory;
    *out = own;
    return 0;

no_memory:
    chain_destroy(own);
    return refuse(why, "no memory for the plan");
}

int chain_run(void *plan, const float *input, float *output)
{
    const chain *own = plan;
    for (int s = 0; s < CHAIN_STAGES && own->stages[s] != NULL; s++) {
        const stage *step = own->stages[s];
        const float *from = chain_input(own, s, input);
        float *to = chain_output(own, s, output);
        for (int64_t i = 0; i < step->tasks; i++)
            step->task(step, i, own->scratch, from, to);
    }
    return 0;
}

void chain_destroy(void *plan)
{
    chain *own = plan;
    const sb_host *host = own->host;
    for (int i = 0; i < CHAIN_STAGES; i++)
        if (own->stages[i] != NULL)
            own->stages[i]->destroy(own->stages[i], host);
    host->free(host, own->middle);
    host->free(host, own->scratch);
    host->free(host, own);
}
