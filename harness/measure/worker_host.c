/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h> /* Autoconf's, from the build folder */

#include "measure/worker_host.h"

#include "measure/worker_alloc.h"

#include <link.h>
#ifdef HAVE_MALLINFO2
#include <malloc.h>
#endif
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void host_log(const sb_host *host, sb_log_level level, const char *text)
{
    (void)host;
    if (level == SB_LOG_WARNING || level == SB_LOG_INFO)
        fprintf(stderr, "%s%s\n", level == SB_LOG_WARNING ? "warning: " : "", text);
}

static void *host_alloc(const sb_host *host, size_t bytes)
{
    (void)host;
    return sb_worker_alloc(bytes);
}

static void host_free(const sb_host *host, void *memory)
{
    (void)host;
    sb_worker_free(memory);
}

/* ---------------------------------------------------------------------------------- the notes */

static char *open_notes;

static const char *find_note(const sb_host *host, const char *name)
{
    static char text[SB_MAX_NOTES];
    (void)host;
    return open_notes && sb_notes_find(open_notes, name, text) ? text : NULL;
}

static int keep_note(const sb_host *host, const char *name, const char *text)
{
    (void)host;
    return open_notes && sb_notes_keep(open_notes, name, text) ? 0 : -1;
}

static const char *find_lasting_note(const sb_host *host, const char *name)
{
    static char text[SB_MAX_NOTES];
    (void)host;
    return open_notes && sb_notes_find_lasting(open_notes, name, text) ? text : NULL;
}

static int keep_lasting_note(const sb_host *host, const char *name, const char *text)
{
    (void)host;
    return open_notes && sb_notes_keep_lasting(open_notes, name, text) ? 0 : -1;
}

void sb_worker_host_open_notes(char *notes)
{
    open_notes = notes;
}

static const void *host_extension(const sb_host *host, const char *id)
{
    static const sb_host_notes notes = { .size = sizeof notes,
                                         .find = find_note,
                                         .keep = keep_note };
    static const sb_host_notes lasting = { .size = sizeof lasting,
                                           .find = find_lasting_note,
                                           .keep = keep_lasting_note };
    (void)host;
    if (strcmp(id, SB_HOST_NOTES) == 0)
        return &notes;
    return strcmp(id, SB_HOST_LASTING_NOTES) == 0 ? &lasting : NULL;
}

int64_t sb_worker_heap(void)
{
#ifdef HAVE_MALLINFO2
    const struct mallinfo2 heap = mallinfo2();
    return (int64_t)(heap.uordblks + heap.hblkhd) + sb_worker_mapped();
#else
    return 0;
#endif
}

/* -------------------------------------------------------------------------------- the runtime */

typedef struct target {
    char *text;
    size_t size;
} target;

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_runtime(const struct dl_phdr_info *info)
{
    static const char *const names[] = { "libgomp.", "libomp.", "libiomp5." };
    const char *base = base_of(info->dlpi_name);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(base, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static int add_runtime(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    const target *to = context;
    if (!is_runtime(info))
        return 0;
    char *whole = realpath(info->dlpi_name, NULL); /* its name has the full version */
    const size_t length = strlen(to->text);
    snprintf(to->text + length, to->size - length, "%s%s", length ? ", " : "",
             base_of(whole ? whole : info->dlpi_name));
    free(whole);
    return 1;
}

static int take_runtime(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    const target *to = context;
    if (!is_runtime(info))
        return 0;
    snprintf(to->text, to->size, "%s", info->dlpi_name);
    return 1;
}

void sb_worker_find_runtime(char *path, size_t size)
{
    target to = { path, size };
    path[0] = '\0';
    dl_iterate_phdr(take_runtime, &to);
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
