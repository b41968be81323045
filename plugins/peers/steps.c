/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/steps.h"

enum { STEPS = 2 };

typedef struct steps {
    const sb_host *host;
    step *step[STEPS]; /* the second is NULL for a standard problem */
    float *middle; /* wide enough for blocks of 16 channels, and for what a library over-reads */
    char text[SB_MAX_WHY];
} steps;

int steps_new(const sb_host *host, const sb_problem *problem, step *first, step *second, void **out,
              sb_why *why)
{
    const bool pair = problem->operation == SB_SEPARABLE;
    const int64_t channels = round_up(problem->c * problem->multiplier, 16);
    steps *own = host->alloc(host, sizeof *own);
    if (own == NULL) {
        step *const all[STEPS] = { first, pair ? second : NULL };
        for (int i = 0; i < STEPS; i++)
            if (all[i] != NULL)
                all[i]->destroy(all[i], host);
        return refuse(why, "no memory for the plan");
    }
    *own = (steps) { .host = host, .step = { first, pair ? second : NULL } };
    if (first == NULL || (pair && second == NULL)) {
        steps_destroy(own);
        return -1;
    }
    if (pair)
        own->middle = alloc_floats(host, problem->n * channels * problem->p * problem->q + 16);
    if (pair && own->middle == NULL) {
        steps_destroy(own);
        return refuse(why, "no memory for the tensor between the steps");
    }
    snprintf(own->text, sizeof own->text, "%s%s%s", first->text, pair ? " + " : "",
             pair ? second->text : "");
    *out = own;
    return 0;
}

int steps_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
               const sb_weights *weights, step_maker *make, void **out, sb_why *why)
{
    if (problem->operation == SB_STANDARD)
        return steps_new(host, problem, make(host, problem, values, weights->standard, why), NULL,
                         out, why);
    const sb_problem depthwise = depthwise_step(problem), pointwise = pointwise_step(problem);
    step *first = make(host, &depthwise, values, weights->depthwise, why);
    step *second = first != NULL ? make(host, &pointwise, values, weights->pointwise, why) : NULL;
    return steps_new(host, problem, first, second, out, why);
}

int steps_run(void *plan, const float *input, float *output)
{
    steps *own = plan;
    step *first = own->step[0], *second = own->step[1];
    if (second == NULL)
        return first->run(first, input, output);
    int rc = first->run(first, input, own->middle);
    return rc != 0 ? rc : second->run(second, own->middle, output);
}

void steps_destroy(void *plan)
{
    steps *own = plan;
    for (int i = 0; i < STEPS; i++)
        if (own->step[i] != NULL)
            own->step[i]->destroy(own->step[i], own->host);
    own->host->free(own->host, own->middle);
    own->host->free(own->host, own);
}

const char *steps_describe(const void *plan)
{
    return ((const steps *)plan)->text;
}
