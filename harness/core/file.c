/* SPDX-License-Identifier: Apache-2.0 */
#include "core/file.h"

#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *sb_path_join(const char *folder, const char *name)
{
    sb_text path = { 0 };
    size_t length = strlen(folder);
    sb_text_add(&path, "%s%s%s", folder, length && folder[length - 1] == '/' ? "" : "/", name);
    return path.data;
}

static void add_part(sb_text *name, const char *part)
{
    for (; *part; part++) {
        const unsigned char c = (unsigned char)*part;
        if (c == '/' || c == '%' || c < 0x20 || c == 0x7f || (c == '.' && name->length == 0))
            sb_text_add(name, "%%%02X", c);
        else
            sb_text_add_bytes(name, part, 1);
    }
}

/* FNV-1a, 64 bits. */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

char *sb_file_name(const char *const *parts, const char *suffix)
{
    enum { LONGEST = 230, KEPT = 200 }; /* file systems allow 255 bytes; writers append a suffix */
    sb_text name = { 0 };
    for (size_t i = 0; parts[i]; i++) {
        sb_text_add(&name, "%s", i ? "-" : "");
        add_part(&name, parts[i]);
    }
    if (name.length > LONGEST) {
        size_t end = KEPT;
        const uint64_t hash = hash_text(name.data);
        while (end > 0 && ((unsigned char)name.data[end] & 0xc0) == 0x80)
            end--; /* cut between characters */
        name.length = end;
        sb_text_add(&name, "-%016" PRIx64, hash);
    }
    sb_text_add(&name, "%s", suffix);
    return name.data;
}

/* What follows `prefix` and a slash in `path`; NULL if `path` lies elsewhere. */
static const char *path_below(const char *prefix, const char *path)
{
    const size_t length = strlen(prefix);
    return strncmp(path, prefix, length) == 0 && path[length] == '/' ? path + length : NULL;
}

char *sb_path_installed(const char *configured)
{
    char *self = realpath("/proc/self/exe", NULL), *slash = self ? strrchr(self, '/') : NULL;
    const char *bin = path_below(SB_PREFIX, SB_BIN_DIR), *rest = path_below(SB_PREFIX, configured);
    sb_text moved = { 0 };
    if (slash && bin && rest) {
        *slash = '\0';
        const size_t length = strlen(self), least = strlen(bin);
        if (length > least && strcmp(self + length - least, bin) == 0)
            sb_text_add(&moved, "%.*s%s", (int)(length - least), self, rest);
    }
    free(self);
    if (moved.data && access(moved.data, F_OK) == 0)
        return moved.data;
    sb_text_free(&moved);
    return sb_copy_text(configured);
}

char *sb_path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return sb_copy_text(".");
    sb_text folder = { 0 };
    sb_text_add_bytes(&folder, path, slash == path ? 1 : (size_t)(slash - path));
    return folder.data;
}

/* mkstemp makes files that only their owner can read. Results get the mode that the umask
 * allows. */
static int open_to_all(int fd)
{
    mode_t mask = umask(0);
    umask(mask);
    return fchmod(fd, 0666 & ~mask);
}

/* With a temporary that is called `prefix` and six characters. */
static int create_through(sb_file *file, const char *prefix, const char *path, sb_error *error)
{
    sb_text temporary = { 0 };
    sb_text_add(&temporary, "%sXXXXXX", prefix);
    int fd = mkostemp(temporary.data, O_CLOEXEC);
    if (fd < 0) {
        sb_fail_errno(error, "%s cannot be written", path);
        goto fail_open;
    }
    FILE *stream = open_to_all(fd) == 0 ? fdopen(fd, "w") : NULL;
    if (!stream) {
        sb_fail_errno(error, "%s cannot be written", path);
        goto fail_stream;
    }
    *file = (sb_file) {
        .stream = stream,
        .path = sb_copy_text(path),
        .temporary = temporary.data,
    };
    return SB_OK;

fail_stream:
    unlink(temporary.data);
    close(fd);
fail_open:
    sb_text_free(&temporary);
    return SB_FAILED;
}

int sb_file_create(sb_file *file, const char *path, sb_error *error)
{
    sb_text prefix = { 0 };
    sb_text_add(&prefix, "%s.", path);
    int rc = create_through(file, prefix.data, path, error);
    sb_text_free(&prefix);
    return rc;
}

static void forget_file(sb_file *file)
{
    free(file->path);
    free(file->temporary);
    *file = (sb_file) { 0 };
}

int sb_file_commit(sb_file *file, sb_error *error)
{
    bool whole = fflush(file->stream) == 0 && !ferror(file->stream);
    whole = whole && fsync(fileno(file->stream)) == 0;
    int saved = errno;
    if (fclose(file->stream) != 0 && whole) {
        saved = errno;
        whole = false;
    }
    file->stream = NULL;
    if (whole && rename(file->temporary, file->path) == 0) {
        char *folder = sb_path_folder(file->path);
        int rc = sb_folder_sync(folder, error);
        free(folder);
        forget_file(file);
        return rc;
    }
    errno = whole ? errno : saved;
    sb_fail_errno(error, "%s cannot be written", file->path);
    sb_file_abandon(file);
    return SB_FAILED;
}

void sb_file_abandon(sb_file *file)
{
    if (!file->temporary)
        return;
    if (file->stream)
        fclose(file->stream);
    unlink(file->temporary);
    forget_file(file);
}

int sb_file_write(const char *path, const char *data, size_t length, sb_error *error)
{
    sb_file file;
    int rc = sb_file_create(&file, path, error);
    if (rc < 0)
        return rc;
    if (length > 0)                           /* with no bytes, the pointer may be NULL */
        fwrite(data, 1, length, file.stream); /* failures are reported below */
    return sb_file_commit(&file, error);
}

static int copy_stream(FILE *from, const char *path, FILE *to, sb_error *error)
{
    char part[65536];
    size_t count;
    while ((count = fread(part, 1, sizeof part, from)) > 0)
        if (fwrite(part, 1, count, to) != count)
            return SB_OK; /* it sticks to the stream, and shows when that is committed */
    return ferror(from) ? sb_fail_errno(error, "%s cannot be read", path) : SB_OK;
}

int sb_file_copy(const char *from, const char *to, const char *temporary, sb_error *error)
{
    sb_file file = { 0 };
    FILE *stream = sb_file_stream(from, error);
    int rc = stream ? create_through(&file, temporary, to, error) : SB_FAILED;
    if (rc == SB_OK)
        rc = copy_stream(stream, from, file.stream, error);
    if (rc == SB_OK)
        rc = sb_file_commit(&file, error);
    else
        sb_file_abandon(&file);
    if (stream)
        fclose(stream);
    return rc;
}

int sb_file_append(const char *path, const char *data, size_t length, sb_error *error)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666);
    struct stat info;
    if (fd >= 0 && (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))) {
        close(fd);
        return sb_fail(error, "%s cannot be written: not a regular file", path);
    }
    FILE *file = fd < 0 ? NULL : fdopen(fd, "a");
    bool well = file && (length == 0 || fwrite(data, 1, length, file) == length);
    if (file)
        well = fclose(file) == 0 && well;
    return well ? SB_OK : sb_fail_errno(error, "%s cannot be written", path);
}

/* Is the pipe open for writing in some process? Takes nothing out of it. */
static bool has_writer(int fd)
{
    int other[2];
    if (pipe2(other, O_CLOEXEC) != 0)
        return true;
    bool has = tee(fd, other[1], 1, SPLICE_F_NONBLOCK) != 0;
    close(other[0]);
    close(other[1]);
    return has;
}

int sb_file_open(const char *path, sb_error *error)
{
    enum { PATIENCE_MS = 5000 };
    struct stat info;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        sb_fail_errno(error, "%s cannot be read", path);
        goto fail;
    }
    struct pollfd ready = { .fd = fd, .events = POLLIN };
    if (S_ISFIFO(info.st_mode) && poll(&ready, 1, PATIENCE_MS) == 0 && !has_writer(fd)) {
        sb_fail(error, "%s cannot be read: it is a pipe without a writer", path);
        goto fail;
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return fd;

fail:
    if (fd >= 0)
        close(fd);
    return SB_FAILED;
}

FILE *sb_file_stream(const char *path, sb_error *error)
{
    int fd = sb_file_open(path, error);
    FILE *stream = fd < 0 ? NULL : fdopen(fd, "r");
    if (fd >= 0 && !stream) {
        sb_fail_errno(error, "%s cannot be read", path);
        close(fd);
    }
    return stream;
}

char *sb_file_read(const char *path, size_t limit, size_t *length, sb_error *error)
{
    FILE *stream = sb_file_stream(path, error);
    if (!stream)
        return NULL;
    sb_text text = { 0 };
    char part[16384];
    size_t count;
    while ((count = fread(part, 1, sizeof part, stream)) > 0 && text.length <= limit)
        sb_text_add_bytes(&text, part, count);
    if (ferror(stream))
        sb_fail_errno(error, "%s cannot be read", path);
    else if (text.length > limit)
        sb_fail(error, "%s is larger than the %zu bytes that are allowed here", path, limit);
    bool whole = !ferror(stream) && text.length <= limit;
    fclose(stream);
    if (!whole) {
        sb_text_free(&text);
        return NULL;
    }
    sb_text_add_bytes(&text, "", 0); /* an empty file is an empty string */
    if (length)
        *length = text.length;
    return text.data;
}

int sb_folder_make(const char *path, sb_error *error)
{
    char *part = sb_copy_text(path);
    int rc = 0;
    for (char *c = part + 1; part[0] && rc == 0; c++) {
        char end = *c;
        if (end != '/' && end != '\0')
            continue;
        *c = '\0';
        rc = mkdir(part, 0777) == 0 || errno == EEXIST ? 0 : -1;
        *c = end;
        if (end == '\0')
            break;
    }
    struct stat info;
    if (rc == 0 && (rc = stat(path, &info)) == 0 && !S_ISDIR(info.st_mode)) {
        errno = ENOTDIR;
        rc = -1;
    }
    free(part);
    return rc == 0 ? SB_OK : sb_fail_errno(error, "the folder %s cannot be created", path);
}

int sb_folder_sync(const char *path, sb_error *error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* Some file systems cannot sync a folder and return EINVAL; nothing more can be done there. */
    int rc = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL) ? SB_OK : SB_FAILED;
    if (rc < 0)
        sb_fail_errno(error, "%s cannot be written to disk", path);
    if (fd >= 0)
        close(fd);
    return rc;
}

void sb_file_first_line(const char *path, char *line, size_t size)
{
    *line = '\0';
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    if (fgets(line, (int)size, file))
        line[strcspn(line, "\n")] = '\0';
    fclose(file);
}
