/* SPDX-License-Identifier: Apache-2.0 */
/* Runs gnuplot, and writes what it reads so that no text from outside can steer it. */
#ifndef SB_REPORT_GNUPLOT_H
#define SB_REPORT_GNUPLOT_H

#include "core/error.h"
#include "core/visible.h"

/* Where gnuplot is to be had, for messages. */
#define SB_GNUPLOT_PACKAGE "on Debian or Ubuntu: apt-get install gnuplot-nox fonts-liberation"

/* What this machine's gnuplot can draw. */
typedef struct sb_gnuplot {
    bool svg, pdf, png;
} sb_gnuplot;

/* "5.4 patchlevel 4": of the gnuplot that answered last; "" where none did. [main] */
const char *sb_gnuplot_version(void);

/* How long it may take where the caller does not say. */
#define SB_GNUPLOT_PATIENCE_NS INT64_C(60000000000)

/* Asks it. Negative where there is none, it is older than 5.2, fails or hangs; the error says which
 * of these, and what to install. */
int sb_gnuplot_probe(int64_t patience_ns, sb_gnuplot *gnuplot, sb_error *error);

/* Runs `gnuplot SCRIPT` in `folder`, without a shell and without the user's start-up files.
 * Negative if it failed (what it said is in the error) or takes longer; that is *hangs. */
int sb_gnuplot_run(const char *folder, const char *script, int64_t patience_ns, bool *hangs,
                   sb_error *error);

/* Makes a PDF say that it is from `date` ("2026-01-31T23:59:59Z"; else from 1970) instead of from
 * the moment it was drawn: what is drawn again is then the same, bit for bit. */
int sb_pdf_set_date(const char *path, const char *date, sb_error *error);

/* Appends a visible text as a string of a script, whatever it holds. */
void sb_gnuplot_add_string(sb_text *script, const char *visible);

/* A number with seven significant digits, or "?" for one that is missing. */
void sb_gnuplot_add_number(sb_text *data, double value);

#endif
