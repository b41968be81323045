/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/source.h"

#include "core/file.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK = 1 << 16, MOST_BYTES = 1 << 30 };

/* Recordings shrink to a tenth when they are packed; what shrinks to less was made to keep a reader
 * busy. Small files may: they take no time. */
enum { FREE_BYTES = 1 << 25, MOST_EXPANSION = 200 };

/* zlib passes plain files through unchanged. */
int sb_source_open(sb_source *source, const char *path, sb_error *error)
{
    *source = (sb_source) { .path = path, .line = 1, .column = 1, .error = error };
    int fd = sb_file_open(path, error);
    source->file = fd < 0 ? NULL : gzdopen(fd, "rb");
    if (fd >= 0 && !source->file) {
        close(fd);
        return sb_fail(error, "%s: out of memory", path);
    }
    if (fd < 0)
        return SB_FAILED;
    source->chunk = sb_new(CHUNK, 1);
    return 0;
}

void sb_source_close(sb_source *source)
{
    if (source->file)
        gzclose(source->file);
    free(source->chunk);
    source->file = NULL;
    source->chunk = NULL;
}

static void check_end(sb_source *source)
{
    int state;
    const char *why = gzerror(source->file, &state);
    source->failed = state != Z_OK && state != Z_STREAM_END;
    if (state == Z_ERRNO)
        sb_fail_errno(source->error, "%s", source->path);
    else if (source->failed)
        sb_fail(source->error, "%s: damaged or truncated gzip: %s", source->path, why);
}

static bool is_bomb(const sb_source *source)
{
    const long long packed = source->bytes > FREE_BYTES ? (long long)gzoffset(source->file) : 0;
    return packed > 0 && source->bytes / MOST_EXPANSION > (uint64_t)packed;
}

static void refuse(sb_source *source)
{
    source->failed = true;
    source->filled = 0;
}

bool sb_source_fill(sb_source *source)
{
    if (source->failed)
        return false;
    int got = gzread(source->file, source->chunk, CHUNK);
    source->at = 0;
    source->filled = got > 0 ? (size_t)got : 0;
    source->bytes += source->filled;
    if (got <= 0)
        check_end(source);
    if (source->bytes > MOST_BYTES) {
        refuse(source);
        sb_fail(source->error, "%s: more than %d bytes; no recorded space is that large",
                source->path, MOST_BYTES);
    } else if (is_bomb(source)) {
        refuse(source);
        sb_fail(source->error, "%s: expands to more than %d times its size; no recorded space does",
                source->path, MOST_EXPANSION);
    }
    return source->filled > 0;
}

const char *sb_source_library_version(void)
{
    return zlibVersion();
}
