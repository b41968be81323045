/* SPDX-License-Identifier: Apache-2.0 */
/* Layers of ONNX models. */
#include "import/onnx_layers.h"

#include <inttypes.h>
#include <stdio.h>

static void note_open_batches(const sb_onnx_graph *graph, sb_imported *imported)
{
    for (uint32_t i = 0; i < graph->value_count; i++)
        if (graph->values[i].input && graph->values[i].tensor.rank > 0 && !graph->values[i].sized)
            sb_imported_note(imported, SB_IMPORT_CHANGED, graph->values[i].name, 0,
                             "batches that the model leaves open are 1 (--shape)");
}

static int take_graph(sb_onnx_graph *graph, const sb_import_options *options, sb_imported *imported,
                      sb_error *error)
{
    const int open = sb_onnx_set_inputs(graph, options->shapes, error);
    if (open < 0 || sb_onnx_infer(graph, error) < 0)
        return SB_FAILED;
    if (open > 0)
        note_open_batches(graph, imported);
    return sb_onnx_take_layers(graph, options, imported, error);
}

int sb_import_onnx(const char *path, const sb_import_options *options, sb_imported *imported,
                   sb_error *error)
{
    sb_onnx_graph graph;
    char format[40];
    if (sb_onnx_read(path, &graph, error) < 0)
        return SB_FAILED;
    snprintf(format, sizeof format, graph.opset ? "ONNX, opset %" PRId64 : "ONNX", graph.opset);
    sb_imported_start(imported, path, format);
    int rc = take_graph(&graph, options, imported, error);
    sb_onnx_free(&graph);
    if (rc == SB_OK)
        return SB_OK;
    sb_imported_free(imported);
    return sb_fail_within(error, "%s", path);
}
