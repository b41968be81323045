/* SPDX-License-Identifier: Apache-2.0 */
/* One convolution by oneDNN. */
#ifndef SB_PEERS_ONEDNN_STEP_H
#define SB_PEERS_ONEDNN_STEP_H

#include "peers/onednn_api.h"
#include "peers/steps.h"

/* How oneDNN is asked. The library picks the layouts itself in the first two, which lead to
 * different families of kernels. */
typedef enum dnn_format {
    DNN_INFERENCE, /* forward_inference */
    DNN_TRAINING,  /* forward_training */
    DNN_NHWC,
    DNN_NCHW16C,
    DNN_NCHW8C
} dnn_format;

enum { DNN_ANY_LAYOUT = -1 };

typedef struct dnn_question {
    dnn_format format;
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
    sb_problem problem;         /* with whole blocks of channels */
    sb_layout input, output;
} dnn_answer;

int dnn_ask(const sb_problem *problem, dnn_question question, dnn_answer *answer, sb_why *why);
void dnn_forget(dnn_answer *answer);

/* A step that takes its answer from dnn_ask() over, also when it fails. `problem` and `weights` are
 * those that were asked about. */
step *dnn_step_new(const sb_host *host, const sb_problem *problem, dnn_answer *answer,
                   const float *weights, sb_why *why);

#endif
