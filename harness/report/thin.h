/* SPDX-License-Identifier: Apache-2.0 */
/* Marks that fall on each other are drawn once: thousands of them make a file large, not clearer.
 */
#ifndef SB_REPORT_THIN_H
#define SB_REPORT_THIN_H

#include "report/panel.h"

/* Which places of a panel, in steps of a quarter of a millimetre, have a mark. */
typedef struct sb_thin {
    const sb_panel *panel;
    bool *taken;
    size_t columns, rows, dropped;
} sb_thin;

sb_thin sb_thin_begin(
    const sb_panel *panel); /* sb_thin_clear() before each series, and in the end */
bool sb_thin_take(sb_thin *thin, double x, double y); /* the first one here? */
void sb_thin_clear(sb_thin *thin);
void sb_thin_end(sb_thin *thin, sb_canvas *canvas); /* notes how many were dropped; frees it */

#endif
