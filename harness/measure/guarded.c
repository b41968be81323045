/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/guarded.h"

#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* Wide enough to catch a kernel that overruns by a whole row. */
#define GUARD_PAGES 16

static int64_t round_up(int64_t value, int64_t unit)
{
    return (value + unit - 1) / unit * unit;
}

static int64_t page_size(void)
{
    return sysconf(_SC_PAGESIZE);
}

sb_region sb_region_at(int64_t offset, int64_t bytes)
{
    int64_t span = round_up(bytes, page_size());
    return (sb_region) {
        .offset = offset,
        .span = span,
        .shift = span - round_up(bytes, 64),
        .bytes = bytes,
    };
}

int sb_guarded_map(int fd, sb_region region, bool writable, int64_t slack, sb_guarded *mapped,
                   sb_error *error)
{
    int64_t guard = GUARD_PAGES * page_size(), extra = round_up(slack, page_size());
    int64_t total = guard + region.span + extra + guard;
    int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
    char *base =
        mmap(NULL, (size_t)total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return sb_fail_errno(error, "cannot reserve %lld bytes", (long long)total);
    char *span = base + guard;
    const int sharing = writable ? MAP_SHARED : MAP_PRIVATE;
    if (mmap(span, (size_t)region.span, protection, sharing | MAP_FIXED, fd, region.offset) ==
        MAP_FAILED)
        goto fail;
    if (extra && mprotect(span + region.span, (size_t)extra, PROT_READ) < 0)
        goto fail;
    *mapped = (sb_guarded) {
        .base = base,
        .total = total,
        .span = span,
        .tensor = (float *)(span + region.shift),
    };
    return SB_OK;

fail:
    sb_fail_errno(error, "cannot map a tensor of %lld bytes", (long long)region.bytes);
    munmap(base, (size_t)total);
    return SB_FAILED;
}

void sb_guarded_unmap(sb_guarded *mapped)
{
    if (mapped->base)
        munmap(mapped->base, (size_t)mapped->total);
    *mapped = (sb_guarded) { 0 };
}
