/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A BLAS library whose sgemm is to be measured at its best. Such a library picks its kernels by the
 * model of the processor, and does badly on one that is newer than itself, or when the environment
 * holds somebody's choice. So the kinds of core that it knows race once, each in a short-lived
 * process, and the fastest is set in this process before the library is first used.
 */
#ifndef SB_PEERS_BLAS_LIBRARY_H
#define SB_PEERS_BLAS_LIBRARY_H

#include "common/kit.h"

typedef void sgemm_function(int order, int transpose_a, int transpose_b, int m, int n, int k,
                            float alpha, const float *a, int lda, const float *b, int ldb,
                            float beta, float *c, int ldc);

/* A kind of core, and the instructions that it needs. Of kinds with the same instructions, which
 * are next to each other, the first that the library knows stands for all: they differ by a per
 * cent or two and in their order of summation, so that a race would give each process another. */
typedef struct blas_core {
    const char *name; /* NULL ends a list */
    uint64_t features;
} blas_core;

typedef struct blas_library {
    const char *name;
    const char *const *files;
    const blas_core *cores;
    /* Makes the library take this kind: `before` it is loaded and, 0 or -1, `after`. Either may be
     * NULL. */
    void (*before)(const char *core);
    int (*after)(void *handle, const char *core);
    /* NULL, or what the library says that it took. */
    const char *(*taken)(void *handle);
    /* Its name and version. NULL where it cannot say. */
    const char *(*version)(void *handle);
} blas_library;

typedef struct blas_loaded {
    sgemm_function *sgemm; /* NULL: not loaded */
    char core[32];
    char version[160]; /* for sb_plugin.libraries */
} blas_loaded;

/* Races, sets the winner and loads; does nothing where that was done. One thread a call: several
 * threads may call at once. */
int blas_library_load(const blas_library *library, const sb_cpu *cpu, blas_loaded *loaded,
                      sb_why *why);

#endif
