/* SPDX-License-Identifier: Apache-2.0 */
/* Notes of plugins that outlast a run (SB_HOST_LASTING_NOTES): one file in the cache folder for
 * each machine, instruction set and plugin. */
#ifndef SB_CAMPAIGN_LASTING_NOTES_H
#define SB_CAMPAIGN_LASTING_NOTES_H

#include "machine/topology.h"
#include "plugin/info.h"

/* Gives each plugin the notes that earlier runs have kept. A file that is missing or damaged gives
 * none. */
void sb_lasting_notes_recall(const sb_topology *topology, const sb_plugin_list *plugins);

/* Keeps the notes that the plugins have now, where they differ from those in the files. If that is
 * not possible, warns once. */
void sb_lasting_notes_keep(const sb_topology *topology, const sb_plugin_list *plugins);

#endif
