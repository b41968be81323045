/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that exposes stray accesses: a tensor lies in whole pages of a shared memory file and ends
 * at the end of its last page (up to the 64-byte alignment), with inaccessible pages before and
 * after it.
 */
#ifndef SB_MEASURE_GUARDED_H
#define SB_MEASURE_GUARDED_H

#include "core/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Where a tensor lies in a shared memory file. */
typedef struct sb_region {
    int64_t offset; /* of its first page in the file */
    int64_t span;   /* bytes of its pages; 0: no tensor */
    int64_t shift;  /* of the tensor within the span: a multiple of 64 */
    int64_t bytes;
} sb_region;

/* The region of a tensor whose pages begin at `offset`, a multiple of the page size. */
sb_region sb_region_at(int64_t offset, int64_t bytes);

/* A mapped region. */
typedef struct sb_guarded {
    char *base;    /* of the reservation, guards included; NULL: not mapped */
    int64_t total; /* its bytes */
    char *span;    /* first byte of the region's pages */
    float *tensor;
} sb_guarded;

/* Maps the region between guards. A region that is not `writable` shows the file's pages; if the
 * process makes some of them writable, it gets private copies of these until
 * madvise(MADV_DONTNEED). `slack` bytes after the tensor's pages are readable (zeros). */
int sb_guarded_map(int fd, sb_region region, bool writable, int64_t slack, sb_guarded *mapped,
                   sb_error *error);
void sb_guarded_unmap(sb_guarded *mapped); /* an unmapped one is allowed */

#endif
