/* SPDX-License-Identifier: Apache-2.0 */
/* openblas: a peer that convolves with im2col and the sgemm of OpenBLAS. */
#include "peers/blas_stage.h"
#include "peers/library.h"

#include <stdlib.h>

static const char *const files[] = { "libopenblas.so.0", "libopenblas.so", NULL };

/* The core types of the processor's family only: given a name that it does not know, OpenBLAS makes
 * its own choice, which may use masked features. The last type of each family needs only what every
 * processor of the family has. */
static const blas_core cores[] = {
#if defined(__x86_64__) || defined(__i386__)
    { .name = "Cooperlake", .features = SB_CPU_AVX512 },
    { .name = "SkylakeX", .features = SB_CPU_AVX512 },
    { .name = "Haswell", .features = SB_CPU_AVX2 },
    { .name = "Nehalem", .features = SB_CPU_SSE2 },
    { .name = "Prescott" },
#else
    { .name = "NEOVERSEN1", .features = SB_CPU_NEON },
    { .name = "ARMV8" },
#endif
    { .name = NULL },
};

/* Sets the environment that OpenBLAS reads while it is being loaded. A cache size set there by the
 * user might be for another machine, so it is removed, and OpenBLAS asks the processor. */
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

/* The version and the build options: "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...". */
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
