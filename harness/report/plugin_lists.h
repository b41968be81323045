/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of what plugins declare, and of the search strategies. */
#ifndef SB_REPORT_PLUGIN_LISTS_H
#define SB_REPORT_PLUGIN_LISTS_H

#include "core/table.h"
#include "plugin/info.h"

/* Each starts and fills the table. `filter` (NULL: all) is a glob over "plugin", "plugin/kernel" or
 * a strategy's id. */
void sb_tabulate_plugins(const sb_plugin_list *plugins, const char *filter, sb_table *table);
void sb_tabulate_kernels(const sb_plugin_list *plugins, const char *filter, sb_table *table);
void sb_tabulate_parameters(const sb_plugin_list *plugins, const char *filter, sb_table *table);
void sb_tabulate_strategies(const char *filter, sb_table *table);

#endif
