/* SPDX-License-Identifier: Apache-2.0 */
/* Axes: ranges that follow the points, and ticks whose labels do not overlap. */
#ifndef SB_REPORT_AXIS_H
#define SB_REPORT_AXIS_H

#include "measure/stats.h"

#include <stdbool.h>
#include <stddef.h>

enum { SB_MOST_TICKS = 48, SB_TICK_TEXT = 72 };

typedef struct sb_tick {
    double at;
    char text[SB_TICK_TEXT]; /* "" for a tick without a label */
} sb_tick;

typedef struct sb_plot_axis {
    double low, high;
    int base; /* 0: linear; 2 or 10: logarithmic, ticks at powers of it and between */
    sb_tick ticks[SB_MOST_TICKS];
    size_t count;
} sb_plot_axis;

/* The values that an axis must show, collected point by point. Start with sb_extent_none(). */
typedef struct sb_extent {
    double low, high; /* of the values */
    double whisker_low, whisker_high;
} sb_extent;

sb_extent sb_extent_none(void);
void sb_extent_add(sb_extent *extent, double value); /* a value that is not finite is ignored */
void sb_extent_add_interval(sb_extent *extent, double low, double high);

/*
 * A range with room for all values, and for the intervals as far as they extend at most a quarter
 * beyond the values: a single wide interval must not compress everything else. Without any value, 1
 * to 10. Logarithmic if all values are positive and `base` is not 0.
 */
sb_plot_axis sb_extent_axis(const sb_extent *extent, int base);

/* Fills in as many ticks as fit without overlap on `mm` millimetres at this font size. */
void sb_plot_axis_tick(sb_plot_axis *axis, double mm, double points, bool horizontal);

/* Ticks only at these values, each with its label. */
void sb_plot_axis_tick_at(sb_plot_axis *axis, const double *values, size_t count);
/* The same if the labels do not overlap; else false, and the ticks are unusable. */
bool sb_plot_axis_tick_fits(sb_plot_axis *axis, const double *values, size_t count, double mm,
                            double points);

/* Ticks at 0, 1, 2, ... with these texts, or at every second, third, ... if not all fit. */
void sb_plot_axis_tick_texts(sb_plot_axis *axis, const char *const *texts, size_t count, double mm,
                             double points, bool horizontal);

/* The position of a value: 0 at the low end, 1 at the high end. */
double sb_plot_axis_place(const sb_plot_axis *axis, double value);

/* The width of the widest tick label in mm. */
double sb_plot_axis_label_mm(const sb_plot_axis *axis, double points);

#endif
