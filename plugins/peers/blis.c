/* SPDX-License-Identifier: Apache-2.0 */
/* blis: a peer that convolves with im2col and the sgemm of BLIS. */
#include "peers/blas_stage.h"
#include "peers/library.h"

#include <stdlib.h>
#include <string.h>

static const char *const files[] = { "libblis.so.4", "libblis.so.3", "libblis.so", NULL };

/* In BLIS 0.9, where two or three floats are left of a row of C, those with AVX2 load four. */
static const blas_core cores[] = {
    { .name = "skx", .features = SB_CPU_AVX512 },
    { .name = "zen3", .features = SB_CPU_AVX2, .reads_past = true },
    { .name = "haswell", .features = SB_CPU_AVX2, .reads_past = true },
    { .name = "sandybridge", .features = SB_CPU_AVX },
    { .name = "penryn", .features = SB_CPU_SSE2 },
    { .name = "firestorm", .features = SB_CPU_NEON },
    { .name = "cortexa57", .features = SB_CPU_NEON },
    { .name = "generic" },
    { .name = NULL },
};

/*
 * Sets the core type in the environment, which BLIS reads when it is first used. BLIS_ARCH_TYPE is
 * the number of a core type. The numbers differ between versions, so this looks the name up in the
 * library's own table.
 */
static int after(void *handle, const char *core)
{
    enum { MOST_KINDS = 64 };
    const char *(*name)(int);
    void (*start)(void);
    setenv("BLIS_NUM_THREADS", "1", 1);
    if (library_find(handle, "bli_arch_string", &name) < 0 ||
        library_find(handle, "bli_init", &start) < 0)
        return -1;
    for (int i = 0; i < MOST_KINDS; i++) {
        const char *kind = name(i);
        if (strcmp(kind, core) == 0) {
            char number[16];
            snprintf(number, sizeof number, "%d", i);
            setenv("BLIS_ARCH_TYPE", number, 1);
            start(); /* without it, bli_arch_query_id() in taken() would abort */
            return 0;
        }
        if (strcmp(kind, "generic") == 0)
            break; /* the last entry of the table */
    }
    return -1;
}

static const char *taken(void *handle)
{
    const char *(*name)(int);
    int (*query)(void);
    if (library_find(handle, "bli_arch_string", &name) < 0 ||
        library_find(handle, "bli_arch_query_id", &query) < 0)
        return NULL;
    return name(query());
}

static const char *version(void *handle)
{
    static char text[64];
    const char *(*number)(void);
    if (library_find(handle, "bli_info_get_version_str", &number) < 0)
        return NULL;
    snprintf(text, sizeof text, "BLIS %s", number());
    return text;
}

const blas_library blas_library_here = {
    .name = "BLIS",
    .files = files,
    .cores = cores,
    .after = after,
    .taken = taken,
    .version = version,
};

BLAS_PLUGIN("blis", "BLIS");
