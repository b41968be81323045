/* SPDX-License-Identifier: Apache-2.0 */
/* openblas: the peer that computes with im2col and OpenBLAS. */
#include "peers/blas_stage.h"
#include "peers/library.h"

#include <stdlib.h>

static const char *const files[] = { "libopenblas.so.0", "libopenblas.so", NULL };

/* A name that OpenBLAS does not know makes it choose for itself, whatever it may use: so only those
 * of the processor's family. The last of each needs no more than any of the family has. */
static const blas_core cores[] = {
#if defined(__x86_64__) || defined(__i386__)
    { "Cooperlake", SB_CPU_AVX512 },
    { "SkylakeX", SB_CPU_AVX512 },
    { "Haswell", SB_CPU_AVX2 },
    { "Nehalem", SB_CPU_SSE2 },
    { "Prescott", 0 },
#else
    { "NEOVERSEN1", SB_CPU_NEON },
    { "ARMV8", 0 },
#endif
    { NULL, 0 },
};

/* OpenBLAS reads its environment while it is loaded. A cache size that is set there is not of this
 * machine: it asks the processor. */
static void before(const char *core)
{
    unsetenv("OPENBLAS_L2_SIZE");
    setenv("OPENBLAS_CORETYPE", core, 1);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
}

static const char *taken(void *handle)
{
    char *(*name)(void);
    return library_find(handle, "openblas_get_corename", &name) == 0 ? name() : NULL;
}

/* "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...": the version, and how it was built. */
static const char *version(void *handle)
{
    char *(*config)(void);
    return library_find(handle, "openblas_get_config", &config) == 0 ? config() : NULL;
}

const blas_library blas_library_here = {
    .name = "OpenBLAS",
    .files = files,
    .cores = cores,
    .before = before,
    .taken = taken,
    .version = version,
};

BLAS_PLUGIN("openblas", "OpenBLAS");
