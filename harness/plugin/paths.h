/* SPDX-License-Identifier: Apache-2.0 */
/* The search path of plugins: --plugin-dir, SEPBENCH_PLUGIN_PATH, the installed folder. */
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
 * Lists the shared objects (*.so) of the folders, sorted by name within each: first those of `dirs`
 * (NULL-terminated), then SEPBENCH_PLUGIN_PATH (folders joined by ':'), then the installed folder
 * if it exists, or instead of it the folders of SEPBENCH_SYSTEM_PLUGIN_PATH (empty: none; for tests
 * of a build beside an installation). A plugin found earlier hides later ones with the same id. A
 * folder that was named but does not exist, or that others may write to, is an error.
 */
int sb_plugin_paths(const char *const *dirs, sb_paths *paths, sb_error *error);
void sb_paths_free(sb_paths *paths);

/* XXH3 of the file's bytes, which identifies the build of a plugin. */
int sb_file_hash(const char *path, uint64_t *hash, sb_error *error);

#endif
