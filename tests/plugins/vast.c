/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels with more parameter sets than fit into memory, all of them valid: 10^8, and 10^18. With 6
 * as their last parameter, and more so with 6 as their first, they are fastest. One takes so long
 * to say what is valid that a list of its parameter sets takes minutes. */
#include "rogue.h"

#include <time.h>

enum { BEST = 6, SLOWER = 4 };

#define DIGIT(name, most)                                                                   \
    {                                                                                       \
        .size = sizeof(sb_parameter), .kind = SB_INTEGER, .id = name, .summary = "a digit", \
        .max = most, .step = 1                                                              \
    }

static const sb_parameter digits[] = { DIGIT("a", 9), DIGIT("b", 9), DIGIT("c", 9), DIGIT("d", 9),
                                       DIGIT("e", 9), DIGIT("f", 9), DIGIT("g", 9), DIGIT("h", 9) };
static const sb_parameter *const eight[] = { &digits[0], &digits[1], &digits[2],
                                             &digits[3], &digits[4], &digits[5],
                                             &digits[6], &digits[7], NULL };
static const sb_parameter longer[] = { DIGIT("a", 99), DIGIT("b", 99), DIGIT("c", 99),
                                       DIGIT("d", 99), DIGIT("e", 99), DIGIT("f", 99),
                                       DIGIT("g", 99), DIGIT("h", 99), DIGIT("i", 99) };
static const sb_parameter *const nine[] = { &longer[0], &longer[1], &longer[2], &longer[3],
                                            &longer[4], &longer[5], &longer[6], &longer[7],
                                            &longer[8], NULL };

typedef struct vast {
    rogue *rogue;
    int more; /* superfluous repetitions */
} vast;

static int make(const sb_host *host, const sb_problem *p, const int64_t *values,
                const sb_weights *weights, void **plan, sb_why *why)
{
    vast *v = host->alloc(host, sizeof *v);
    v->more = SLOWER * ((values[0] != BEST) + (values[7] != BEST));
    *plan = v;
    return keep(host, p, values, weights, (void **)&v->rogue, why);
}

static int go(void *plan, const float *input, float *output)
{
    vast *v = plan;
    for (int i = 0; i <= v->more; i++)
        right(v->rogue, input, output);
    return 0;
}

static void end(void *plan)
{
    vast *v = plan;
    const sb_host *host = v->rogue->host;
    forget(v->rogue);
    host->free(host, v);
}

static int valid_slowly(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    (void)problem, (void)cpu, (void)values;
    nanosleep(&(struct timespec) { .tv_nsec = 300000 }, NULL);
    return 1;
}

KERNEL(large, SB_NEED_STANDARD, yes, make, go, end, .parameters = eight);
KERNEL(huge, SB_NEED_STANDARD, yes, make, go, end, .parameters = nine);
KERNEL(slow, SB_NEED_STANDARD, yes, make, go, end, .parameters = eight, .valid = valid_slowly);

GOOD;
PLUGIN("vast", NULL, &large, &huge, &slow);
