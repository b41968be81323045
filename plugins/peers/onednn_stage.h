/* SPDX-License-Identifier: Apache-2.0 */
/* One convolution by oneDNN, with what follows it. */
#ifndef SB_PEERS_ONEDNN_STAGE_H
#define SB_PEERS_ONEDNN_STAGE_H

#include "common/chain.h"
#include "peers/onednn_api.h"

/* How oneDNN is asked. The library picks the layouts itself in the first two, which lead to
 * different families of kernels. */
typedef enum dnn_format {
    DNN_INFERENCE, /* forward_inference */
    DNN_TRAINING,  /* forward_training */
    DNN_NHWC,
    DNN_NCHW16C,
    DNN_NCHW8C,
    DNN_FORMATS
} dnn_format;

enum { DNN_ANY_LAYOUT = -1 };

typedef struct dnn_question {
    dnn_format format;
    dnn_residual residual; /* where there is one */
    dnnl_alg_kind_t algorithm;
    int input; /* an sb_layout that is given, or DNN_ANY_LAYOUT */
} dnn_question;

/*
 * What oneDNN answered. Its own tensors have no channels past the last that may hold anything: it
 * writes zeros there, into its input too. Where it wants blocks of channels that do not come out
 * even, it is therefore asked for the whole blocks, with weights of zero: the same work.
 */
typedef struct dnn_answer {
    dnnl_primitive_desc_t desc; /* owned */
    conv conv;                  /* with whole blocks of channels */
    sb_layout input, output;
    dnn_residual residual;
    const char *implementation; /* as long as the descriptor */
} dnn_answer;

/*
 * oneDNN has reference code, hundreds of times slower than the rest, for what none of its optimised
 * kernels takes. Where it would run that, the other ways to add a residual and the other formats
 * are asked, the format wanted first, and the first answer is taken that is no reference code; but
 * a Winograd convolution is asked for as it is wanted.
 */
int dnn_ask(const conv *b, dnn_question question, dnn_answer *answer, sb_why *why);
bool dnn_is_reference(const dnn_answer *answer);
void dnn_forget(dnn_answer *answer);

/* The implementation and its layouts, for dnn_stage_new() and to tell answers apart. */
void dnn_describe(const dnn_answer *answer, char *text, size_t size);

/* A stage that takes its answer from dnn_ask() over, also when it fails. */
stage *dnn_stage_new(const stage_order *order, dnn_answer *answer, sb_why *why);

#endif
