/* SPDX-License-Identifier: Apache-2.0 */
/* For LD_PRELOAD: simulates a file system that cannot map a file into the memory of several
 * processes. The index of SQLite's write-ahead log (NAME-shm) cannot be mapped. */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int is_index(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    return length > 4 && memcmp(path + length - 4, "-shm", 4) == 0;
}

__attribute__((visibility("default"))) void *mmap(void *address, size_t length, int protection,
                                                  int flags, int fd, off_t offset)
{
    static void *(*original)(void *, size_t, int, int, int, off_t);
    if (fd >= 0 && is_index(fd)) {
        errno = ENODEV;
        return MAP_FAILED;
    }
    if (!original)
        *(void **)&original = dlsym(RTLD_NEXT, "mmap");
    return original(address, length, protection, flags, fd, offset);
}
