/* SPDX-License-Identifier: Apache-2.0 */
#include "report/workplace.h"

#include "core/file.h"
#include "core/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The end of a complete file of each format. */
static const struct {
    const char *format, *end;
} formats[] = {
    { "svg", "</svg>" },
    { "pdf", "%%EOF" },
    { "png", "IEND\xae\x42\x60\x82" },
};

char *sb_workplace_open(const char *out, sb_error *error)
{
    char *work = sb_path_join(out, ".drawing.XXXXXX");
    if (mkdtemp(work))
        return work;
    sb_fail_errno(error, "%s cannot be written", out);
    free(work);
    return NULL;
}

void sb_workplace_close(const char *work)
{
    DIR *folder = work ? opendir(work) : NULL;
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));)
        unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    rmdir(work);
}

/* "folder/stem.suffix"; free() it. */
static char *path_of(const char *folder, const char *stem, const char *suffix)
{
    sb_text path = { 0 };
    sb_text_add(&path, "%s/%s.%s", folder, stem, suffix);
    return path.data;
}

int sb_workplace_supply(const char *work, const char *stem, sb_error *error)
{
    char *link = path_of(work, stem, "dat"), *data = path_of("..", stem, "dat");
    int rc = symlink(data, link) == 0 || errno == EEXIST
                 ? SB_OK
                 : sb_fail_errno(error, "%s cannot be made", link);
    free(link);
    free(data);
    return rc;
}

/* Does the file exist, and end as its format requires? If the disk is full, gnuplot reports no
 * error. */
static bool is_whole(const char *path, const char *end)
{
    char tail[64];
    const size_t length = strlen(end);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    off_t start = size > (off_t)sizeof tail ? size - (off_t)sizeof tail : 0;
    ssize_t got = size > 0 ? pread(fd, tail, sizeof tail, start) : 0;
    if (fd >= 0)
        close(fd);
    return got > 0 && memmem(tail, (size_t)got, end, length) != NULL;
}

int sb_workplace_deliver(const char *work, const char *out, const char *stem, const char *format,
                         sb_error *error)
{
    size_t i = 0;
    while (i + 1 < sizeof formats / sizeof *formats && strcmp(formats[i].format, format) != 0)
        i++;
    char *made = path_of(work, stem, format), *place = path_of(out, stem, format);
    int rc = SB_OK;
    if (!is_whole(made, formats[i].end))
        rc = sb_fail(error, "gnuplot did not complete %s; is the disk full?", place);
    else if (rename(made, place) != 0)
        rc = sb_fail_errno(error, "%s cannot be written", place);
    if (rc < 0)
        unlink(place);
    free(made);
    free(place);
    return rc;
}
