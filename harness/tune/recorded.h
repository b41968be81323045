/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded tuning spaces: every configuration with its objective, read from a file.
 *
 * Formats, plain or gzip: Kernel Tuner's cache (`cache`: an object or a list of measured
 * configurations, `tune_params_keys` naming the parameters), the T4 results format (`results`: a
 * list of {configuration, measurements, invalidity}), and our own export, which is the first of
 * them (export.h). NaN and Infinity, which Python writes, are taken. The objective is a time: less
 * is better. A configuration whose time is missing, not a positive number, or a text such as
 * "RuntimeFailedConfig" has failed.
 */
#ifndef SB_TUNE_RECORDED_H
#define SB_TUNE_RECORDED_H

#include "tune/space.h"

typedef struct sb_recorded {
    sb_space space;
    double *objectives; /* by index; INFINITY where it failed */
    size_t failures;
    size_t skipped; /* entries of the file that lack a parameter */
    double best;
} sb_recorded;

/* Fails on a file that cannot be read, is truncated, is of another format, holds nothing, or whose
 * configurations all failed. sb_recorded_free() it. */
int sb_recorded_read(const char *path, sb_recorded *recorded, sb_error *error);
void sb_recorded_free(sb_recorded *recorded);

#endif
