/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What plugins write to standard output, to standard error and to the host's log: through a pipe,
 * line by line, cleaned and cut, with the plugin's name before it. A few lines of each plugin are
 * shown, more go to a log, and what exceeds that is counted.
 */
#ifndef SB_MEASURE_OUTPUT_H
#define SB_MEASURE_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/* Of one plugin, whichever of its workers writes. {0} with a name is a fresh one. */
typedef struct sb_output {
    const char *name;     /* borrowed */
    const char *log_path; /* borrowed; NULL: what is not shown is lost */
    uint64_t lines;       /* so far */
    size_t logged;        /* bytes */
} sb_output;

/* Tells how many lines were not shown, if any, and where they are. */
void sb_output_end(const sb_output *output);

/* The reading end of one worker's pipe. */
typedef struct sb_output_reader {
    sb_output *output; /* borrowed; NULL: nothing is shown */
    int fd;            /* -1: closed */
    size_t length;
    char line[400]; /* the beginning of one that has not ended yet */
} sb_output_reader;

/* Takes what is there. Returns without waiting. */
void sb_output_drain(sb_output_reader *reader);

/* What is there, and a last line without an end; closes it. */
void sb_output_close(sb_output_reader *reader);

#endif
