/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a file, plain or gzip, one after the other. The file is never held as a whole, so
 * that a small archive of a huge text costs time up to the limit, but no memory. */
#ifndef SB_TUNE_SOURCE_H
#define SB_TUNE_SOURCE_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sb_source {
    const char *path;    /* borrowed */
    size_t line, column; /* of the next byte, from 1 */
    bool failed;         /* could not be read to its end; the error says why */

    /* private */
    void *file;
    unsigned char *chunk;
    size_t at, filled;
    uint64_t bytes;
    sb_error *error;
} sb_source;

/* The path and the error are borrowed until sb_source_close(), which is allowed after a failure. */
int sb_source_open(sb_source *source, const char *path, sb_error *error);
void sb_source_close(sb_source *source);

/* Reads more; false at the end and after an error. */
bool sb_source_fill(sb_source *source);

/* The next byte, without consuming it; -1 at the end. */
static inline int sb_source_peek(sb_source *source)
{
    return source->at < source->filled || sb_source_fill(source) ? source->chunk[source->at] : -1;
}

/* Consumes the byte that was peeked at. */
static inline void sb_source_pass(sb_source *source)
{
    bool ended = source->chunk[source->at++] == '\n';
    source->line += ended;
    source->column = ended ? 1 : source->column + 1;
}

/* The version of zlib. */
const char *sb_source_library_version(void);

#endif
