/* SPDX-License-Identifier: Apache-2.0 */
/* `sepbench list plugins|kernels|parameters|strategies|configs` */
#ifndef SB_CLI_LIST_PLUGINS_H
#define SB_CLI_LIST_PLUGINS_H

#include "cli/format.h"
#include "config/named.h"
#include "plugin/info.h"

/* Each prints on standard output; `filter` (NULL: all) is a glob over "plugin" or "plugin/kernel".
 */
void sb_list_plugins(const sb_plugin_list *plugins, const char *filter, sb_format format);
void sb_list_kernels(const sb_plugin_list *plugins, const char *filter, sb_format format);
void sb_list_parameters(const sb_plugin_list *plugins, const char *filter, sb_format format);

/* Configurations known by name; `filter` as above, matched against their names. */
void sb_list_configs(const sb_named_configs *configs, const char *filter, sb_format format);

/* The search strategies; `filter` as above, matched against their ids. */
void sb_list_strategies(const char *filter, sb_format format);

#endif
