/* SPDX-License-Identifier: Apache-2.0 */
/* Writes protocol buffers, in memory: as much of the format as an ONNX model needs. */
#ifndef SB_PEERS_ONNX_BYTES_H
#define SB_PEERS_ONNX_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* {0} is empty. */
typedef struct onnx_bytes {
    unsigned char *data; /* owned: onnx_free() */
    size_t length, room;
    bool failed; /* no memory; nothing is written any more */
} onnx_bytes;

void onnx_free(onnx_bytes *bytes);

void onnx_put_integer(onnx_bytes *bytes, uint32_t field, int64_t value);
void onnx_put_text(onnx_bytes *bytes, uint32_t field, const char *text);
void onnx_put_block(onnx_bytes *bytes, uint32_t field, const void *data, size_t size);

/* What is written from onnx_begin() on is a message of its own, up to onnx_end() with the value
 * that onnx_begin() returned. Messages may be nested. */
size_t onnx_begin(onnx_bytes *bytes, uint32_t field);
void onnx_end(onnx_bytes *bytes, size_t begin);

#endif
