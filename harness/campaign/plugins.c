/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/plugins.h"

#include "core/log.h"
#include "measure/session.h"
#include "plugin/paths.h"

#include <unistd.h>

#define LOAD_TIMEOUT_NS INT64_C(10000000000)

/* A plugin that a folder holds may be absent without a word; one that the user names may not. */
static void describe_files(const char *const *files, size_t count, bool named, sb_plugin_list *list)
{
    sb_discover(files, count, LOAD_TIMEOUT_NS, list);
    for (size_t i = 0; i < list->count; i++)
        if (list->plugins[i].problem && (named || !list->plugins[i].absence))
            sb_warn("plugin %s: %s", list->plugins[i].path, list->plugins[i].problem);
}

int sb_plugins_from_files(const char *const *files, size_t count, sb_plugin_list *list,
                          sb_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (access(files[i], R_OK) != 0)
            return sb_fail_errno(error, "%s", files[i]);
    describe_files(files, count, true, list);
    return SB_OK;
}

int sb_plugins_find(const char *const *dirs, sb_plugin_list *list, sb_error *error)
{
    sb_paths paths;
    if (sb_plugin_paths(dirs, &paths, error) < 0)
        return SB_FAILED;
    if (paths.count == 0)
        return sb_fail(error, "no plugins found: name a folder of them with --plugin-dir or "
                              "SEPBENCH_PLUGIN_PATH, or install sepbench");
    describe_files((const char *const *)paths.items, paths.count, false, list);
    sb_paths_free(&paths);
    return SB_OK;
}
