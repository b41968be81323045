/* SPDX-License-Identifier: Apache-2.0 */
/* Layers of TensorFlow Lite models: read into a graph in ONNX's terms, with channels first. */
#include "core/file.h"
#include "import/onnx_layers.h"
#include "import/tflite_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_OPERATORS = 1 << 20 };
#define MOST_BYTES (SIZE_MAX / 4)

/* The fields that are read from the schema's tables. */
enum { MODEL_CODES = 1, MODEL_GRAPHS = 2, MODEL_BUFFERS = 4 };
enum { CODE_OLD = 0, CODE_CUSTOM = 1, CODE_NEW = 3 };
enum { GRAPH_TENSORS = 0, GRAPH_INPUTS = 1, GRAPH_OUTPUTS = 2, GRAPH_OPERATORS = 3 };
enum { TENSOR_NAME = 3 };
enum { OPERATOR_CODE = 0, OPERATOR_INPUTS = 1, OPERATOR_OUTPUTS = 2, OPERATOR_OPTIONS = 4 };

/* Images have their channels last. */
static sb_onnx_tensor tensor_of(const sb_tflite_reader *from, uint32_t tensor)
{
    static const size_t channels_first[] = { 0, 3, 1, 2 };
    const size_t rank = sb_tflite_shape(from, tensor).count;
    sb_onnx_tensor result = { .rank = rank <= SB_ONNX_RANK ? (int)rank : -1 };
    for (size_t i = 0; i < rank && rank <= SB_ONNX_RANK; i++)
        result.dims[i] = sb_tflite_dim(from, tensor, rank == 4 ? channels_first[i] : i);
    return result;
}

static void read_values(sb_tflite_reader *from)
{
    for (uint32_t i = 0; i < from->tensors.count; i++) {
        const sb_flat_table table = sb_flat_item(&from->file, from->tensors, i);
        from->graph->values[i] = (sb_onnx_value) {
            .name = sb_flat_text(&from->file, table, TENSOR_NAME),
            .tensor = tensor_of(from, i),
            .declared = { .rank = -1 },
            .weight = sb_tflite_data(from, i).count > 0,
            .producer = SB_ONNX_NONE,
        };
    }
}

/* ----------------------------------------------------------------------------------- operators */

static int64_t code_of(const sb_tflite_reader *from, int64_t index)
{
    const sb_flat_table code = sb_flat_item(&from->file, from->codes, (size_t)index);
    const int64_t old = sb_flat_integer(&from->file, code, CODE_OLD, 1, 0);
    const int64_t new = sb_flat_integer(&from->file, code, CODE_NEW, 4, 0);
    return new > old ? new : old; /* codes above 127 are only in the newer field */
}

static uint32_t tensor_at(const sb_tflite_reader *from, sb_flat_list list, size_t index)
{
    const int64_t tensor = sb_flat_number(&from->file, list, index, 4);
    return tensor >= 0 && (size_t)tensor < from->tensors.count ? (uint32_t)tensor : SB_ONNX_NONE;
}

/* Each value is computed once, and not from itself. */
static int check_output(const sb_tflite_operator *op, bool *made, sb_error *error)
{
    if (op->output == SB_ONNX_NONE)
        return SB_OK;
    for (uint32_t i = 0; i < op->input_count; i++)
        if (op->inputs[i] == op->output)
            return sb_fail(error, "'%.80s' depends on itself", op->name);
    if (made[op->output])
        return sb_fail(error, "'%.80s' is made twice", op->name);
    made[op->output] = true;
    return SB_OK;
}

static int read_operator(sb_tflite_reader *to, sb_flat_table table, bool *made, sb_error *error)
{
    const sb_flat_list inputs = sb_flat_list_of(&to->file, table, OPERATOR_INPUTS, 4);
    const sb_flat_list outputs = sb_flat_list_of(&to->file, table, OPERATOR_OUTPUTS, 4);
    uint32_t *list = sb_new(inputs.count, sizeof *list);
    for (size_t i = 0; i < inputs.count; i++)
        list[i] = tensor_at(to, inputs, i);
    const sb_tflite_operator op = {
        .options = sb_flat_child(&to->file, table, OPERATOR_OPTIONS),
        .inputs = list,
        .input_count = (uint32_t)inputs.count,
        .output = outputs.count ? tensor_at(to, outputs, 0) : SB_ONNX_NONE,
        .name = outputs.count && tensor_at(to, outputs, 0) != SB_ONNX_NONE
                    ? to->graph->values[tensor_at(to, outputs, 0)].name
                    : "",
    };
    int rc = check_output(&op, made, error);
    if (rc == SB_OK)
        sb_tflite_take(to, code_of(to, sb_flat_integer(&to->file, table, OPERATOR_CODE, 4, 0)),
                       &op);
    free(list);
    return rc;
}

/* --------------------------------------------------------------------------------------- graph */

static void mark_ends(sb_tflite_reader *to, sb_flat_table graph)
{
    const sb_flat_list inputs = sb_flat_list_of(&to->file, graph, GRAPH_INPUTS, 4);
    const sb_flat_list outputs = sb_flat_list_of(&to->file, graph, GRAPH_OUTPUTS, 4);
    for (size_t i = 0; i < inputs.count; i++)
        if (tensor_at(to, inputs, i) != SB_ONNX_NONE)
            to->graph->values[tensor_at(to, inputs, i)].input = true;
    for (size_t i = 0; i < outputs.count; i++)
        if (tensor_at(to, outputs, i) != SB_ONNX_NONE)
            to->graph->values[tensor_at(to, outputs, i)].output = true;
}

/* Memory for the graph's texts and lists. */
typedef struct memory {
    unsigned char *bytes;
    int64_t (*lists)[8];
} memory;

static void free_memory(void *data)
{
    memory *m = data;
    free(m->bytes);
    free(m->lists);
    free(m);
}

static int read_graph(sb_tflite_reader *from, memory *m, sb_error *error)
{
    const sb_flat_table model = sb_flat_root(&from->file);
    const sb_flat_list graphs = sb_flat_list_of(&from->file, model, MODEL_GRAPHS, 4);
    const sb_flat_table graph = sb_flat_item(&from->file, graphs, 0);
    from->codes = sb_flat_list_of(&from->file, model, MODEL_CODES, 4);
    from->buffers = sb_flat_list_of(&from->file, model, MODEL_BUFFERS, 4);
    from->tensors = sb_flat_list_of(&from->file, graph, GRAPH_TENSORS, 4);
    from->operators = sb_flat_list_of(&from->file, graph, GRAPH_OPERATORS, 4);
    const size_t count = from->operators.count;
    if (count == 0)
        return sb_fail(error, "not a complete TensorFlow Lite model: it contains no operators");
    if (count > MOST_OPERATORS || from->tensors.count > MOST_OPERATORS)
        return sb_fail(error, "more than %d operators or tensors", MOST_OPERATORS);
    /* An activation within an operator needs one more node and value. */
    from->graph->nodes = sb_new(2 * count, sizeof *from->graph->nodes);
    from->graph->values = sb_new(from->tensors.count + count, sizeof *from->graph->values);
    from->lists = m->lists = sb_new(2 * count, sizeof *m->lists);
    from->fresh = (uint32_t)from->tensors.count;
    read_values(from);
    mark_ends(from, graph);
    bool *made = sb_new(from->tensors.count, sizeof *made);
    int rc = SB_OK;
    for (size_t i = 0; i < count && rc == SB_OK; i++)
        rc = read_operator(from, sb_flat_item(&from->file, from->operators, i), made, error);
    free(made);
    from->graph->value_count = from->fresh;
    if (rc == SB_OK)
        sb_onnx_list_consumers(from->graph);
    return rc;
}

/* The whole file, in memory of exactly that size. */
static int read_file(const char *path, memory *m, size_t *length, sb_error *error)
{
    struct stat info;
    FILE *stream = sb_file_stream(path, error);
    if (!stream)
        return SB_FAILED;
    if (fstat(fileno(stream), &info) != 0) {
        sb_fail_errno(error, "%s cannot be read", path);
        goto fail;
    }
    if (!S_ISREG(info.st_mode) || (uint64_t)info.st_size > MOST_BYTES) {
        sb_fail(error, "%s: not a regular file", path);
        goto fail;
    }
    *length = (size_t)info.st_size;
    m->bytes = malloc(*length + 1);
    if (!m->bytes || fread(m->bytes, 1, *length, stream) != *length) {
        sb_fail(error, "%s: its %zu bytes cannot be read", path, *length);
        goto fail;
    }
    fclose(stream);
    return SB_OK;

fail:
    fclose(stream);
    return SB_FAILED;
}

int sb_import_tflite(const char *path, const sb_import_options *options, sb_imported *imported,
                     sb_error *error)
{
    sb_onnx_graph graph = { .name = "",
                            .memory = sb_new(1, sizeof(memory)),
                            .free_memory = free_memory };
    memory *m = graph.memory;
    sb_tflite_reader from = { .graph = &graph };
    int rc = read_file(path, m, &from.file.length, error);
    from.file.bytes = m->bytes;
    if (rc == SB_OK && (from.file.length < 8 || memcmp(m->bytes + 4, "TFL3", 4) != 0))
        rc = sb_fail(error, "%s: not a TensorFlow Lite model", path);
    if (rc == SB_OK && options->shapes && options->shapes[0])
        rc = sb_fail(error,
                     "%s: the sizes of a TensorFlow Lite model are fixed; --shape is for "
                     "ONNX",
                     path);
    if (rc == SB_OK) {
        sb_imported_start(imported, path, "TensorFlow Lite");
        rc = read_graph(&from, m, error);
        if (rc == SB_OK)
            rc = sb_onnx_take_layers(&graph, options, imported, error);
        if (rc < 0) {
            sb_imported_free(imported);
            sb_fail_within(error, "%s", path);
        }
    }
    sb_onnx_free(&graph);
    return rc;
}
