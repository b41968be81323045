/* SPDX-License-Identifier: Apache-2.0 */
/* Where plugins are found: --plugin-dir, SEPBENCH_PLUGIN_PATH, the installed folder. */
#ifndef SB_PLUGIN_PATHS_H
#define SB_PLUGIN_PATHS_H

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct sb_paths {
    char **items; /* owned */
    size_t count;
} sb_paths;

/*
 * The shared objects (*.so) of the folders, sorted by name within each: first those of `dirs`
 * (NULL-terminated), then SEPBENCH_PLUGIN_PATH (folders joined by ':'), then the installed folder
 * if there is one, or instead of it those of SEPBENCH_SYSTEM_PLUGIN_PATH (empty: none; for tests of
 * a build beside an installation). A plugin found earlier hides later ones with its id. A folder
 * that was named and does not exist, or that others may write to, is an error.
 */
int sb_plugin_paths(const char *const *dirs, sb_paths *paths, sb_error *error);
void sb_paths_free(sb_paths *paths);

/* XXH3 of the file's bytes: which build of a plugin this is. */
int sb_file_hash(const char *path, uint64_t *hash, sb_error *error);

#endif
