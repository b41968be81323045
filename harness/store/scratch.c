/* SPDX-License-Identifier: Apache-2.0 */
#include "store/scratch.h"

#include "core/file.h"
#include "core/text.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The beginning of the name of an incomplete copy. */
#define UNFINISHED ".run.db.copy-"

/* ---------------------------------------------------------------------------------- the note */

static char *make_note(const char *scratch)
{
    char host[HOST_NAME_MAX + 1] = "";
    sb_text note = { 0 };
    gethostname(host, sizeof host - 1);
    sb_text_add(&note, "%s %s", host, scratch);
    return note.data;
}

/* NULL if there is none. */
static char *read_note(const char *dir)
{
    char *path = sb_path_join(dir, ".scratch");
    char *note = sb_file_read(path, 2 * PATH_MAX, NULL, NULL);
    free(path);
    return note;
}

static int write_note(const char *dir, const char *scratch, sb_error *error)
{
    char *path = sb_path_join(dir, ".scratch"), *note = make_note(scratch);
    int rc = sb_file_write(path, note, strlen(note), error);
    free(note);
    free(path);
    return rc;
}

static bool is_noted(const char *dir, const char *scratch)
{
    char *held = read_note(dir), *ours = make_note(scratch);
    bool noted = held && strcmp(held, ours) == 0;
    free(held);
    free(ours);
    return noted;
}

/* ---------------------------------------------------------------------------------- the folder */

static char *make_folder_in(const char *parent)
{
    sb_text path = { 0 };
    sb_text_add(&path, "%s/sepbench-XXXXXX", parent);
    if (mkdtemp(path.data))
        return path.data;
    sb_text_free(&path);
    return NULL;
}

/* A user's $TMPDIR may be on a shared file system too, or be that of another machine. */
static char *make_folder(sb_error *error)
{
    const char *const parents[] = { getenv("TMPDIR"), "/tmp" };
    enum { PARENTS = sizeof parents / sizeof *parents };
    for (int shared = 0; shared < 2; shared++)
        for (int i = 0; i < PARENTS; i++) {
            if (!parents[i] || parents[i][0] != '/' ||
                (!shared && sb_database_obstacle(parents[i])))
                continue;
            char *folder = make_folder_in(parents[i]);
            if (folder)
                return folder;
        }
    sb_fail_errno(error, "no scratch folder can be created in %s%s/tmp",
                  parents[0] ? parents[0] : "", parents[0] ? ", or in " : "");
    return NULL;
}

/* Does not follow links: the author of the note must not select another user's file. */
static bool is_ours(const char *path, mode_t kind)
{
    struct stat info;
    return lstat(path, &info) == 0 && (info.st_mode & S_IFMT) == kind && info.st_uid == geteuid();
}

static bool is_private(const char *path)
{
    struct stat info;
    return is_ours(path, S_IFDIR) && lstat(path, &info) == 0 && (info.st_mode & 077) == 0;
}

static bool holds_run(const char *scratch)
{
    char *path = sb_path_join(scratch, "run.db");
    bool holds = is_private(scratch) && is_ours(path, S_IFREG);
    free(path);
    return holds;
}

char *sb_scratch_make(const char *dir, sb_error *error)
{
    char *scratch = make_folder(error);
    if (scratch && write_note(dir, scratch, error) < 0) {
        rmdir(scratch);
        free(scratch);
        return NULL;
    }
    return scratch;
}

char *sb_scratch_find(const char *dir)
{
    char *note = read_note(dir), *space = note ? strchr(note, ' ') : NULL, *found = NULL;
    if (space && space[1] == '/' && is_noted(dir, space + 1) && holds_run(space + 1))
        found = sb_copy_text(space + 1);
    free(note);
    return found;
}

/* What begins with `prefix`. */
static void remove_from(const char *folder, const char *prefix)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries)))
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
            unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries)
        closedir(entries);
}

void sb_scratch_remove(const char *scratch, const char *dir)
{
    char *note = sb_path_join(dir, ".scratch");
    if (is_noted(dir, scratch))
        unlink(note);
    free(note);
    remove_from(scratch, "run.db");
    remove_from(scratch, "snapshot.db");
    remove_from(scratch, ".lock");
    rmdir(scratch);
}

/* -------------------------------------------------------------------------------------- copies */

static int copy_database(const char *from, const char *to, const char *name, sb_error *error)
{
    char *source = sb_path_join(from, name), *target = sb_path_join(to, "run.db");
    char *temporary = sb_path_join(to, UNFINISHED);
    int rc = sb_file_copy(source, target, temporary, error);
    free(source);
    free(target);
    free(temporary);
    return rc;
}

int sb_scratch_fill(const char *scratch, const char *dir, sb_error *error)
{
    return copy_database(dir, scratch, "run.db", error);
}

static int take_snapshot(const char *scratch, sqlite3 *database, sb_error *error)
{
    char *path = sb_path_join(scratch, "snapshot.db");
    const int code = sb_database_copy(database, path);
    int rc = code == SQLITE_OK ? SB_OK : sb_fail(error, "%s: %s", path, sqlite3_errstr(code));
    free(path);
    return rc;
}

int sb_scratch_publish(const char *scratch, const char *dir, sqlite3 *database, sb_error *error)
{
    char *note = read_note(dir);
    free(note);
    if (!note)
        return sb_fail(error, "%s is no longer the folder that the run started in", dir);
    if (!is_noted(dir, scratch))
        return sb_fail(error, "another sepbench is continuing the run in %s", dir);
    remove_from(dir, UNFINISHED); /* a copy that was interrupted by a signal */
    if (take_snapshot(scratch, database, error) < 0)
        return SB_FAILED;
    return copy_database(scratch, dir, "snapshot.db", error);
}
