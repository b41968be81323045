/* SPDX-License-Identifier: Apache-2.0 */
/* A kernel for tests of tuning. Mode 5 is by far the fastest, 1 crashes, 7 is wrong, 0 is not
 * valid, and the default, 2, is slow. */
#include "rogue.h"

enum { INVALID = 0, CRASHES = 1, FASTEST = 5, WRONG = 7 };

typedef struct moody {
    rogue *rogue;
    int64_t mode;
} moody;

static const sb_parameter mode = {
    .size = sizeof mode,
    .kind = SB_INTEGER,
    .id = "mode",
    .summary = "its mood",
    .min = 0,
    .max = 9,
    .step = 1,
    .initial = 2,
};
static const sb_parameter *const parameters[] = { &mode, NULL };

static int moody_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    (void)problem, (void)cpu;
    return values[0] != INVALID;
}

static int moody_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                      const sb_weights *weights, void **plan, sb_why *why)
{
    moody *m = host->alloc(host, sizeof *m);
    m->mode = values[0];
    *plan = m;
    return keep(host, p, values, weights, (void **)&m->rogue, why);
}

static int moody_run(void *plan, const float *input, float *output)
{
    moody *m = plan;
    if (m->mode == CRASHES)
        abort();
    for (int64_t i = 0; i <= 2 * labs(m->mode - FASTEST); i++)
        right(m->rogue, input, output);
    if (m->mode == WRONG)
        output[0] += 1;
    return 0;
}

static void moody_destroy(void *plan)
{
    moody *m = plan;
    const sb_host *host = m->rogue->host;
    forget(m->rogue);
    host->free(host, m);
}

KERNEL(mood, SB_NEED_STANDARD, yes, moody_plan, moody_run, moody_destroy, .parameters = parameters,
       .valid = moody_valid);

GOOD;
PLUGIN("moody", NULL, &mood);
