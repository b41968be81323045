/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/worker_host.h"

#include "core/log.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void host_log(const sb_host *host, sb_log_level level, const char *text)
{
    (void)host;
    if (level == SB_LOG_WARNING)
        sb_warn("plugin: %s", text);
    else if (level == SB_LOG_INFO)
        sb_info("plugin: %s", text);
}

static void *host_alloc(const sb_host *host, size_t bytes)
{
    (void)host;
    size_t alignment = bytes >= 65536 ? 4096 : 64;
    if (bytes > SIZE_MAX - alignment)
        return NULL;
    size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    void *memory = aligned_alloc(alignment, rounded ? rounded : alignment);
    return memory ? memset(memory, 0, rounded ? rounded : alignment) : NULL;
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
