/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/worker_alloc.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LINE = 64, PAGE = 4096, HUGE_PAGE = 2 << 20 };

/* In front of each block: where it really begins. */
typedef struct origin {
    void *from;
    size_t mapped; /* bytes; 0: it is from calloc */
} origin;

enum { MOST_KEPT = 16, MOST_KEPT_BYTES = 128 << 20 };

/* Mapped memory that was freed, for the next plans: the system, and that of a virtual machine's
 * host, take up to a hundred times as long for some pages as the plan takes. */
static struct {
    pthread_mutex_t lock;
    origin blocks[MOST_KEPT];
    size_t count, bytes;
    size_t held; /* mapped, and not freed */
} kept = { .lock = PTHREAD_MUTEX_INITIALIZER };

static size_t alignment_of(size_t bytes)
{
    return bytes >= HUGE_PAGE / 4 ? HUGE_PAGE : bytes >= 16 * PAGE ? PAGE : LINE;
}

static void *align_up(void *memory, size_t alignment)
{
    const size_t past = (uintptr_t)memory % alignment;
    return (char *)memory + (past ? alignment - past : 0);
}

/* Takes the first kept block of just this size; its `from` is NULL if there is none. */
static origin take_kept(size_t bytes)
{
    for (size_t i = 0; i < kept.count; i++) {
        const origin at = kept.blocks[i];
        if (at.mapped != bytes)
            continue;
        kept.blocks[i] = kept.blocks[--kept.count];
        kept.bytes -= bytes;
        return at;
    }
    return (origin) { NULL, bytes };
}

/* Keeps a block, if there is room for it. */
static bool keep(origin at)
{
    if (kept.count == MOST_KEPT || at.mapped > MOST_KEPT_BYTES - kept.bytes)
        return false;
    kept.blocks[kept.count++] = at;
    kept.bytes += at.mapped;
    return true;
}

static origin map_pages(size_t bytes, bool *used)
{
    pthread_mutex_lock(&kept.lock);
    origin at = take_kept(bytes);
    *used = at.from != NULL;
    if (!at.from)
        at.from = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at.from == MAP_FAILED)
        at.from = NULL;
    else
        kept.held += bytes;
    pthread_mutex_unlock(&kept.lock);
    return at;
}

static void unmap_pages(origin at)
{
    pthread_mutex_lock(&kept.lock);
    kept.held -= at.mapped;
    if (!keep(at))
        munmap(at.from, at.mapped);
    pthread_mutex_unlock(&kept.lock);
}

/*
 * Large blocks, weights mostly, use huge pages if the system has them: planning with thousands of
 * small new pages takes ten times as long, and runs miss the TLB. The system gives zeroed pages
 * when they are first touched; writing zeros as well would take as long as packing the weights, and
 * a plan would pay for scratch memory that the libraries of peers allocate without touching it.
 */
void *sb_worker_alloc(size_t bytes)
{
    const size_t alignment = alignment_of(bytes);
    if (bytes > SIZE_MAX - 2 * alignment - LINE)
        return NULL;
    const size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    const size_t all = rounded + alignment + LINE;
    bool used = false;
    const origin at =
        alignment == HUGE_PAGE ? map_pages(all, &used) : (origin) { calloc(1, all), 0 };
    if (!at.from)
        return NULL;
    char *memory = align_up((char *)at.from + LINE, alignment);
    if (alignment == HUGE_PAGE && !used)
        (void)madvise(memory, rounded, MADV_HUGEPAGE);
    if (used)
        memset(memory, 0, bytes);
    memcpy(memory - sizeof at, &at, sizeof at);
    return memory;
}

void sb_worker_free(void *memory)
{
    origin at;
    if (!memory)
        return;
    memcpy(&at, (char *)memory - sizeof at, sizeof at);
    if (at.mapped)
        unmap_pages(at);
    else
        free(at.from);
}

int64_t sb_worker_mapped(void)
{
    pthread_mutex_lock(&kept.lock);
    const size_t held = kept.held;
    pthread_mutex_unlock(&kept.lock);
    return (int64_t)held;
}
