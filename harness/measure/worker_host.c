/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h> /* Autoconf's, from the build folder */

#include "measure/worker_host.h"

#include <link.h>
#ifdef HAVE_MALLINFO2
#include <malloc.h>
#endif
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

/* Large blocks, weights mostly, use huge pages if the system has them: planning with thousands of
 * small new pages takes ten times as long, and runs miss the TLB. */
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

int64_t sb_worker_heap(void)
{
#ifdef HAVE_MALLINFO2
    const struct mallinfo2 heap = mallinfo2();
    return (int64_t)(heap.uordblks + heap.hblkhd);
#else
    return 0;
#endif
}

/* -------------------------------------------------------------------------------- the runtime */

typedef struct target {
    char *text;
    size_t size;
} target;

static int add_runtime(struct dl_phdr_info *info, size_t size, void *context)
{
    static const char *const names[] = { "libgomp.", "libomp.", "libiomp5." };
    (void)size;
    const target *to = context;
    const char *slash = strrchr(info->dlpi_name, '/');
    const char *base = slash ? slash + 1 : info->dlpi_name;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strncmp(base, names[i], strlen(names[i])) != 0)
            continue;
        char *whole = realpath(info->dlpi_name, NULL); /* its name has the full version */
        const char *last = whole ? strrchr(whole, '/') : NULL;
        const size_t length = strlen(to->text);
        snprintf(to->text + length, to->size - length, "%s%s", length ? ", " : "",
                 last ? last + 1 : base);
        free(whole);
        return 1;
    }
    return 0;
}

void sb_worker_add_runtime(char *text, size_t size)
{
    target to = { text, size };
    dl_iterate_phdr(add_runtime, &to);
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
