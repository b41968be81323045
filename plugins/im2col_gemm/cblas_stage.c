/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "common/epilogue.h"
#include "common/lower.h"
#include "im2col_gemm/cblas_stage.h"

#include <dlfcn.h>
#include <string.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111 }; /* the values of every cblas.h */

typedef void sgemm_fn(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                      const float *a, int lda, const float *b, int ldb, float beta, float *c,
                      int ldc);
typedef void set_threads_fn(int threads);

typedef struct library {
    const char *file;
    const char *set_threads;
} library;

static const library libraries[] = {
#ifdef HAVE_OPENBLAS
    { "libopenblas.so.0", "openblas_set_num_threads" },
#endif
#ifdef HAVE_BLIS
    { "libblis.so.4", NULL }, /* uses one thread by default */
#endif
    { NULL, NULL },
};

static sgemm_fn *sgemm; /* NULL until the library is loaded; never unloaded after that */

/* Stores the address of a function in `function`, a pointer to a function pointer. Copying the
 * bytes of dlsym's object pointer avoids a cast that POSIX allows and ISO C does not. */
static int find(void *handle, const char *name, void *function)
{
    void *symbol = dlsym(handle, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL ? 0 : -1;
}

bool cblas_built(void)
{
    return libraries[0].file != NULL;
}

int cblas_load(sb_why *why)
{
    for (const library *l = libraries; sgemm == NULL && l->file != NULL; l++) {
        void *handle = dlopen(l->file, RTLD_NOW | RTLD_LOCAL);
        if (handle == NULL)
            continue;
        set_threads_fn *set_threads;
        if (l->set_threads != NULL && find(handle, l->set_threads, &set_threads) == 0)
            set_threads(1);
        if (find(handle, "cblas_sgemm", &sgemm) < 0)
            dlclose(handle);
    }
    return sgemm != NULL ? 0
                         : refuse(why, "gemm=cblas: %s",
                                  cblas_built() ? "the library cannot be loaded any more"
                                                : "built without OpenBLAS or BLIS");
}

typedef struct cblas_stage {
    stage base;
    conv conv; /* as flatten() returns it */
    const simd *simd;
    float *weights;
    float *bias; /* [k]; NULL if there is none */
    int m, n, k;
} cblas_stage;

/* Adds bias and residual and applies the activation in a second pass over the output, because sgemm
 * can do none of these. */
static void finish(const cblas_stage *own, int64_t index, const tensors *t)
{
    const conv *b = &own->conv;
    const int64_t size = (int64_t)own->m * own->n;
    if (own->bias == NULL && t->residual == NULL && b->activation == SB_ACTIVATION_NONE)
        return;
    own->simd->pass(&(simd_pass) {
        .out = t->output + index * size,
        .residual = t->residual != NULL ? t->residual + index * size : NULL,
        .bias = own->bias != NULL ? own->bias + index % b->groups * own->m : NULL,
        .bias_of_row = true,
        .activation = b->activation,
        .rows = own->m,
        .count = own->n,
        .pitch = own->n,
    });
}

static void run_task(const stage *base, int64_t index, float *scratch, const tensors *t)
{
    const cblas_stage *own = (const cblas_stage *)base;
    const conv *b = &own->conv;
    const float *columns = t->input + index * (b->c / b->groups) * b->h * b->w;
    if (!is_plain_pointwise(b)) {
        for (int64_t d = 0; d < own->k; d++)
            lower_row(b, own->simd, columns, d, 0, own->n, scratch + d * own->n);
        columns = scratch;
    }
    const float *weights = own->weights + index % b->groups * own->m * own->k;
    sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, own->m, own->n, own->k, 1.0f, weights, own->k,
          columns, own->n, 0.0f, t->output + index * own->m * own->n, own->n);
    finish(own, index, t);
}

static void destroy(stage *base, const sb_host *host)
{
    cblas_stage *own = (cblas_stage *)base;
    host->free(host, own->weights);
    host->free(host, own->bias);
    host->free(host, own);
}

stage *cblas_stage_new(const stage_order *order)
{
    const sb_host *host = order->host;
    cblas_stage *own = host->alloc(host, sizeof *own);
    if (own == NULL)
        return NULL;
    own->conv = flatten(&order->conv);
    const conv *b = &own->conv;
    own->simd = simd_select(host->cpu);
    /* A tensor has at most 2^31 elements, so these fit an int in all but extreme cases; fits_int()
     * excludes those. */
    int64_t depth = b->c / b->groups * b->r * b->s;
    own->m = (int)(b->k / b->groups);
    own->n = (int)(b->p * b->q);
    own->k = (int)depth;
    own->base = (stage) {
        .tasks = b->n * b->groups,
        .scratch = is_plain_pointwise(b) ? 0 : round_up(depth * b->p * b->q, 16),
        .task = run_task,
        .destroy = destroy,
        .text = "cblas_sgemm",
    };
    own->weights = alloc_floats(host, b->k * depth);
    if (own->weights == NULL || copy_bias(host, b, order->bias, &own->bias) < 0) {
        destroy(&own->base, host);
        return NULL;
    }
    memcpy(own->weights, order->weights, (size_t)(b->k * depth) * sizeof *own->weights);
    return &own->base;
}
