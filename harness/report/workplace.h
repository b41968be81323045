/* SPDX-License-Identifier: Apache-2.0 */
/* The folder in which gnuplot draws: a private one beside the figures, so that it follows no links
 * of other users, and a figure is moved to its place completely or not at all. */
#ifndef SB_REPORT_WORKPLACE_H
#define SB_REPORT_WORKPLACE_H

#include "core/error.h"

/* Creates the folder in `out`; free() its path after sb_workplace_close(). NULL on error. */
char *sb_workplace_open(const char *out, sb_error *error);
/* Removes it with its remaining contents; NULL is allowed. */
void sb_workplace_close(const char *work);

/* Makes STEM.dat of the parent folder visible to a script in the workplace. */
int sb_workplace_supply(const char *work, const char *stem, sb_error *error);

/* Moves STEM.FORMAT ("svg", "pdf" or "png") to its place in `out`, if it was drawn completely. An
 * earlier file there is removed in any case: it belonged to other data. */
int sb_workplace_deliver(const char *work, const char *out, const char *stem, const char *format,
                         sb_error *error);

#endif
