/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are written whole or not at all, folders, and reading with a limit. */
#ifndef SB_CORE_FILE_H
#define SB_CORE_FILE_H

#include "core/error.h"

#include <stddef.h>
#include <stdio.h>

/* A file being written under a temporary name beside its place. */
typedef struct sb_file {
    FILE *stream;
    char *path, *temporary; /* owned */
} sb_file;

/* Makes the temporary; 0, or negative with nothing to release. */
int sb_file_create(sb_file *file, const char *path, sb_error *error);
/* Syncs it and puts it in its place. Whatever happens, the file is closed and its memory freed; on
 * failure (a full disk shows here) what stood in its place before still does. */
int sb_file_commit(sb_file *file, sb_error *error);
/* Removes the temporary. Does nothing to a file that is {0}, committed or abandoned. */
void sb_file_abandon(sb_file *file);

/* The three in one. */
int sb_file_write(const char *path, const char *data, size_t length, sb_error *error);

/* Copies a file, whole or not at all; `temporary` is what its name begins with until then, in the
 * folder of `to`. */
int sb_file_copy(const char *from, const char *to, const char *temporary, sb_error *error);

/* Adds to the end of a regular file, and makes it where there is none. */
int sb_file_append(const char *path, const char *data, size_t length, sb_error *error);

/* A descriptor to read the file from, or negative. A pipe is waited for until somebody writes into
 * it, but not longer than five seconds. */
int sb_file_open(const char *path, sb_error *error);
/* The same as a stream; NULL on error. */
FILE *sb_file_stream(const char *path, sb_error *error);

/* The whole of a file, NUL added; free() it. NULL if it cannot be read or exceeds `limit` bytes. */
char *sb_file_read(const char *path, size_t limit, size_t *length, sb_error *error);

/* The name of a file that is about all of `parts` (NULL-terminated): "A-B-C.json", say, with what a
 * path cannot hold, and '%', written as '%' and two digits. Different parts give different names;
 * one too long for a file system is cut, and ends with a hash of the whole. free() it. */
char *sb_file_name(const char *const *parts, const char *suffix);

/* Where an installed folder lies: as it was configured, or, where the program was moved to another
 * prefix with what belongs to it (`make install prefix=...`), under that one; free() it. */
char *sb_path_installed(const char *configured);

/* "folder/name"; free() it. */
char *sb_path_join(const char *folder, const char *name);

/* The folder that the path's last part lies in, "." for a path without a slash; free() it. */
char *sb_path_folder(const char *path);

/* Makes a folder and those above it; one that is there is fine. */
int sb_folder_make(const char *path, sb_error *error);

/* Writes the folder's entries (renamed or new files) to disk. */
int sb_folder_sync(const char *path, sb_error *error);

#endif
