/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output of plugins, to standard output, standard error and the host's log: read from a pipe line
 * by line, cleaned, cut, and prefixed with the plugin's name. The first lines of each plugin are
 * shown, further ones go to a log, and what exceeds that is counted.
 */
#ifndef SB_MEASURE_OUTPUT_H
#define SB_MEASURE_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/* State of one plugin, for all of its workers. {0} with a name is an initial one. */
typedef struct sb_output {
    const char *name;     /* borrowed */
    const char *log_path; /* borrowed; NULL: lines that are not shown are lost */
    uint64_t lines;       /* so far */
    size_t logged;        /* bytes */
} sb_output;

/* Reports how many lines were not shown, if any, and where they are. */
void sb_output_end(const sb_output *output);

/* The reading end of one worker's pipe. */
typedef struct sb_output_reader {
    sb_output *output; /* borrowed; NULL: nothing is shown */
    int fd;            /* -1: closed */
    size_t length;
    char line[400]; /* the beginning of an unfinished line */
} sb_output_reader;

/* Reads what is available, without waiting. */
void sb_output_drain(sb_output_reader *reader);

/* Reads what is available, including an unfinished last line, and closes the pipe. */
void sb_output_close(sb_output_reader *reader);

#endif
