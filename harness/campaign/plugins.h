/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the plugins that a command works with. */
#ifndef SB_CAMPAIGN_PLUGINS_H
#define SB_CAMPAIGN_PLUGINS_H

#include "plugin/info.h"

/* Finds and describes the plugins of the search path (`dirs`: --plugin-dir, NULL-terminated). One
 * that cannot be used causes a warning and stays in the list with its problem. If there is none at
 * all, the error lists the folders searched. */
int sb_plugins_find(const char *const *dirs, sb_plugin_list *list, sb_error *error);

/* The same for shared objects given by name. */
int sb_plugins_from_files(const char *const *files, size_t count, sb_plugin_list *list,
                          sb_error *error);

#endif
