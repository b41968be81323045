/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that compute only when they can tell that the output will be verified. Their verified
 * outputs are all right, but their times are close to zero. The impossible times give them the
 * verdict `wrong`. */
#include "rogue.h"

#define MARK UINT32_C(0x7fa5b5c5) /* fills an output before it is written */

static int marked(const float *output, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &output[i], sizeof bits);
        if (bits == MARK)
            return 1;
    }
    return 0;
}

/* Computes only if the output holds marks. */
static int peek_run(void *plan, const float *input, float *output)
{
    return marked(output, output_count(plan)) ? right(plan, input, output) : 0;
}
KERNEL(peeks, SB_NEED_STANDARD, yes, keep, peek_run, forget, .flags = 0);
KERNEL(peeks_unrepeatably, SB_NEED_STANDARD, yes, keep, peek_run, forget,
       .flags = SB_KERNEL_UNREPEATABLE);
KERNEL(peeks_as_winograd, SB_NEED_STANDARD, yes, keep, peek_run, forget,
       .arithmetic = SB_WINOGRAD_F6);

/* Copies an earlier output if the first elements of the input are the same as then. */
typedef struct memory {
    rogue *rogue;
    float *output;
    float seen[16];
    int known;
} memory;

static int memory_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                       const sb_weights *weights, void **plan, sb_why *why)
{
    memory *m = host->alloc(host, sizeof *m);
    *plan = m;
    keep(host, p, values, weights, (void **)&m->rogue, why);
    m->output = host->alloc(host, output_count(m->rogue) * sizeof *m->output);
    return 0;
}

static int memory_run(void *plan, const float *input, float *output)
{
    memory *m = plan;
    if (!m->known || memcmp(m->seen, input, sizeof m->seen) != 0)
        right(m->rogue, input, m->output);
    memcpy(m->seen, input, sizeof m->seen);
    memcpy(output, m->output, output_count(m->rogue) * sizeof *output);
    m->known = 1;
    return 0;
}

static void memory_destroy(void *plan)
{
    memory *m = plan;
    const sb_host *host = m->rogue->host;
    host->free(host, m->output);
    forget(m->rogue);
    host->free(host, m);
}
KERNEL(remembers, SB_NEED_STANDARD, yes, memory_plan, memory_run, memory_destroy, .flags = 0);
KERNEL(remembers_separably, SB_NEED_SEPARABLE, yes, memory_plan, memory_run, memory_destroy,
       .flags = 0);

GOOD;
PLUGIN("dodger", NULL, &peeks, &peeks_unrepeatably, &peeks_as_winograd, &remembers,
       &remembers_separably);
