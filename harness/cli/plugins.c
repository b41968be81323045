/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/plugins.h"

#include "core/log.h"
#include "measure/session.h"
#include "plugin/search.h"

#define LOAD_TIMEOUT_NS INT64_C(20000000000)

int sb_cli_plugin_files(const char *const *files, size_t count, sb_plugin_list *list,
                        sb_error *error)
{
    if (sb_discover(files, count, LOAD_TIMEOUT_NS, list, error) < 0)
        return SB_FAILED;
    for (size_t i = 0; i < list->count; i++)
        if (list->plugins[i].problem)
            sb_warn("plugin %s: %s", list->plugins[i].path, list->plugins[i].problem);
    return SB_OK;
}

int sb_cli_plugins(const char *const *dirs, sb_plugin_list *list, sb_error *error)
{
    sb_paths paths;
    if (sb_plugin_paths(dirs, &paths, error) < 0)
        return SB_FAILED;
    int rc = paths.count
                 ? sb_cli_plugin_files((const char *const *)paths.items, paths.count, list, error)
                 : sb_fail(error, "no plugins found: name a folder of them with --plugin-dir "
                                  "or SEPBENCH_PLUGIN_PATH, or install sepbench");
    sb_paths_free(&paths);
    return rc;
}
