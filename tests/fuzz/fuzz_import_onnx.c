/* SPDX-License-Identifier: Apache-2.0 */
/* An ONNX model. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import(sb_import_onnx, "model.onnx", data, size);
    return 0;
}
