/* SPDX-License-Identifier: Apache-2.0 */
#include "import/onnx_trim.h"

#include <inttypes.h>
#include <stdbool.h>

/* A tensor's data up to this size is kept: shapes and scalars are constants of few elements. The
 * other limits bound the cost of unpacking a hostile file: a part takes about 100 bytes of memory,
 * however short it is. */
enum {
    LARGEST_DATA = 8192,
    MOST_LITE = 64 << 20,
    MOST_PARTS = 2 << 20,
    MOST_DEPTH = 48,
    LENGTH_BYTES = 5
};

typedef enum message {
    MODEL,
    OPSET,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR,
    VALUE,
    TYPE,
    TENSOR_TYPE,
    SHAPE,
    DIMENSION,
    MESSAGES
} message;

enum { DROP = 0, KEEP = -1, DATA = -2, FIELDS = 16 };
#define INTO(message) ((message) + 1)

/* How each field is treated: the messages of onnx.proto, by number. */
static const signed char fates[MESSAGES][FIELDS] = {
    [MODEL] = { [7] = INTO(GRAPH), [8] = INTO(OPSET) },
    [OPSET] = { [1] = KEEP, [2] = KEEP },
    [GRAPH] = { [1] = INTO(NODE),
                [2] = KEEP,
                [5] = INTO(TENSOR),
                [11] = INTO(VALUE),
                [12] = INTO(VALUE),
                [13] = INTO(VALUE) },
    [NODE] = { [1] = KEEP, [2] = KEEP, [3] = KEEP, [4] = KEEP, [5] = INTO(ATTRIBUTE), [7] = KEEP },
    [ATTRIBUTE] = { [1] = KEEP,
                    [2] = KEEP,
                    [3] = KEEP,
                    [4] = DATA,
                    [5] = INTO(TENSOR),
                    [6] = INTO(GRAPH),
                    [7] = DATA,
                    [8] = DATA },
    [TENSOR] = { [1] = KEEP,
                 [2] = KEEP,
                 [4] = DATA,
                 [5] = DATA,
                 [7] = DATA,
                 [8] = KEEP,
                 [9] = DATA,
                 [10] = DATA },
    [VALUE] = { [1] = KEEP, [2] = INTO(TYPE) },
    [TYPE] = { [1] = INTO(TENSOR_TYPE) },
    [TENSOR_TYPE] = { [2] = INTO(SHAPE) },
    [SHAPE] = { [1] = INTO(DIMENSION) },
    [DIMENSION] = { [1] = KEEP, [2] = KEEP },
};

typedef struct trimmer {
    FILE *stream;
    uint64_t at, parts;
    sb_text *lite;
    sb_error *error;
} trimmer;

enum { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

static int fail_cut(const trimmer *from, uint64_t end)
{
    return sb_fail(from->error,
                   "byte %" PRIu64 ": it is cut: a part of it ends at byte %" PRIu64
                   " of what holds it",
                   from->at, end);
}

/* -------------------------------------------------------------------------------------- input */

static int take_byte(trimmer *from, uint64_t end, int *byte)
{
    *byte = from->at < end ? getc(from->stream) : EOF;
    if (*byte == EOF)
        return fail_cut(from, end);
    from->at++;
    return SB_OK;
}

static int take_varint(trimmer *from, uint64_t end, uint64_t *value)
{
    *value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        int byte;
        if (take_byte(from, end, &byte) < 0)
            return SB_FAILED;
        *value |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
        if (!(byte & 0x80))
            return SB_OK;
    }
    return sb_fail(from->error, "byte %" PRIu64 ": a number of more than ten bytes", from->at);
}

static int skip(trimmer *from, uint64_t count)
{
    const uint64_t near = 4096; /* a seek would discard the buffer */
    if (count > near && fseeko(from->stream, (off_t)count, SEEK_CUR) != 0)
        return sb_fail_errno(from->error, "byte %" PRIu64, from->at);
    for (uint64_t i = 0; count <= near && i < count; i++)
        if (getc(from->stream) == EOF)
            return fail_cut(from, from->at + count);
    from->at += count;
    return SB_OK;
}

/* ------------------------------------------------------------------------------------- output */

static void put_varint(trimmer *to, uint64_t value)
{
    char bytes[10];
    size_t count = 0;
    for (; value > 0x7f; value >>= 7)
        bytes[count++] = (char)(value | 0x80);
    bytes[count++] = (char)value;
    sb_text_add_bytes(to->lite, bytes, count);
}

/* A length in five bytes whatever its value, so that it can be filled in afterwards. */
static void patch_length(trimmer *to, size_t at)
{
    size_t length = to->lite->length - at - LENGTH_BYTES;
    for (int i = 0; i < LENGTH_BYTES; i++, length >>= 7)
        to->lite->data[at + (size_t)i] =
            (char)((length & 0x7f) | (i < LENGTH_BYTES - 1 ? 0x80 : 0));
}

static int check_size(const trimmer *to, uint64_t more)
{
    if (to->lite->length + more > MOST_LITE)
        return sb_fail(to->error, "more than %d MiB besides the weights", MOST_LITE >> 20);
    return SB_OK;
}

static int copy(trimmer *from, uint64_t count)
{
    char part[4096];
    if (check_size(from, count) < 0)
        return SB_FAILED;
    while (count > 0) {
        const size_t want = count < sizeof part ? (size_t)count : sizeof part;
        if (fread(part, 1, want, from->stream) != want)
            return fail_cut(from, from->at + count);
        sb_text_add_bytes(from->lite, part, want);
        from->at += want;
        count -= want;
    }
    return SB_OK;
}

/* ------------------------------------------------------------------------------------ messages */

static int trim_message(trimmer *from, message kind, uint64_t end, int depth);

static int trim_part(trimmer *from, message kind, uint64_t tag, uint64_t length, int depth)
{
    if (depth == MOST_DEPTH)
        return sb_fail(from->error, "byte %" PRIu64 ": nested more than %d deep", from->at,
                       MOST_DEPTH);
    put_varint(from, tag);
    const size_t place = from->lite->length;
    sb_text_add_bytes(from->lite, "\0\0\0\0\0", LENGTH_BYTES);
    if (trim_message(from, kind, from->at + length, depth + 1) < 0)
        return SB_FAILED;
    patch_length(from, place);
    return SB_OK;
}

static int trim_bytes(trimmer *from, int fate, uint64_t tag, uint64_t end, int depth)
{
    uint64_t length;
    if (take_varint(from, end, &length) < 0)
        return SB_FAILED;
    if (length > end - from->at)
        return fail_cut(from, end);
    if (fate == DROP || (fate == DATA && length > LARGEST_DATA))
        return skip(from, length);
    if (++from->parts > MOST_PARTS)
        return sb_fail(from->error, "more than %d parts", MOST_PARTS);
    if (fate > DROP)
        return trim_part(from, (message)(fate - 1), tag, length, depth);
    put_varint(from, tag);
    put_varint(from, length);
    return copy(from, length);
}

static int trim_number(trimmer *from, bool keep, uint64_t tag, uint64_t end)
{
    const uint64_t sizes[] = { [FIXED64] = 8, [FIXED32] = 4 }, size = sizes[tag & 7];
    uint64_t value;
    if ((tag & 7) == VARINT) {
        if (take_varint(from, end, &value) < 0)
            return SB_FAILED;
        if (keep) {
            put_varint(from, tag);
            put_varint(from, value);
        }
        return check_size(from, 0);
    }
    if (size > end - from->at)
        return fail_cut(from, end);
    if (!keep)
        return skip(from, size);
    put_varint(from, tag);
    return copy(from, size);
}

static int trim_message(trimmer *from, message kind, uint64_t end, int depth)
{
    while (from->at < end) {
        const uint64_t start = from->at;
        uint64_t tag;
        if (take_varint(from, end, &tag) < 0)
            return SB_FAILED;
        const uint64_t field = tag >> 3;
        const unsigned wire = tag & 7;
        const int fate = field < FIELDS ? fates[kind][field] : DROP;
        if (field == 0 || (wire != VARINT && wire != FIXED64 && wire != BYTES && wire != FIXED32) ||
            (fate > DROP && wire != BYTES))
            return sb_fail(from->error, "byte %" PRIu64 ": not a field of a model", start);
        int rc = wire == BYTES ? trim_bytes(from, fate, tag, end, depth)
                               : trim_number(from, fate != DROP, tag, end);
        if (rc < 0)
            return SB_FAILED;
    }
    return SB_OK;
}

int sb_onnx_trim(FILE *stream, uint64_t length, sb_text *lite, sb_error *error)
{
    trimmer from = { .stream = stream, .lite = lite, .error = error };
    sb_text_add_bytes(lite, "", 0);
    return trim_message(&from, MODEL, length, 0);
}
