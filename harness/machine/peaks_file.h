/* SPDX-License-Identifier: Apache-2.0 */
/* Measured peaks, stored as a JSON file in the cache folder. */
#ifndef SB_MACHINE_PEAKS_FILE_H
#define SB_MACHINE_PEAKS_FILE_H

#include "machine/peaks.h"

#define SB_PEAKS_SORT "peaks" /* in the names of the files, sb_cache_file() */

/* False if there is no file, or sb_peaks_store() did not write it for this key. */
bool sb_peaks_load(const char *path, const char *key, sb_peaks *peaks);

/* Replaces the file atomically. */
int sb_peaks_store(const char *path, const char *key, const sb_peaks *peaks, sb_error *error);

#endif
