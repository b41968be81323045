/* SPDX-License-Identifier: Apache-2.0 */
/* Reads tables of a flatbuffer. Every access is checked against the buffer: a damaged buffer reads
 * as absent fields and empty lists, never out of bounds. */
#ifndef SB_IMPORT_FLATBUFFER_H
#define SB_IMPORT_FLATBUFFER_H

#include <stddef.h>
#include <stdint.h>

typedef struct sb_flatbuffer {
    const unsigned char *bytes;
    size_t length;
} sb_flatbuffer;

/* Positions are offsets into the buffer; 0 is none. */
typedef size_t sb_flat_table;

typedef struct sb_flat_list {
    size_t start, count; /* of elements; {0} is empty */
} sb_flat_list;

sb_flat_table sb_flat_root(const sb_flatbuffer *buffer);

/* The fields of a table, by number. */
int64_t sb_flat_integer(const sb_flatbuffer *buffer, sb_flat_table table, int field, size_t size,
                        int64_t otherwise); /* an integer of 1, 2, 4 or 8 bytes, signed */
sb_flat_table sb_flat_child(const sb_flatbuffer *buffer, sb_flat_table table, int field);
/* A list whose elements have `size` bytes each; tables and texts are lists of offsets, with 4. */
sb_flat_list sb_flat_list_of(const sb_flatbuffer *buffer, sb_flat_table table, int field,
                             size_t size);
/* Borrowed, and NUL-terminated; "" if there is none. */
const char *sb_flat_text(const sb_flatbuffer *buffer, sb_flat_table table, int field);

/* Elements of a list. */
int64_t sb_flat_number(const sb_flatbuffer *buffer, sb_flat_list list, size_t index, size_t size);
sb_flat_table sb_flat_item(const sb_flatbuffer *buffer, sb_flat_list list, size_t index);

#endif
