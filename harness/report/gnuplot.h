/* SPDX-License-Identifier: Apache-2.0 */
/* Runs gnuplot, and writes its input so that no text from outside can control it. */
#ifndef SB_REPORT_GNUPLOT_H
#define SB_REPORT_GNUPLOT_H

#include "core/error.h"
#include "core/visible.h"

/* Where to get gnuplot, for messages. */
#define SB_GNUPLOT_PACKAGE "on Debian or Ubuntu: apt-get install gnuplot-nox fonts-liberation"

/* The capabilities of this machine's gnuplot. */
typedef struct sb_gnuplot {
    bool svg, pdf, png;
} sb_gnuplot;

/* "5.4 patchlevel 4": the version of the gnuplot that answered last; "" if none did. [main] */
const char *sb_gnuplot_version(void);

/* The time limit if the caller gives none. */
#define SB_GNUPLOT_PATIENCE_NS INT64_C(60000000000)

/* Queries its capabilities. Negative if there is none, it is older than 5.2, fails or hangs; the
 * error says which, and what to install. */
int sb_gnuplot_probe(int64_t patience_ns, sb_gnuplot *gnuplot, sb_error *error);

/* Runs `gnuplot SCRIPT` in `folder`, without a shell and without the user's start-up files.
 * Negative if it fails (the error contains its message) or exceeds the limit; *hangs tells
 * which. */
int sb_gnuplot_run(const char *folder, const char *script, int64_t patience_ns, bool *hangs,
                   sb_error *error);

/* Sets the date of a PDF to `date` ("2026-01-31T23:59:59Z"; otherwise to 1970) instead of the time
 * at which it was drawn, so that drawing it again gives the same bytes. */
int sb_pdf_set_date(const char *path, const char *date, sb_error *error);

/* Appends a visible text as a string of a script, whatever it contains. */
void sb_gnuplot_add_string(sb_text *script, const char *visible);

/* Appends a number with seven significant digits, or "?" for a missing one. */
void sb_gnuplot_add_number(sb_text *data, double value);

#endif
