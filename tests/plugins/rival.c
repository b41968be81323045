/* SPDX-License-Identifier: Apache-2.0 */
/* A peer. Its kernels are compared with ours, except for the one that is wrong. */
#define ROGUE_FLAGS SB_PLUGIN_PEER
#include "rogue.h"

/* Would be the fastest kernel if it were right. */
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
