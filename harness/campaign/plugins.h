/* SPDX-License-Identifier: Apache-2.0 */
/* The plugins that a command works with. */
#ifndef SB_CAMPAIGN_PLUGINS_H
#define SB_CAMPAIGN_PLUGINS_H

#include "plugin/info.h"

/* Finds and describes the plugins of the search path (`dirs`: --plugin-dir, NULL-terminated). One
 * that cannot be used is told as a warning and stays in the list with its problem. None at all is
 * an error that says where was looked. */
int sb_plugins_find(const char *const *dirs, sb_plugin_list *list, sb_error *error);

/* The same for shared objects named one by one. */
int sb_plugins_from_files(const char *const *files, size_t count, sb_plugin_list *list,
                          sb_error *error);

#endif
