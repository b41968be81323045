/* SPDX-License-Identifier: Apache-2.0 */
#include "report/stairs.h"

#include "measure/quantile.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_STEPS = 300, MARKS = 5 };

void sb_stairs_add(sb_stairs *s, double value)
{
    if ((s->count & (s->count - 1)) == 0)
        s->values = sb_grow(s->values, s->count ? 2 * s->count : 1, sizeof *s->values);
    s->values[s->count++] = value;
    s->total++;
}

static void add_step(sb_canvas *canvas, double value, double share)
{
    const double row[] = { value, share };
    sb_canvas_row(canvas, row, 2, NULL);
}

/* From the left end of the axis to the right end; if there are more steps than can be
 * distinguished, as many as can. */
static size_t add_curve(sb_canvas *canvas, const sb_stairs *s, const char *what,
                        const sb_plot_axis *x)
{
    size_t every = (s->count + MOST_STEPS - 1) / MOST_STEPS;
    size_t block = sb_canvas_block(canvas, "%s, %s: value, share of layers", what, s->name);
    add_step(canvas, x->low, 0);
    for (size_t i = 0; i < s->count; i++)
        if ((i + 1) % every == 0 || i + 1 == s->count)
            add_step(canvas, s->values[i], (double)(i + 1) / (double)s->total);
    add_step(canvas, x->high, (double)s->count / (double)s->total);
    return block;
}

/* Marks at the same shares for all curves would overlap: each curve has them at its own
 * quantiles. */
static size_t add_marks(sb_canvas *canvas, const sb_stairs *s, const char *what)
{
    size_t block = sb_canvas_block(canvas, "%s, %s: marks of the curve", what, s->name);
    for (size_t m = 0; m < MARKS; m++) {
        size_t i = (2 * m + 1) * s->count / (2 * MARKS);
        add_step(canvas, s->values[i], (double)(i + 1) / (double)s->total);
    }
    return block;
}

void sb_stairs_plot(sb_canvas *canvas, sb_stairs *s, const char *what, const sb_plot_axis *x)
{
    if (s->count == 0)
        return;
    sb_sort_values(s->values, s->count);
    sb_panel_plot(canvas, "data index %zu using 1:2 with steps", add_curve(canvas, s, what, x));
    sb_canvas_add_line(canvas, &s->mark, 1.1);
    if (s->mark.point == 0)
        return;
    sb_panel_plot(canvas, "data index %zu using 1:2 with points", add_marks(canvas, s, what));
    sb_canvas_add_mark(canvas, &s->mark, 0.8);
}

void sb_stairs_free(sb_stairs *s)
{
    free(s->values);
    *s = (sb_stairs) { 0 };
}
