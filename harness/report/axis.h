/* SPDX-License-Identifier: Apache-2.0 */
/* Axes: ranges that follow the points, and ticks whose labels keep apart. */
#ifndef SB_REPORT_AXIS_H
#define SB_REPORT_AXIS_H

#include "measure/stats.h"

#include <stdbool.h>
#include <stddef.h>

enum { SB_MOST_TICKS = 48, SB_TICK_TEXT = 72 };

typedef struct sb_tick {
    double at;
    char text[SB_TICK_TEXT]; /* "" of a tick without a label */
} sb_tick;

typedef struct sb_plot_axis {
    double low, high;
    int base; /* 0: linear; 2 or 10: logarithmic, ticks at powers of it and between */
    sb_tick ticks[SB_MOST_TICKS];
    size_t count;
} sb_plot_axis;

/* What an axis has to show, collected point by point. Begin with sb_extent_none(). */
typedef struct sb_extent {
    double low, high; /* of the values */
    double whisker_low, whisker_high;
} sb_extent;

sb_extent sb_extent_none(void);
void sb_extent_add(sb_extent *extent, double value); /* one that is not finite is left out */
void sb_extent_add_interval(sb_extent *extent, double low, double high);

/*
 * A range with room for all values, and for the intervals as far as they go no farther than a
 * quarter beyond the values: one wild interval must not flatten all the rest. Without any value, 1
 * to 10. Logarithmic where all are positive and `base` is not 0.
 */
sb_plot_axis sb_extent_axis(const sb_extent *extent, int base);

/* Fills in ticks as many as keep apart on `mm` millimetres at this size of letters. */
void sb_plot_axis_tick(sb_plot_axis *axis, double mm, double points, bool horizontal);

/* Ticks at these values alone, each with its number. */
void sb_plot_axis_tick_at(sb_plot_axis *axis, const double *values, size_t count);
/* The same where their numbers keep apart; else false, and the ticks are worth nothing. */
bool sb_plot_axis_tick_fits(sb_plot_axis *axis, const double *values, size_t count, double mm,
                            double points);

/* Ticks at 0, 1, 2, ... with these texts, or with every second, third, ... as they fit. */
void sb_plot_axis_tick_texts(sb_plot_axis *axis, const char *const *texts, size_t count, double mm,
                             double points, bool horizontal);

/* Where a value lies: 0 at the low end, 1 at the high one. */
double sb_plot_axis_place(const sb_plot_axis *axis, double value);

/* The widest of the ticks' labels in mm. */
double sb_plot_axis_label_mm(const sb_plot_axis *axis, double points);

#endif
