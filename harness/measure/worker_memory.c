/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/worker_memory.h"

#include "core/text.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct sb_worker_mapped {
    sb_region region;
    int fd;
    int64_t slack;
    sb_guarded guarded;
} mapped;

int sb_worker_memory_map(sb_worker_memory *memory, sb_region region, bool output, int64_t slack,
                         float **tensor, sb_error *error)
{
    int fd = output ? memory->output_fd : memory->input_fd;
    *tensor = NULL;
    if (region.span == 0)
        return 0;
    for (size_t i = 0; i < memory->mapped_count; i++) {
        const mapped *m = &memory->mapped[i];
        if (m->fd == fd && m->slack == slack && m->region.offset == region.offset &&
            m->region.bytes == region.bytes) {
            *tensor = m->guarded.tensor;
            return 0;
        }
    }
    mapped made = { .region = region, .fd = fd, .slack = slack };
    if (sb_guarded_map(fd, region, output, slack, &made.guarded, error) < 0)
        return SB_FAILED;
    memory->mapped = sb_grow(memory->mapped, memory->mapped_count + 1, sizeof *memory->mapped);
    memory->mapped[memory->mapped_count++] = made;
    *tensor = made.guarded.tensor;
    return 0;
}

void sb_worker_memory_drop_pages(const sb_worker_memory *memory)
{
    for (size_t i = 0; i < memory->mapped_count; i++) {
        const mapped *m = &memory->mapped[i];
        if (m->fd == memory->input_fd)
            (void)madvise(m->guarded.span, (size_t)m->region.span, MADV_DONTNEED);
    }
}

void sb_worker_memory_unbind(sb_worker_memory *memory)
{
    for (size_t i = 0; i < memory->mapped_count; i++)
        sb_guarded_unmap(&memory->mapped[i].guarded);
    memory->mapped_count = 0;
    if (memory->input_fd >= 0)
        close(memory->input_fd);
    if (memory->output_fd >= 0)
        close(memory->output_fd);
    memory->input_fd = memory->output_fd = -1;
}

void sb_worker_memory_free(sb_worker_memory *memory)
{
    free(memory->mapped);
    memory->mapped = NULL;
}
