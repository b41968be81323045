/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of oneDNN that the peer calls, loaded at run time. This file also hides the
 * differences between versions 2 and 3: the type of a memory descriptor, and the calls that
 * describe a convolution and its post-operations.
 */
#ifndef SB_PEERS_ONEDNN_API_H
#define SB_PEERS_ONEDNN_API_H

#include "common/kit.h"

#include <dnnl.h>

#if DNNL_VERSION_MAJOR >= 3
#define DNN_FUNCTIONS_OF_VERSION(F)     \
    F(dnnl_memory_desc_create_with_tag) \
    F(dnnl_memory_desc_destroy)         \
    F(dnnl_convolution_forward_primitive_desc_create)
typedef const_dnnl_memory_desc_t dnn_desc; /* borrowed */
#else
#define DNN_FUNCTIONS_OF_VERSION(F)               \
    F(dnnl_memory_desc_init_by_tag)               \
    F(dnnl_dilated_convolution_forward_desc_init) \
    F(dnnl_primitive_desc_create)
typedef const dnnl_memory_desc_t *dnn_desc; /* borrowed */
#endif

#define DNN_FUNCTIONS(F)                  \
    F(dnnl_version)                       \
    F(dnnl_set_max_cpu_isa)               \
    F(dnnl_engine_create)                 \
    F(dnnl_stream_create)                 \
    F(dnnl_stream_wait)                   \
    F(dnnl_memory_create)                 \
    F(dnnl_memory_set_data_handle)        \
    F(dnnl_memory_destroy)                \
    F(dnnl_memory_desc_equal)             \
    F(dnnl_memory_desc_get_size)          \
    F(dnnl_primitive_desc_query)          \
    F(dnnl_primitive_desc_query_md)       \
    F(dnnl_primitive_desc_destroy)        \
    F(dnnl_primitive_create)              \
    F(dnnl_primitive_execute)             \
    F(dnnl_primitive_destroy)             \
    F(dnnl_reorder_primitive_desc_create) \
    F(dnnl_primitive_attr_create)         \
    F(dnnl_primitive_attr_set_post_ops)   \
    F(dnnl_primitive_attr_destroy)        \
    F(dnnl_post_ops_create)               \
    F(dnnl_post_ops_destroy)              \
    F(dnnl_post_ops_append_eltwise)       \
    F(dnnl_post_ops_append_sum)           \
    F(dnnl_post_ops_append_binary)        \
    DNN_FUNCTIONS_OF_VERSION(F)

#define DNN_POINTER(name) __typeof__(name) *name;
typedef struct dnn_api {
    DNN_FUNCTIONS(DNN_POINTER)
    dnnl_engine_t engine; /* NULL until the library is loaded */
    dnnl_stream_t stream;
    void (*omp_set_num_threads)(int); /* from the OpenMP library that oneDNN uses; may be NULL */
} dnn_api;
#undef DNN_POINTER

extern dnn_api dnn;

/* Loads the library, limits it to the features of `cpu`, and makes an engine and a stream. They
 * live as long as the process. */
int dnn_load(const sb_cpu *cpu, sb_why *why);
bool dnn_loaded(void);

/* The version of the loaded library, for example "oneDNN 2.6.3". */
const char *dnn_version_text(void);

/* Sets the number of threads for everything that is created or run after this call. Returns 0, or
 * -1 if the library does not allow it. */
int dnn_use_threads(int64_t threads);

/* A memory descriptor of fp32 elements, owned by the caller. */
typedef struct dnn_tensor {
#if DNNL_VERSION_MAJOR >= 3
    dnnl_memory_desc_t desc;
#else
    dnnl_memory_desc_t desc[1];
#endif
} dnn_tensor;

int dnn_tensor_make(dnn_tensor *own, int dims, const dnnl_dim_t *dim, dnnl_format_tag_t tag);
void dnn_tensor_free(dnn_tensor *own);

typedef struct dnn_convolution {
    dnnl_prop_kind_t kind;
    dnnl_alg_kind_t algorithm;
    dnn_desc source, weights, bias, result;       /* bias is NULL if there is none */
    dnnl_primitive_attr_t after_sum;              /* NULL if there are no post-operations */
    dnnl_dims_t strides, dilation, before, after; /* oneDNN counts dilation from 0 */
} dnn_convolution;

/* How a residual is added. DNN_BINARY: the convolution reads it from its own tensor. DNN_SUM: it is
 * first copied into the result tensor, and the convolution adds to it. */
typedef enum dnn_residual { DNN_BINARY, DNN_SUM, DNN_RESIDUALS } dnn_residual;

/* The operations after the sums, in this order. */
typedef struct dnn_post_ops {
    dnn_desc binary; /* NULL if there is none */
    bool sum;
    uint32_t activation; /* sb_activation */
} dnn_post_ops;

/* Makes attributes in `*out`, which the caller destroys; NULL if there are no post-operations.
 * Returns 0 or -1. */
int dnn_post_ops_make(const dnn_post_ops *what, dnnl_primitive_attr_t *out);

/* Returns 0, or the library's error status. */
dnnl_status_t dnn_describe_convolution(const dnn_convolution *convolution,
                                       dnnl_primitive_desc_t *out);

#endif
