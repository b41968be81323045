/* SPDX-License-Identifier: Apache-2.0 */
/* openblas: the peer that computes with im2col and OpenBLAS. */
#include "peers/blas_step.h"
#include "peers/library.h"

#include <stdlib.h>

static const char *const files[] = { "libopenblas.so.0", "libopenblas.so", NULL };

static const blas_core cores[] = {
    { "Cooperlake", SB_CPU_AVX512 }, { "SkylakeX", SB_CPU_AVX512 }, { "Zen", SB_CPU_AVX2 },
    { "Haswell", SB_CPU_AVX2 },      { "Nehalem", SB_CPU_SSE2 },    { "Prescott", SB_CPU_SSE2 },
    { "NEOVERSEN1", SB_CPU_NEON },   { "ARMV8", SB_CPU_NEON },      { NULL, 0 },
};

/* OpenBLAS reads its environment while it is loaded. */
static void before(const char *core)
{
    setenv("OPENBLAS_CORETYPE", core, 1);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
}

static const char *taken(void *handle)
{
    char *(*name)(void);
    return library_find(handle, "openblas_get_corename", &name) == 0 ? name() : NULL;
}

static const blas_library library = {
    .files = files,
    .cores = cores,
    .before = before,
    .taken = taken,
};

static blas_loaded loaded;

static int init(const sb_host *host, sb_why *why)
{
    return blas_library_load(&library, host->cpu, &loaded, why);
}

static int plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, void **out, sb_why *why)
{
    if (blas_library_load(&library, host->cpu, &loaded, why) < 0)
        return -1;
    return blas_plan(host, problem, values, weights, &loaded, out, why);
}

static const sb_kernel standard =
    BLAS_KERNEL(SB_STANDARD, "standard", "openblas", "im2col and the sgemm of OpenBLAS", plan);
static const sb_kernel separable =
    BLAS_KERNEL(SB_SEPARABLE, "separable", "openblas",
                "im2col and the sgemm of OpenBLAS, a channel at a time, then one product", plan);

static const sb_kernel *const kernels[] = { &standard, &separable, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .flags = SB_PLUGIN_PEER,
    .id = "openblas",
    .version = "1.0",
    .summary = "im2col and OpenBLAS, for comparison",
    .license = "Apache-2.0",
    .kernels = kernels,
    .init = init,
};
