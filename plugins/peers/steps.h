/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of a peer: one standard convolution by the library, or two with a tensor between. */
#ifndef SB_PEERS_STEPS_H
#define SB_PEERS_STEPS_H

#include "common/kit.h"

typedef struct step step;
struct step {
    int (*run)(step *own, const float *input, float *output);
    void (*destroy)(step *own, const sb_host *host);
    char text[120]; /* what the library chose */
};

/* A step of a standard problem, or NULL with the reason. */
typedef step *step_maker(const sb_host *host, const sb_problem *problem, const int64_t *values,
                         const float *weights, sb_why *why);

/* Takes the steps, also when it fails; a NULL is a step that could not be made, for which `why`
 * says the reason already. `second` is not looked at for a standard problem. */
int steps_new(const sb_host *host, const sb_problem *problem, step *first, step *second, void **out,
              sb_why *why);

/* sb_kernel.plan for a library whose steps take each other's layout. */
int steps_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
               const sb_weights *weights, step_maker *make, void **out, sb_why *why);

/* sb_kernel.run, .destroy and .describe. */
int steps_run(void *plan, const float *input, float *output);
void steps_destroy(void *plan);
const char *steps_describe(const void *plan);

#endif
