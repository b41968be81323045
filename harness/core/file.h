/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are written completely or not at all, folders, and reads with a size limit. */
#ifndef SB_CORE_FILE_H
#define SB_CORE_FILE_H

#include "core/error.h"

#include <stddef.h>
#include <stdio.h>

/* A file being written under a temporary name in the folder of its final name. */
typedef struct sb_file {
    FILE *stream;
    char *path, *temporary; /* owned */
} sb_file;

/* Creates the temporary file; returns 0, or negative with nothing to release. */
int sb_file_create(sb_file *file, const char *path, sb_error *error);
/* Syncs the file and renames it to its final name. In any case the file is closed and its memory
 * freed; on failure (a full disk is reported here) an earlier file of that name is unchanged. */
int sb_file_commit(sb_file *file, sb_error *error);
/* Removes the temporary file. Does nothing if the file is {0}, committed or abandoned. */
void sb_file_abandon(sb_file *file);

/* Begin, write and commit in one call. */
int sb_file_write(const char *path, const char *data, size_t length, sb_error *error);

/* Copies a file, whole or not at all; `temporary` is what its name begins with until then, in the
 * folder of `to`. */
int sb_file_copy(const char *from, const char *to, const char *temporary, sb_error *error);

/* Adds to the end of a regular file, and makes it where there is none. */
int sb_file_append(const char *path, const char *data, size_t length, sb_error *error);

/* Opens the file for reading; negative on error. Waits up to five seconds until somebody opens the
 * writing end of a pipe. */
int sb_file_open(const char *path, sb_error *error);
/* The same as a stream; NULL on error. */
FILE *sb_file_stream(const char *path, sb_error *error);

/* The whole file, NUL-terminated; free() it. NULL if it cannot be read or exceeds `limit` bytes. */
char *sb_file_read(const char *path, size_t limit, size_t *length, sb_error *error);

/* The name of a file about all of `parts` (NULL-terminated), for example "A-B-C.json". Characters
 * that a path cannot hold, and '%', become '%' and two digits. Different parts give different
 * names; a name too long for a file system is cut, and ends with a hash of the whole. free() it. */
char *sb_file_name(const char *const *parts, const char *suffix);

/* The path of an installed folder: as configured, or, if the installation was moved to another
 * prefix (`make install prefix=...`), below that prefix; free() it. */
char *sb_path_installed(const char *configured);

/* "folder/name"; free() it. */
char *sb_path_join(const char *folder, const char *name);

/* The first line of a small file, such as those of /proc and /sys, without its end; "" if it cannot
 * be read. */
void sb_file_first_line(const char *path, char *line, size_t size);

/* The folder that the path's last part lies in, "." for a path without a slash; free() it. */
char *sb_path_folder(const char *path);

/* Makes a folder and those above it; one that is there is fine. */
int sb_folder_make(const char *path, sb_error *error);

/* Syncs the folder's entries (renamed or new files) to disk. */
int sb_folder_sync(const char *path, sb_error *error);

#endif
