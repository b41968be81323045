/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The format: a reference is an unsigned offset of four bytes from its own position. A table begins
 * with the signed distance back to its list of fields, two bytes each: the list's size, the table's
 * size, then the position of each field within the table, 0 for one left out. A list begins with
 * its length.
 */
#include "import/flatbuffer.h"

#include <stdbool.h>
#include <string.h>

static bool holds(const sb_flatbuffer *buffer, size_t at, size_t count)
{
    return at <= buffer->length && count <= buffer->length - at;
}

static uint64_t read_bytes(const sb_flatbuffer *buffer, size_t at, size_t size)
{
    uint64_t value = 0;
    if (!holds(buffer, at, size))
        return 0;
    for (size_t i = size; i-- > 0;)
        value = value << 8 | buffer->bytes[at + i];
    return value;
}

static int64_t with_sign(uint64_t value, size_t size)
{
    const unsigned shift = 64 - 8 * (unsigned)size;
    return (int64_t)(value << shift) >> shift;
}

/* The position that a reference refers to; 0 if that is outside. */
static size_t follow(const sb_flatbuffer *buffer, size_t at)
{
    const uint64_t offset = read_bytes(buffer, at, 4);
    return offset && holds(buffer, at + offset, 4) ? at + offset : 0;
}

sb_flat_table sb_flat_root(const sb_flatbuffer *buffer)
{
    return follow(buffer, 0);
}

/* The position of a field of a table; 0 if it is left out. */
static size_t place_of(const sb_flatbuffer *buffer, sb_flat_table table, int field)
{
    if (table == 0 || !holds(buffer, table, 4))
        return 0;
    const int64_t fields = (int64_t)table - with_sign(read_bytes(buffer, table, 4), 4);
    const size_t entry = 4 + 2 * (size_t)field;
    if (fields < 0 || !holds(buffer, (size_t)fields, 4) ||
        entry + 2 > read_bytes(buffer, (size_t)fields, 2))
        return 0;
    const uint64_t offset = read_bytes(buffer, (size_t)fields + entry, 2);
    return offset ? table + offset : 0;
}

int64_t sb_flat_integer(const sb_flatbuffer *buffer, sb_flat_table table, int field, size_t size,
                        int64_t otherwise)
{
    const size_t at = place_of(buffer, table, field);
    return at && holds(buffer, at, size) ? with_sign(read_bytes(buffer, at, size), size)
                                         : otherwise;
}

sb_flat_table sb_flat_child(const sb_flatbuffer *buffer, sb_flat_table table, int field)
{
    const size_t at = place_of(buffer, table, field);
    return at ? follow(buffer, at) : 0;
}

sb_flat_list sb_flat_list_of(const sb_flatbuffer *buffer, sb_flat_table table, int field,
                             size_t size)
{
    const size_t at = sb_flat_child(buffer, table, field);
    const uint64_t count = at ? read_bytes(buffer, at, 4) : 0;
    if (count == 0 || !holds(buffer, at + 4, count * size))
        return (sb_flat_list) { 0, 0 };
    return (sb_flat_list) { at + 4, count };
}

const char *sb_flat_text(const sb_flatbuffer *buffer, sb_flat_table table, int field)
{
    const sb_flat_list list = sb_flat_list_of(buffer, table, field, 1);
    const size_t end = list.start + list.count;
    if (list.count == 0 || !holds(buffer, end, 1) || buffer->bytes[end] != '\0')
        return "";
    return (const char *)buffer->bytes + list.start;
}

int64_t sb_flat_number(const sb_flatbuffer *buffer, sb_flat_list list, size_t index, size_t size)
{
    return index < list.count ? with_sign(read_bytes(buffer, list.start + index * size, size), size)
                              : 0;
}

sb_flat_table sb_flat_item(const sb_flatbuffer *buffer, sb_flat_list list, size_t index)
{
    return index < list.count ? follow(buffer, list.start + 4 * index) : 0;
}
