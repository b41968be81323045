/* SPDX-License-Identifier: Apache-2.0 */
#include "report/thin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEP_MM 0.25

sb_thin sb_thin_begin(const sb_panel *panel)
{
    sb_thin thin = {
        .panel = panel,
        .columns = (size_t)(panel->width / STEP_MM) + 1,
        .rows = (size_t)(panel->height / STEP_MM) + 1,
    };
    thin.taken = sb_new(thin.columns * thin.rows, sizeof *thin.taken);
    return thin;
}

void sb_thin_clear(sb_thin *thin)
{
    memset(thin->taken, 0, thin->columns * thin->rows * sizeof *thin->taken);
}

bool sb_thin_take(sb_thin *thin, double x, double y)
{
    double column = sb_plot_axis_place(&thin->panel->x, x) * (double)(thin->columns - 1);
    double row = sb_plot_axis_place(&thin->panel->y, y) * (double)(thin->rows - 1);
    if (!(column >= 0 && row >= 0 && column < (double)thin->columns && row < (double)thin->rows))
        return true;
    bool *at = &thin->taken[(size_t)row * thin->columns + (size_t)column];
    bool first = !*at;
    thin->dropped += !first;
    *at = true;
    return first;
}

void sb_thin_end(sb_thin *thin, sb_canvas *canvas)
{
    if (thin->dropped)
        sb_canvas_say(canvas, "%zu marks that fall on others of their kind are not drawn.",
                      thin->dropped);
    free(thin->taken);
}
