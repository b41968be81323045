/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Convolution with a BLAS library. The output pixels are split into strips, and each strip is one
 * im2col and one sgemm; plain 1 x 1 convolutions need no im2col. The threads compute different
 * strips, each with single-threaded products, so that im2col runs in parallel as well.
 */
#ifndef SB_PEERS_BLAS_STAGE_H
#define SB_PEERS_BLAS_STAGE_H

#include "common/chain.h"
#include "peers/blas_library.h"

/* Indices into the array of values. */
enum { BLAS_LAYOUT, BLAS_PIXELS, BLAS_PARAMETERS };

extern const sb_parameter *const blas_parameters[BLAS_PARAMETERS + 1];

/* For sb_kernel.supports, .defaults, .valid and .layouts. */
int blas_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why);
void blas_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values);
int blas_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values);
void blas_layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                  sb_layouts *out);

/* The plugin's library, defined in the plugin's own file. */
extern const blas_library blas_library_here;

/* For sb_plugin.init and .libraries, and sb_kernel.plan. The last one loads the library if `init`
 * has not been called. */
int blas_init(const sb_host *host, sb_why *why);
const char *blas_libraries(void);
int blas_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
              const sb_weights *weights, void **out, sb_why *why);

/* Neither library promises the same bits in every call. */
#define BLAS_KERNEL(need, id_, technique_, summary_)                                               \
    {                                                                                              \
        .size = sizeof(sb_kernel), .arithmetic = SB_DIRECT, .handles = (need) | SB_NEED_EPILOGUES, \
        .flags = SB_KERNEL_THREADED | SB_KERNEL_UNREPEATABLE, .id = id_, .technique = technique_,  \
        .summary = summary_, .parameters = blas_parameters, .supports = blas_supports,             \
        .defaults = blas_defaults, .valid = blas_valid, .layouts = blas_layouts,                   \
        .plan = blas_plan, .run = chain_run, .destroy = chain_destroy, .describe = chain_describe, \
    }

/* Defines the kernels and the table of a plugin. */
#define BLAS_PLUGIN(id_, name_)                                                                  \
    static const sb_kernel standard =                                                            \
        BLAS_KERNEL(SB_NEED_STANDARD, "standard", id_, "im2col and the sgemm of " name_);        \
    static const sb_kernel separable =                                                           \
        BLAS_KERNEL(SB_NEED_SEPARABLE, "separable", id_,                                         \
                    "im2col and the sgemm of " name_ ", a channel at a time, then one product"); \
    static const sb_kernel bottleneck =                                                          \
        BLAS_KERNEL(SB_NEED_BOTTLENECK, "bottleneck", id_,                                       \
                    "the sgemm of " name_ ", im2col and a channel at a time, then one product"); \
    static const sb_kernel *const kernels[] = { &standard, &separable, &bottleneck, NULL };      \
    const sb_plugin sb_plugin_entry = {                                                          \
        .size = sizeof(sb_plugin),                                                               \
        .abi_major = SB_ABI_MAJOR,                                                               \
        .abi_minor = SB_ABI_MINOR,                                                               \
        .flags = SB_PLUGIN_PEER,                                                                 \
        .id = id_,                                                                               \
        .version = "0.1.0",                                                                      \
        .summary = "im2col and " name_ ", for comparison",                                       \
        .license = "Apache-2.0",                                                                 \
        .build = SB_BUILD,                                                                       \
        .kernels = kernels,                                                                      \
        .init = blas_init,                                                                       \
        .libraries = blas_libraries,                                                             \
    }

#endif
