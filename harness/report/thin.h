/* SPDX-License-Identifier: Apache-2.0 */
/* Draws only one of several marks at the same place: thousands of them would enlarge the file
 * without showing more. */
#ifndef SB_REPORT_THIN_H
#define SB_REPORT_THIN_H

#include "report/panel.h"

/* The places of a panel, in steps of a quarter of a millimetre, that have a mark. */
typedef struct sb_thin {
    const sb_panel *panel;
    bool *taken;
    size_t columns, rows, dropped;
} sb_thin;

sb_thin sb_thin_begin(
    const sb_panel *panel); /* call sb_thin_clear() before each series, and at the end */
bool sb_thin_take(sb_thin *thin, double x, double y); /* is it the first one here? */
void sb_thin_clear(sb_thin *thin);
void sb_thin_end(sb_thin *thin, sb_canvas *canvas); /* notes how many were dropped; frees it */

#endif
