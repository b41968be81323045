/* SPDX-License-Identifier: Apache-2.0 */
/* One convolution by oneDNN, with its bias, residual and activation. */
#ifndef SB_PEERS_ONEDNN_STAGE_H
#define SB_PEERS_ONEDNN_STAGE_H

#include "common/chain.h"
#include "peers/onednn_api.h"

/* How to ask oneDNN. With the first two formats the library picks the layouts itself; each leads to
 * a different family of kernels. */
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
    dnn_residual residual; /* ignored if there is no residual */
    dnnl_alg_kind_t algorithm;
    int input; /* the required sb_layout, or DNN_ANY_LAYOUT */
} dnn_question;

/*
 * oneDNN's answer. If the channels do not fill their last block, oneDNN writes zeros to the rest of
 * the block, even in its input, whereas a sepbench kernel must not write to its input. In that case
 * we ask oneDNN for a convolution with whole blocks of channels, and with zeros for the added
 * weights. This is the same amount of work.
 */
typedef struct dnn_answer {
    dnnl_primitive_desc_t desc; /* owned */
    conv conv;                  /* channels rounded up to whole blocks */
    sb_layout input, output;
    dnn_residual residual;
    const char *implementation; /* valid as long as the descriptor */
} dnn_answer;

/*
 * Asks oneDNN for an implementation. If none of its optimised kernels fits, oneDNN offers reference
 * code, which is hundreds of times slower. In that case this tries the other ways to add a residual
 * and the other formats, beginning with the wanted format, and takes the first answer that is not
 * reference code. A Winograd convolution is asked for only as wanted.
 */
int dnn_ask(const conv *b, dnn_question question, dnn_answer *answer, sb_why *why);
bool dnn_is_reference(const dnn_answer *answer);
void dnn_forget(dnn_answer *answer);

/* Writes the implementation and its layouts, for dnn_stage_new() and to tell answers apart. */
void dnn_describe(const dnn_answer *answer, char *text, size_t size);

/* Makes a stage from an answer of dnn_ask(). Takes over the answer, even if it fails. */
stage *dnn_stage_new(const stage_order *order, dnn_answer *answer, sb_why *why);

#endif
