/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dot_lock.h"

#include "core/text.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STALE = 60 }; /* seconds */

/* The time by the clock of the file system, which may be another machine's. */
static bool read_clock(const char *path, time_t *now)
{
    sb_text name = { 0 };
    struct stat info;
    sb_text_add(&name, "%s-clock-XXXXXX", path);
    const int fd = mkostemp(name.data, O_CLOEXEC);
    const bool known = fd >= 0 && fstat(fd, &info) == 0;
    if (known)
        *now = info.st_mtime;
    if (fd >= 0) {
        unlink(name.data);
        close(fd);
    }
    sb_text_free(&name);
    return known;
}

static bool is_stale(const char *lock, const char *path)
{
    struct stat info;
    time_t now;
    return stat(lock, &info) == 0 && S_ISDIR(info.st_mode) && read_clock(path, &now) &&
           now - info.st_mtime > STALE;
}

/* It is moved away first: of several processes that do this at once, one succeeds. */
void sb_dot_lock_clear(const char *path)
{
    char *real = realpath(path, NULL); /* as SQLite names it */
    sb_text lock = { 0 }, away = { 0 };
    sb_text_add(&lock, "%s.lock", real ? real : path);
    sb_text_add(&away, "%s.stale-%ld", lock.data, (long)getpid());
    if (is_stale(lock.data, path) && rename(lock.data, away.data) == 0)
        rmdir(away.data);
    sb_text_free(&lock);
    sb_text_free(&away);
    free(real);
}
