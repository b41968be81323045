/* SPDX-License-Identifier: Apache-2.0 */
/* Stands where protobuf-c was not there to build the reader of ONNX models with. */
#include "import/import.h"

int sb_import_onnx(const char *path, const sb_import_options *options, sb_imported *imported,
                   sb_error *error)
{
    (void)options;
    (void)imported;
    return sb_fail(error,
                   "%s: this sepbench was built without the reader of ONNX models; install "
                   "libprotobuf-c-dev and protobuf-c-compiler, then configure and make it again",
                   path);
}
