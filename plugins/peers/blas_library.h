/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads a BLAS library so that its sgemm runs as fast as it can. Such a library picks its kernels
 * by the model of the processor. It may pick badly if the processor is newer than the library, or
 * if an environment variable overrides the choice. Therefore each core type that the library knows
 * is timed once, in a short-lived process of its own, and the fastest one is set in this process
 * before the library is first used. The choice holds for all processes of a run and for later runs,
 * until the library or the machine is another one (SB_HOST_LASTING_NOTES).
 */
#ifndef SB_PEERS_BLAS_LIBRARY_H
#define SB_PEERS_BLAS_LIBRARY_H

#include "common/kit.h"

typedef void sgemm_function(int order, int transpose_a, int transpose_b, int m, int n, int k,
                            float alpha, const float *a, int lda, const float *b, int ldb,
                            float beta, float *c, int ldc);

/* A core type and the instructions that it needs. Types that need the same instructions are
 * adjacent in a list, and only the first of them that the library knows is timed. They differ by
 * one or two per cent, so that noise would decide between them, and they sum in different orders:
 * results would differ from one process to the next. */
typedef struct blas_core {
    const char *name; /* NULL ends a list */
    uint64_t features;
    bool reads_past; /* its products read a few bytes past the last row of C */
} blas_core;

typedef struct blas_library {
    const char *name;
    const char *const *files;
    const blas_core *cores;
    /* Make the library use a core type. `before` is called before the library is loaded, `after`
     * afterwards; `after` returns 0, or -1 if the library does not know the type. Either may be
     * NULL. */
    void (*before)(const char *core);
    int (*after)(void *handle, const char *core);
    /* Returns the core type that the library says it uses, or NULL. May be NULL. */
    const char *(*taken)(void *handle);
    /* Returns the library's name and version, or NULL if it cannot tell. May be NULL. */
    const char *(*version)(void *handle);
} blas_library;

typedef struct blas_loaded {
    sgemm_function *sgemm; /* NULL until the library is loaded */
    bool reads_past;       /* as in blas_core */
    char core[32];
    char version[160]; /* for sb_plugin.libraries */
} blas_loaded;

/* Finds the fastest core type, sets it and loads the library; does nothing if that has been done.
 * Each call of sgemm uses one thread, and several threads may call it at the same time. */
int blas_library_load(const blas_library *library, const sb_host *host, blas_loaded *loaded,
                      sb_why *why);

#endif
