/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/paths.h"

#include "core/file.h"
#include "core/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

static int is_shared_object(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 3 && strcmp(entry->d_name + length - 3, ".so") == 0;
}

/* Anyone who may write to a plugin's folder can run code as the user. The sticky bit protects
 * existing files, but not against new ones. */
static int check_folder(const char *dir, sb_error *error)
{
    struct stat status;
    if (stat(dir, &status) < 0)
        return sb_fail_errno(error, "plugin folder %s", dir);
    if (!S_ISDIR(status.st_mode))
        return sb_fail(error, "plugin folder %s: not a directory", dir);
    if (status.st_mode & S_IWOTH)
        return sb_fail(error, "plugin folder %s: anyone can write to it; run chmod o-w on it", dir);
    return SB_OK;
}

static void add_path(sb_paths *paths, const char *dir, const char *name)
{
    sb_text path = { 0 };
    sb_text_add(&path, "%s/%s", dir, name);
    paths->items = sb_grow(paths->items, paths->count + 1, sizeof *paths->items);
    paths->items[paths->count++] = path.data;
}

static int scan_folder(const char *dir, sb_paths *paths, sb_error *error)
{
    if (check_folder(dir, error) < 0)
        return SB_FAILED;
    char *real = realpath(dir, NULL);
    struct dirent **entries = NULL;
    int count = real ? scandir(real, &entries, is_shared_object, alphasort) : -1;
    if (count < 0) {
        free(real);
        return sb_fail_errno(error, "plugin folder %s", dir);
    }
    for (int i = 0; i < count; i++) {
        add_path(paths, real, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    free(real);
    return SB_OK;
}

static int scan_list(const char *list, sb_paths *paths, sb_error *error)
{
    char *copy = sb_copy_text(list), *rest = copy, *dir;
    int rc = SB_OK;
    while (rc == SB_OK && (dir = strsep(&rest, ":")))
        if (*dir)
            rc = scan_folder(dir, paths, error);
    free(copy);
    return rc;
}

static int scan_installed(sb_paths *paths, sb_error *error)
{
    char *folder = sb_path_installed(SB_PLUGIN_DIR);
    int rc = access(folder, F_OK) == 0 ? scan_folder(folder, paths, error) : SB_OK;
    free(folder);
    return rc;
}

int sb_plugin_paths(const char *const *dirs, sb_paths *paths, sb_error *error)
{
    *paths = (sb_paths) { 0 };
    const char *environment = getenv("SEPBENCH_PLUGIN_PATH");
    const char *system = getenv("SEPBENCH_SYSTEM_PLUGIN_PATH");
    int rc = SB_OK;
    for (; dirs && *dirs && rc == SB_OK; dirs++)
        rc = scan_folder(*dirs, paths, error);
    if (rc == SB_OK && environment)
        rc = scan_list(environment, paths, error);
    if (rc == SB_OK && system)
        rc = scan_list(system, paths, error);
    else if (rc == SB_OK)
        rc = scan_installed(paths, error);
    if (rc < 0)
        sb_paths_free(paths);
    return rc;
}

void sb_paths_free(sb_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        free(paths->items[i]);
    free(paths->items);
    *paths = (sb_paths) { 0 };
}

/* Reading a pipe or a device might never end. */
static int open_regular(const char *path, sb_error *error)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return sb_fail_errno(error, "%s", path);
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        return fd;
    close(fd);
    return sb_fail(error, "%s is not a regular file", path);
}

int sb_file_hash(const char *path, uint64_t *hash, sb_error *error)
{
    int fd = open_regular(path, error);
    if (fd < 0)
        return SB_FAILED;
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        abort();
    XXH3_64bits_reset(state);
    char block[65536];
    ssize_t count;
    while ((count = read(fd, block, sizeof block)) > 0)
        XXH3_64bits_update(state, block, (size_t)count);
    *hash = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    int saved = errno;
    close(fd);
    errno = saved;
    return count < 0 ? sb_fail_errno(error, "%s", path) : SB_OK;
}
