/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin built with a later header. It has longer structs, and kernels with an arithmetic class,
 * a kind of parameter, and steps that this host does not know. The first kernel is an ordinary
 * one. */
#include "rogue.h"

typedef struct later_kernel {
    sb_kernel kernel;
    void *more[4];
} later_kernel;

typedef struct later_plugin {
    sb_plugin plugin;
    void *more[4];
} later_plugin;

static const sb_parameter strange = {
    .size = sizeof strange,
    .kind = 77,
    .id = "strange",
    .summary = "a value of a kind to come",
};
static const sb_parameter *const parameters[] = { &strange, NULL };

static int later_called(void *plan, const sb_call *call)
{
    return right(plan, call->input, call->output);
}

#define LATER(name, ...)                                                                      \
    static const later_kernel name = { .kernel = { .size = sizeof(later_kernel),              \
                                                   .id = #name,                               \
                                                   .technique = "later",                      \
                                                   .summary = "has more than its host knows", \
                                                   .supports = yes,                           \
                                                   .plan = keep,                              \
                                                   .run = later_called,                       \
                                                   .destroy = forget,                         \
                                                   __VA_ARGS__ },                             \
                                       .more = { (void *)1, (void *)1, (void *)1, (void *)1 } }

#define SB_NEED_LATER (UINT64_C(1) << 50)

LATER(standard, .handles = SB_NEED_STANDARD | SB_NEED_LATER);
LATER(of_later_steps, .handles = (UINT64_C(1) << 9) | SB_NEED_BIAS);
LATER(of_later_arithmetic, .handles = SB_NEED_STANDARD, .arithmetic = 99);
LATER(of_later_parameters, .handles = SB_NEED_STANDARD, .parameters = parameters);

static const sb_kernel *const kernels[] = { &of_later_steps.kernel, &standard.kernel,
                                            &of_later_arithmetic.kernel,
                                            &of_later_parameters.kernel, NULL };

SB_PLUGIN_EXPORT const later_plugin sb_plugin_later = {
    .plugin = { .size = sizeof(later_plugin),
                .abi_major = SB_ABI_MAJOR,
                .abi_minor = SB_ABI_MINOR + 7,
                .id = "tomorrow",
                .version = "1",
                .summary = "was built with a later header",
                .license = "Apache-2.0",
                .kernels = kernels },
    .more = { (void *)1, (void *)1, (void *)1, (void *)1 },
};

/* Exports the table under the name that a host looks for. */
extern SB_PLUGIN_EXPORT const sb_plugin sb_plugin_entry __attribute__((alias("sb_plugin_later")));
