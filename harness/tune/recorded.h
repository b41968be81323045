/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded tuning spaces: every parameter set with its objective, read from a file.
 *
 * Formats, plain or gzip: Kernel Tuner's cache (`cache`: an object or a list of measured
 * parameter sets, `tune_params_keys` naming the parameters; also without its last brackets, as an
 * interrupted tuner leaves it), the T4 results format (`results`: a list of {configuration,
 * measurements, invalidity}), KTT's results, our own export, which is the first of them (export.h),
 * and CSV with a column of times (recorded_csv.c). The objective is a time: less is better. A
 * parameter set whose time is missing, not a positive number, 1e20 (which marks a failure in old
 * caches), or a text such as "RuntimeFailedConfig" has failed. Contents are stored cell by cell: a
 * file of hundreds of megabytes needs tens.
 */
#ifndef SB_TUNE_RECORDED_H
#define SB_TUNE_RECORDED_H

#include "tune/space.h"

typedef struct sb_recorded {
    sb_space space;
    double *objectives; /* by index; INFINITY where it failed */
    double *costs;      /* by index: the cost of evaluating, in milliseconds; NAN: not known */
    bool costed;        /* the cost of each is known */
    size_t failures;
    size_t skipped; /* number of entries that lack a parameter */
    double best;
    double next; /* the second best; INFINITY: none */
    bool cut;    /* the file ended before its last brackets */
} sb_recorded;

/* Fails on a file that cannot be read, is truncated, is of another format, has no entries, or whose
 * parameter sets all failed. sb_recorded_free() it. */
int sb_recorded_read(const char *path, sb_recorded *recorded, sb_error *error);
void sb_recorded_free(sb_recorded *recorded);

#endif
