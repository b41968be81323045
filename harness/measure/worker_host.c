/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/worker_host.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void host_log(const sb_host *host, sb_log_level level, const char *text)
{
    (void)host;
    if (level == SB_LOG_WARNING || level == SB_LOG_INFO)
        fprintf(stderr, "%s%s\n", level == SB_LOG_WARNING ? "warning: " : "", text);
}

enum { LINE = 64, PAGE = 4096, HUGE_PAGE = 2 << 20 };

/* Large blocks, weights mostly, lie in huge pages where the system has them: a plan that meets
 * thousands of small new pages takes ten times as long, and runs miss the TLB. */
static void *host_alloc(const sb_host *host, size_t bytes)
{
    (void)host;
    size_t alignment = bytes >= HUGE_PAGE / 4 ? HUGE_PAGE : bytes >= 16 * PAGE ? PAGE : LINE;
    if (bytes > SIZE_MAX - alignment)
        return NULL;
    size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    void *memory = aligned_alloc(alignment, rounded ? rounded : alignment);
    if (!memory)
        return NULL;
    if (alignment == HUGE_PAGE)
        (void)madvise(memory, rounded, MADV_HUGEPAGE);
    return memset(memory, 0, bytes);
}

static void host_free(const sb_host *host, void *memory)
{
    (void)host;
    free(memory);
}

static const void *host_extension(const sb_host *host, const char *id)
{
    (void)host;
    (void)id;
    return NULL;
}

void sb_worker_host(sb_host *host, const sb_cpu *cpu)
{
    *host = (sb_host) {
        .size = sizeof *host,
        .abi_major = SB_ABI_MAJOR,
        .abi_minor = SB_ABI_MINOR,
        .cpu = cpu,
        .log = host_log,
        .alloc = host_alloc,
        .free = host_free,
        .get_extension = host_extension,
    };
}
