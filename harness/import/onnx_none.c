/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces the reader of ONNX models in builds without protobuf-c. */
#include "import/onnx_graph.h"

int sb_onnx_read(const char *path, sb_onnx_graph *graph, sb_error *error)
{
    *graph = (sb_onnx_graph) { 0 };
    return sb_fail(error,
                   "%s: this sepbench was built without the reader of ONNX models; install "
                   "libprotobuf-c-dev and protobuf-c-compiler, then configure and build it again",
                   path);
}
