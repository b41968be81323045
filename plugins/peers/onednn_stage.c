/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/onednn_stage.h"

#include <string.h>

enum { SOURCE, RESULT, RESIDUAL, WEIGHTS, BIAS, MEMORIES };

typedef struct dnn_stage {
    stage base;
    int64_t threads;
    dnnl_primitive_t primitive, copy; /* copy: the residual into the result; may be NULL */
    dnnl_memory_t memory[MEMORIES];   /* NULL if the convolution has no such tensor */
    const void *at[MEMORIES];         /* the address that each of them holds */
    void *packed;
    float *bias; /* padded to whole blocks of channels */
    int residual_argument;
} dnn_stage;

/* ---------------------------------------------------------------------------------------- run */

/* oneDNN has no const tensors, but it does not write to a source, so dropping the const is safe. */
static void *without_const(const void *tensor)
{
    const union {
        const void *in;
        void *out;
    } both = { .in = tensor };
    return both.out;
}

/* Points a memory object to a tensor. */
static void point(dnn_stage *own, int which, const void *to)
{
    if (own->memory[which] == NULL || own->at[which] == to)
        return;
    dnn.dnnl_memory_set_data_handle(own->memory[which], without_const(to));
    own->at[which] = to;
}

static int copy_residual(const dnn_stage *own)
{
    const dnnl_exec_arg_t arguments[] = {
        { DNNL_ARG_FROM, own->memory[RESIDUAL] },
        { DNNL_ARG_TO, own->memory[RESULT] },
    };
    return own->copy == NULL ||
                   dnn.dnnl_primitive_execute(own->copy, dnn.stream, 2, arguments) == dnnl_success
               ? 0
               : -1;
}

static int run(stage *base, const tensors *t, sb_why *why)
{
    dnn_stage *own = (dnn_stage *)base;
    dnn_use_threads(own->threads);
    point(own, SOURCE, t->input);
    point(own, RESULT, t->output);
    point(own, RESIDUAL, t->residual);
    const dnnl_exec_arg_t all[] = {
        { DNNL_ARG_SRC, own->memory[SOURCE] },
        { DNNL_ARG_DST, own->memory[RESULT] },
        { DNNL_ARG_WEIGHTS, own->memory[WEIGHTS] },
        { DNNL_ARG_BIAS, own->memory[BIAS] },
        { own->residual_argument, own->memory[RESIDUAL] },
    };
    dnnl_exec_arg_t arguments[sizeof all / sizeof *all];
    int count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].memory != NULL && all[i].arg != 0)
            arguments[count++] = all[i];
    if (copy_residual(own) < 0 ||
        dnn.dnnl_primitive_execute(own->primitive, dnn.stream, count, arguments) != dnnl_success ||
        dnn.dnnl_stream_wait(dnn.stream) != dnnl_success)
        return refuse(why, "oneDNN could not execute the convolution");
    return 0;
}

/* --------------------------------------------------------------------------------------- plan */

static void destroy(stage *base, const sb_host *host)
{
    dnn_stage *own = (dnn_stage *)base;
    for (size_t i = 0; i < MEMORIES; i++)
        if (own->memory[i] != NULL)
            dnn.dnnl_memory_destroy(own->memory[i]);
    if (own->copy != NULL)
        dnn.dnnl_primitive_destroy(own->copy);
    if (own->primitive != NULL)
        dnn.dnnl_primitive_destroy(own->primitive);
    host->free(host, own->packed);
    host->free(host, own->bias);
    host->free(host, own);
}

/* Copies dense weights, with zeros for the channels that were added to fill blocks. */
static float *pad_weights(const sb_host *host, const conv *from, const conv *to,
                          const float *weights)
{
    const int64_t taps = from->r * from->s;
    const int64_t narrow = from->c / from->groups * taps, wide = to->c / to->groups * taps;
    float *padded = alloc_floats(host, to->k * wide);
    for (int64_t k = 0; padded != NULL && k < from->k; k++)
        memcpy(padded + k * wide, weights + k * narrow, (size_t)narrow * sizeof *weights);
    return padded;
}

/* Makes a primitive that copies from one layout to another. Returns NULL if that fails. */
static dnnl_primitive_t make_reorder(dnn_desc from, dnn_desc to)
{
    dnnl_primitive_desc_t desc;
    dnnl_primitive_t primitive = NULL;
    if (dnn.dnnl_reorder_primitive_desc_create(&desc, from, dnn.engine, to, dnn.engine, NULL) !=
        dnnl_success)
        return NULL;
    if (dnn.dnnl_primitive_create(&primitive, desc) != dnnl_success)
        primitive = NULL;
    dnn.dnnl_primitive_desc_destroy(desc);
    return primitive;
}

static int reorder(dnnl_memory_t from, dnn_desc from_desc, dnnl_memory_t to, dnn_desc to_desc)
{
    const dnnl_exec_arg_t arguments[] = { { DNNL_ARG_FROM, from }, { DNNL_ARG_TO, to } };
    dnnl_primitive_t primitive = make_reorder(from_desc, to_desc);
    if (primitive == NULL)
        return -1;
    const bool done =
        dnn.dnnl_primitive_execute(primitive, dnn.stream, 2, arguments) == dnnl_success &&
        dnn.dnnl_stream_wait(dnn.stream) == dnnl_success;
    dnn.dnnl_primitive_destroy(primitive);
    return done ? 0 : -1;
}

/* Weights without added channels are reordered from where they are: a copy would be charged to
 * oneDNN's packing. */
static int pack(dnn_stage *own, const stage_order *order, const dnn_answer *answer)
{
    const sb_host *host = order->host;
    const conv *b = &answer->conv;
    const dnnl_dims_t plain = { b->k, b->c, b->r, b->s };
    const dnnl_dims_t grouped = { b->groups, b->k / b->groups, b->c / b->groups, b->r, b->s };
    const dnn_desc wanted =
        dnn.dnnl_primitive_desc_query_md(answer->desc, dnnl_query_weights_md, 0);
    dnnl_memory_t memory = NULL, *packed = &own->memory[WEIGHTS];
    const bool pads = b->c != order->conv.c || b->k != order->conv.k;
    dnn_tensor dense;
    int rc = -1;

    float *padded = pads ? pad_weights(host, &order->conv, b, order->weights) : NULL;
    const void *from = pads ? padded : order->weights;
    own->packed = host->alloc(host, dnn.dnnl_memory_desc_get_size(wanted));
    if (from == NULL || own->packed == NULL)
        goto free_padded;
    if (dnn_tensor_make(&dense, b->groups > 1 ? 5 : 4, b->groups > 1 ? grouped : plain,
                        b->groups > 1 ? dnnl_goihw : dnnl_oihw) < 0)
        goto free_padded;
    if (dnn.dnnl_memory_create(&memory, dense.desc, dnn.engine, without_const(from)) ==
            dnnl_success &&
        dnn.dnnl_memory_create(packed, wanted, dnn.engine, own->packed) == dnnl_success)
        rc = reorder(memory, dense.desc, *packed, wanted);
    if (memory != NULL)
        dnn.dnnl_memory_destroy(memory);
    dnn_tensor_free(&dense);
free_padded:
    host->free(host, padded);
    return rc;
}

/* Makes a memory object for a tensor of the primitive. `memory` may be NULL and set later. */
static int make_memory(dnn_stage *own, int which, const dnn_answer *answer, dnnl_query_t what,
                       void *memory)
{
    const dnn_desc desc = dnn.dnnl_primitive_desc_query_md(answer->desc, what, 0);
    return dnn.dnnl_memory_create(&own->memory[which], desc, dnn.engine, memory) == dnnl_success
               ? 0
               : -1;
}

static int make_bias(dnn_stage *own, const stage_order *order, const dnn_answer *answer)
{
    const sb_host *host = order->host;
    const dnn_desc desc = dnn.dnnl_primitive_desc_query_md(answer->desc, dnnl_query_weights_md, 1);
    if (order->conv.bias == 0)
        return 0;
    own->bias = alloc_floats(host, answer->conv.k);
    if (own->bias == NULL)
        return -1;
    memcpy(own->bias, order->bias, (size_t)order->conv.k * sizeof *own->bias);
    return dnn.dnnl_memory_create(&own->memory[BIAS], desc, dnn.engine, own->bias) == dnnl_success
               ? 0
               : -1;
}

static int make_residual(dnn_stage *own, const dnn_answer *answer)
{
    const dnn_desc desc = dnn.dnnl_primitive_desc_query_md(answer->desc, dnnl_query_dst_md, 0);
    if (!answer->conv.residual)
        return 0;
    if (make_memory(own, RESIDUAL, answer, dnnl_query_dst_md, NULL) < 0)
        return -1;
    if (answer->residual == DNN_BINARY) {
        own->residual_argument = DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1;
        return 0;
    }
    own->copy = make_reorder(desc, desc);
    return own->copy != NULL ? 0 : -1;
}

stage *dnn_stage_new(const stage_order *order, dnn_answer *answer, sb_why *why)
{
    const sb_host *host = order->host;
    dnn_stage *own = host->alloc(host, sizeof *own);
    if (own == NULL) {
        dnn_forget(answer);
        return NULL;
    }
    *own = (dnn_stage) {
        .base = { .run = run,
                  .destroy = destroy,
                  .input = answer->input,
                  .output = answer->output },
        .threads = order->conv.threads,
    };
    dnn_describe(answer, own->base.text, sizeof own->base.text);
    int rc = dnn.dnnl_primitive_create(&own->primitive, answer->desc) == dnnl_success ? 0 : -1;
    if (rc == 0)
        rc = make_memory(own, SOURCE, answer, dnnl_query_src_md, NULL);
    if (rc == 0)
        rc = make_memory(own, RESULT, answer, dnnl_query_dst_md, NULL);
    if (rc == 0)
        rc = make_residual(own, answer);
    if (rc == 0)
        rc = make_bias(own, order, answer);
    if (rc == 0)
        rc = pack(own, order, answer);
    dnn_forget(answer);
    if (rc < 0) {
        destroy(&own->base, host);
        refuse(why, "oneDNN could not create the convolution");
        return NULL;
    }
    return &own->base;
}
