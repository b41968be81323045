/* SPDX-License-Identifier: Apache-2.0 */
/* A TensorFlow Lite model. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import(sb_import_tflite, "model.tflite", data, size);
    return 0;
}
