/* SPDX-License-Identifier: Apache-2.0 */
/* Measured peaks as a JSON file, one for each machine, instruction set and version of sepbench. */
#ifndef SB_MACHINE_PEAKS_CACHE_H
#define SB_MACHINE_PEAKS_CACHE_H

#include "machine/peaks.h"
#include "sepbench/plugin.h"

/* What the peaks depend on, as one line. The caller frees it. */
char *sb_peaks_key(const sb_topology *topology, const sb_cpu *cpu);

/* "$XDG_CACHE_HOME/sepbench", made if need be; the caller frees it. NULL with the reason. */
char *sb_peaks_folder(sb_error *error);

/* FOLDER/SORT-HASH.json, the key's file for one sort of facts; the caller frees it. */
char *sb_machine_file(const char *folder, const char *sort, const char *key);

/* The same for peaks. */
char *sb_peaks_path(const char *folder, const char *key);

/* False if there is no file, or it is not one that sb_peaks_store() wrote for this key. */
bool sb_peaks_load(const char *path, const char *key, sb_peaks *peaks);

/* Replaces the file as a whole. */
int sb_peaks_store(const char *path, const char *key, const sb_peaks *peaks, sb_error *error);

#endif
