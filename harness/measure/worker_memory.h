/* SPDX-License-Identifier: Apache-2.0 */
/* The shared memory that a worker is bound to, and the tensors mapped from it between guard pages.
 */
#ifndef SB_MEASURE_WORKER_MEMORY_H
#define SB_MEASURE_WORKER_MEMORY_H

#include "core/error.h"
#include "measure/guarded.h"

#include <stdbool.h>
#include <stddef.h>

struct sb_worker_mapped;

/* Regions stay mapped until they are unbound, because plans share tensors. */
typedef struct sb_worker_memory {
    int input_fd, output_fd; /* -1: not bound; owned */
    struct sb_worker_mapped *mapped;
    size_t mapped_count;
} sb_worker_memory;

#define SB_WORKER_MEMORY_NONE           \
    {                                   \
        .input_fd = -1, .output_fd = -1 \
    }

/* Maps a region, or finds it mapped. *tensor is NULL for an empty region. */
int sb_worker_memory_map(sb_worker_memory *memory, sb_region region, bool output, int64_t slack,
                         float **tensor, sb_error *error);

/* Drops the process's private copies of input pages: it sees what the harness wrote last. */
void sb_worker_memory_drop_pages(const sb_worker_memory *memory);

/* Unmaps all regions and closes both descriptors. */
void sb_worker_memory_unbind(sb_worker_memory *memory);

/* After unbinding. */
void sb_worker_memory_free(sb_worker_memory *memory);

#endif
