/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin built with the oldest header, whose structs end with the members that every version has.
 * Garbage follows where later members would be, so that a host that reads past `size` fails. */
#include "rogue.h"

static void *const rubbish[1] = { (void *)1 };

static int older_called(void *plan, const sb_call *call)
{
    return right(plan, call->input, call->output);
}

#define OLDER(name, need)                      \
    static sb_kernel name = {                  \
        .size = offsetof(sb_kernel, describe), \
        .handles = need,                       \
        .id = #name,                           \
        .technique = "older",                  \
        .summary = "misses what came later",   \
        .supports = yes,                       \
        .plan = keep,                          \
        .run = older_called,                   \
        .destroy = forget,                     \
    }

OLDER(standard, SB_NEED_STANDARD);
OLDER(separable, SB_NEED_SEPARABLE);

static const sb_kernel *const kernels[] = { &standard, &separable, NULL };

__attribute__((constructor)) static void litter(void)
{
    memcpy(&standard.describe, rubbish, sizeof *rubbish);
    memcpy(&standard.ranges, rubbish, sizeof *rubbish);
    memcpy(&separable.describe, rubbish, sizeof *rubbish);
    memcpy(&separable.ranges, rubbish, sizeof *rubbish);
}

const sb_plugin sb_plugin_entry = {
    .size = offsetof(sb_plugin, libraries),
    .abi_major = SB_ABI_MAJOR,
    .id = "yesterday",
    .version = "1",
    .summary = "was built with the first header",
    .license = "Apache-2.0",
    .kernels = kernels,
    .libraries = (const char *(*)(void))(uintptr_t)1,
};
