/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf's wire format, before it is unpacked: a model without what no import needs. */
#ifndef SB_IMPORT_ONNX_TRIM_H
#define SB_IMPORT_ONNX_TRIM_H

#include "core/text.h"

#include "core/error.h"

#include <stdio.h>

/*
 * Reads a model of `length` bytes from the stream and adds to `lite` the same message without
 * fields that onnx.proto does not name and without the data of large tensors, so that memory stays
 * far below the model's size. Refuses what is cut, damaged, nested too deeply, or of so many parts
 * that unpacking it would take gigabytes; errors say at which byte.
 */
int sb_onnx_trim(FILE *stream, uint64_t length, sb_text *lite, sb_error *error);

#endif
