/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the parts of the reader of TensorFlow Lite models: tables (tflite.c, tflite_tensors.c),
 * and the translation of operators to ONNX's (tflite_operators.c). */
#ifndef SB_IMPORT_TFLITE_READER_H
#define SB_IMPORT_TFLITE_READER_H

#include "import/flatbuffer.h"
#include "import/onnx_graph.h"

/* Element types. */
enum { SB_TFLITE_FLOAT32 = 0, SB_TFLITE_FLOAT16 = 1, SB_TFLITE_INT32 = 2 };

/* The state of reading a model. The graph borrows texts and lists from it. */
typedef struct sb_tflite_reader {
    sb_flatbuffer file;
    sb_flat_list codes, buffers, tensors, operators;
    sb_onnx_graph *graph;
    uint32_t fresh; /* the next value without a tensor in the file */
    int64_t (*lists)[8];
} sb_tflite_reader;

/* One operator of the file. */
typedef struct sb_tflite_operator {
    sb_flat_table options;
    const uint32_t *inputs;
    uint32_t input_count, output;
    const char *name; /* of its output */
} sb_tflite_operator;

/* Of a tensor: its dimensions; one of them as in the file, -1 if it is open; its element type; the
 * bytes of a constant, empty for a computed value. */
sb_flat_list sb_tflite_shape(const sb_tflite_reader *from, uint32_t tensor);
int64_t sb_tflite_dim(const sb_tflite_reader *from, uint32_t tensor, size_t index);
int64_t sb_tflite_type(const sb_tflite_reader *from, uint32_t tensor);
sb_flat_list sb_tflite_data(const sb_tflite_reader *from, uint32_t tensor);

/* Adds the nodes for an operator of this code: one, and another for an activation within it. */
void sb_tflite_take(sb_tflite_reader *to, int64_t code, const sb_tflite_operator *op);

#endif
