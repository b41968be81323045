/* SPDX-License-Identifier: Apache-2.0 */
/* Runs gnuplot, and writes what it reads so that no text from outside can steer it. */
#ifndef SB_REPORT_GNUPLOT_H
#define SB_REPORT_GNUPLOT_H

#include "core/error.h"
#include "core/text.h"

/*
 * Runs `gnuplot SCRIPT` in `folder`, without a shell and without the user's start-up files. 1 if it
 * succeeded, 0 if there is no gnuplot, negative if it failed (what it said is in the error) or took
 * more than a minute.
 */
int sb_gnuplot_run(const char *folder, const char *script, sb_error *error);

/*
 * A text as one field of a data file whose fields tabs separate: no control characters, quotes,
 * backquotes, backslashes, percent signs (which gnuplot takes for a format) or broken UTF-8; cut at
 * `most` characters. Never empty.
 */
void sb_gnuplot_add_field(sb_text *data, const char *text, size_t most);

/* The same as a quoted string of a script. */
void sb_gnuplot_add_string(sb_text *script, const char *text, size_t most);

/* A number with up to six decimals, or "?" for one that is missing. */
void sb_gnuplot_add_number(sb_text *data, double value);

#endif
