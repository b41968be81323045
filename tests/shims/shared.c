/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For LD_PRELOAD: makes the folder $SHARED_FOLDER behave like a file system shared by machines.
 * Files in it have no locks and cannot be mapped into memory. Opening a database there for writing
 * fails, so that a test finds attempts; unless $SHARED_DATABASES is set.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))

static int is_shared_path(const char *path)
{
    const char *folder = getenv("SHARED_FOLDER");
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_shared(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    return is_shared_path(path);
}

static int is_database(const char *path)
{
    const char *const ends[] = { "run.db", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const size_t length = strlen(path), end = strlen(ends[i]);
        if (length >= end && strcmp(path + length - end, ends[i]) == 0)
            return 1;
    }
    return 0;
}

static int refuses(const char *path, int flags)
{
    char folder[4096] = "", whole[8192];
    if (path[0] != '/' && !getcwd(folder, sizeof folder))
        return 0;
    snprintf(whole, sizeof whole, "%s%s%s", folder, *folder ? "/" : "", path);
    return (flags & O_ACCMODE) != O_RDONLY && is_shared_path(whole) && is_database(path) &&
           !getenv("SHARED_DATABASES");
}

/* Both names of a function, with what they are called as otherwise. */
#define OPEN(name)                                                               \
    VISIBLE int name(const char *path, int flags, ...)                           \
    {                                                                            \
        static int (*original)(const char *, int, ...);                          \
        va_list arguments;                                                       \
        va_start(arguments, flags);                                              \
        const unsigned mode = flags & O_CREAT ? va_arg(arguments, unsigned) : 0; \
        va_end(arguments);                                                       \
        if (refuses(path, flags)) {                                              \
            errno = ENOLCK;                                                      \
            return -1;                                                           \
        }                                                                        \
        if (!original)                                                           \
            *(void **)&original = dlsym(RTLD_NEXT, #name);                       \
        return original(path, flags, mode);                                      \
    }

#define FCNTL(name)                                                                               \
    VISIBLE int name(int fd, int command, ...)                                                    \
    {                                                                                             \
        static int (*original)(int, int, ...);                                                    \
        va_list arguments;                                                                        \
        va_start(arguments, command);                                                             \
        void *argument = va_arg(arguments, void *);                                               \
        va_end(arguments);                                                                        \
        if ((command == F_GETLK || command == F_SETLK || command == F_SETLKW) && is_shared(fd)) { \
            errno = ENOLCK;                                                                       \
            return -1;                                                                            \
        }                                                                                         \
        if (!original)                                                                            \
            *(void **)&original = dlsym(RTLD_NEXT, #name);                                        \
        return original(fd, command, argument);                                                   \
    }

#define MMAP(name)                                                                      \
    VISIBLE void *name(void *address, size_t length, int protection, int flags, int fd, \
                       off_t offset)                                                    \
    {                                                                                   \
        static void *(*original)(void *, size_t, int, int, int, off_t);                 \
        if (fd >= 0 && (flags & MAP_SHARED) && is_shared(fd)) {                         \
            errno = ENODEV;                                                             \
            return MAP_FAILED;                                                          \
        }                                                                               \
        if (!original)                                                                  \
            *(void **)&original = dlsym(RTLD_NEXT, #name);                              \
        return original(address, length, protection, flags, fd, offset);                \
    }

/* The headers may give one name to both. */
#undef open
#undef open64
#undef fcntl
#undef fcntl64
#undef mmap
#undef mmap64
OPEN(open)
OPEN(open64)
FCNTL(fcntl)
FCNTL(fcntl64)
MMAP(mmap)
MMAP(mmap64)

VISIBLE int flock(int fd, int operation)
{
    static int (*original)(int, int);
    if (is_shared(fd)) {
        errno = ENOLCK;
        return -1;
    }
    if (!original)
        *(void **)&original = dlsym(RTLD_NEXT, "flock");
    return original(fd, operation);
}
