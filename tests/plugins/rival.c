/* SPDX-License-Identifier: Apache-2.0 */
/* A peer: its kernels are contestants of ours, and the one that is wrong is none. */
#define ROGUE_FLAGS SB_PLUGIN_PEER
#include "rogue.h"

/* The fastest of all, were it right. */
static int leave_zeros(void *plan, const float *input, float *output)
{
    (void)input;
    memset(output, 0, output_count(plan) * sizeof *output);
    return 0;
}
KERNEL(wrong, SB_NEED_STANDARD, yes, keep, leave_zeros, forget, .flags = 0);

static int in_vain(void *plan, const float *input, float *output)
{
    for (int i = 0; i < 3; i++)
        right(plan, input, output);
    return 0;
}
KERNEL(slow, SB_NEED_STANDARD, yes, keep, in_vain, forget, .flags = 0);

GOOD;
PLUGIN("rival", NULL, &wrong, &slow);
