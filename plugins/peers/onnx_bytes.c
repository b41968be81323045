/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/onnx_bytes.h"

#include <stdlib.h>
#include <string.h>

/* How a field is encoded; the low bits of its tag. */
enum { VARINT = 0, DELIMITED = 2 };

/* The length of a message is only known at its end. Varints may have leading zeros, so room for one
 * of this size is left at its beginning; messages are shorter than 2^35 bytes. */
enum { LENGTH_BYTES = 5 };

void onnx_free(onnx_bytes *bytes)
{
    free(bytes->data);
    *bytes = (onnx_bytes) { 0 };
}

/* Returns where to write `size` bytes, or NULL. */
static unsigned char *extend(onnx_bytes *bytes, size_t size)
{
    if (bytes->failed)
        return NULL;
    if (size > bytes->room - bytes->length) {
        const size_t room = 2 * bytes->room + size + 256;
        unsigned char *data = realloc(bytes->data, room);
        bytes->failed = data == NULL;
        if (data == NULL)
            return NULL;
        bytes->data = data;
        bytes->room = room;
    }
    unsigned char *to = bytes->data + bytes->length;
    bytes->length += size;
    return to;
}

static void put(onnx_bytes *bytes, const void *data, size_t size)
{
    unsigned char *to = extend(bytes, size);
    if (to != NULL && size > 0)
        memcpy(to, data, size);
}

static void put_varint(onnx_bytes *bytes, uint64_t value)
{
    unsigned char text[10];
    size_t length = 0;
    for (; value >= 0x80; value >>= 7)
        text[length++] = (unsigned char)(value | 0x80);
    text[length++] = (unsigned char)value;
    put(bytes, text, length);
}

static void put_tag(onnx_bytes *bytes, uint32_t field, uint32_t encoding)
{
    put_varint(bytes, (uint64_t)field << 3 | encoding);
}

void onnx_put_integer(onnx_bytes *bytes, uint32_t field, int64_t value)
{
    put_tag(bytes, field, VARINT);
    put_varint(bytes, (uint64_t)value);
}

void onnx_put_block(onnx_bytes *bytes, uint32_t field, const void *data, size_t size)
{
    put_tag(bytes, field, DELIMITED);
    put_varint(bytes, size);
    put(bytes, data, size);
}

void onnx_put_text(onnx_bytes *bytes, uint32_t field, const char *text)
{
    onnx_put_block(bytes, field, text, strlen(text));
}

size_t onnx_begin(onnx_bytes *bytes, uint32_t field)
{
    put_tag(bytes, field, DELIMITED);
    (void)extend(bytes, LENGTH_BYTES);
    return bytes->length;
}

void onnx_end(onnx_bytes *bytes, size_t begin)
{
    if (bytes->failed)
        return;
    const size_t length = bytes->length - begin;
    unsigned char *to = bytes->data + begin - LENGTH_BYTES;
    for (int i = 0; i < LENGTH_BYTES; i++)
        to[i] = (unsigned char)((length >> (7 * i) & 0x7f) | (i < LENGTH_BYTES - 1 ? 0x80 : 0));
}
