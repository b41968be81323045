/* SPDX-License-Identifier: Apache-2.0 */
/* Measured peaks as a JSON file of the cache. */
#ifndef SB_MACHINE_PEAKS_FILE_H
#define SB_MACHINE_PEAKS_FILE_H

#include "machine/peaks.h"

/* The key's file of peaks in the folder; the caller frees it. */
char *sb_peaks_path(const char *folder, const char *key);

/* False if there is no file, or it is not one that sb_peaks_store() wrote for this key. */
bool sb_peaks_load(const char *path, const char *key, sb_peaks *peaks);

/* Replaces the file as a whole. */
int sb_peaks_store(const char *path, const char *key, const sb_peaks *peaks, sb_error *error);

#endif
