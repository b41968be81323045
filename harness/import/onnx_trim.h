/* SPDX-License-Identifier: Apache-2.0 */
/* Trims a model in protobuf's wire format before it is unpacked, to the parts that an import
 * needs. */
#ifndef SB_IMPORT_ONNX_TRIM_H
#define SB_IMPORT_ONNX_TRIM_H

#include "core/text.h"

#include "core/error.h"

#include <stdio.h>

/*
 * Reads a model of `length` bytes from the stream and appends to `lite` the same message without
 * fields that onnx.proto does not define and without the data of large tensors, so that memory
 * stays far below the model's size. Refuses models that are cut, damaged, nested too deeply, or
 * have so many parts that unpacking would take gigabytes; errors name the byte.
 */
int sb_onnx_trim(FILE *stream, uint64_t length, sb_text *lite, sb_error *error);

#endif
