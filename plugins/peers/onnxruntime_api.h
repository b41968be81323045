/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of ONNX Runtime's C API that the peer uses. The library is loaded when it is needed, and
 * none of its headers is: its functions are reached through a table in which each has had the same
 * place since it was added.
 */
#ifndef SB_PEERS_ONNXRUNTIME_API_H
#define SB_PEERS_ONNXRUNTIME_API_H

#include "common/kit.h"

/* Objects of the library. */
typedef struct ort_status ort_status;
typedef struct ort_session ort_session;
typedef struct ort_value ort_value;

/* A session with a model in memory, which need not outlive the call. */
typedef struct ort_order {
    const void *model;
    size_t bytes;
    int64_t threads;
    int optimisation;  /* ort_optimisation */
    const char *saved; /* file for the model as it is optimised; NULL: none */
} ort_order;

/* Which changes to the graph are allowed. ORT_LAYOUTS adds those of layouts inside of the graph. */
enum ort_optimisation { ORT_FUSIONS = 2, ORT_LAYOUTS = 99 };

/* The tensors of a call: dense, of four dimensions. */
typedef struct ort_tensor {
    const char *name;
    int64_t shape[4];
    ort_value *value; /* owned; NULL: none yet */
    const void *data; /* the memory that the value stands for */
} ort_tensor;

/* Is the library there? Returns 0, or -1 with the reason. */
int ort_find(sb_why *why);

int ort_load(const sb_cpu *cpu, sb_why *why);
const char *ort_version(void); /* "1.20.1" */

/* Starts it, unless that was done. All sessions of this many threads share one pool. */
int ort_start(int64_t threads, sb_why *why);
void ort_stop(void);

/* NULL with the reason. */
ort_session *ort_open(const ort_order *order, sb_why *why);
void ort_close(ort_session *session);

/* Makes the tensor stand for this memory. */
int ort_point(ort_tensor *tensor, const void *data, sb_why *why);
void ort_release(ort_tensor *tensor);

/* Runs the model: `count` inputs, then one output. */
int ort_run(ort_session *session, const ort_tensor *tensors, size_t count, sb_why *why);

#endif
