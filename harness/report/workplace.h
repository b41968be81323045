/* SPDX-License-Identifier: Apache-2.0 */
/* Where gnuplot draws: a folder of our own beside the figures, so that it follows nobody's links
 * and a figure takes its place whole or not at all. */
#ifndef SB_REPORT_WORKPLACE_H
#define SB_REPORT_WORKPLACE_H

#include "core/error.h"

/* Makes the folder within `out`; free() its path after sb_workplace_close(). NULL on error. */
char *sb_workplace_open(const char *out, sb_error *error);
/* Removes it with what is left in it; NULL is allowed. */
void sb_workplace_close(const char *work);

/* Lets a script find STEM.dat of the folder above in the workplace. */
int sb_workplace_supply(const char *work, const char *stem, sb_error *error);

/* Puts STEM.FORMAT ("svg", "pdf" or "png") in its place in `out`, if it was drawn to its end. What
 * stood there before is gone in any case: it belonged to other data. */
int sb_workplace_deliver(const char *work, const char *out, const char *stem, const char *format,
                         sb_error *error);

#endif
