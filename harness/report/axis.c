/* SPDX-License-Identifier: Apache-2.0 */
#include "report/axis.h"

#include "report/glyphs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MM_PER_POINT (25.4 / 72)
#define BEYOND       0.25 /* how far intervals may extend an axis */
#define MARGIN       0.04
#define COUNT(list)  (sizeof(list) / sizeof *(list))

sb_extent sb_extent_none(void)
{
    return (sb_extent) { INFINITY, -INFINITY, INFINITY, -INFINITY };
}

void sb_extent_add(sb_extent *extent, double value)
{
    if (!isfinite(value))
        return;
    extent->low = fmin(extent->low, value);
    extent->high = fmax(extent->high, value);
}

void sb_extent_add_interval(sb_extent *extent, double low, double high)
{
    if (!isfinite(low) || !isfinite(high))
        return;
    extent->whisker_low = fmin(extent->whisker_low, low);
    extent->whisker_high = fmax(extent->whisker_high, high);
}

static double to_place(int base, double value)
{
    return base ? log10(value) : value;
}

static double from_place(int base, double place)
{
    return base ? pow(10, place) : place;
}

/* Does the scale have this value, with no overflow in the arithmetic on it? */
static double bound_value(int base, double value)
{
    double place = to_place(base, value), most = base ? 40 : 1e40;
    return fmax(-most, fmin(most, place));
}

sb_plot_axis sb_extent_axis(const sb_extent *extent, int base)
{
    sb_plot_axis axis = { .low = 1, .high = 10, .base = base };
    if (!(extent->low <= extent->high))
        return axis;
    axis.base = extent->low > 0 ? base : 0;
    double low = bound_value(axis.base, extent->low), high = bound_value(axis.base, extent->high);
    double span = high - low;
    if (!(span > 1e-9 * fmax(fabs(high), 1))) {
        span = axis.base ? 0.3 : fmax(fabs(high), 1e-9) * 0.2;
        low -= span / 2;
        high += span / 2;
    }
    double most = fmax(BEYOND * span, axis.base ? log10(1 + BEYOND) : 0);
    bool positive = !axis.base || extent->whisker_low > 0;
    if (extent->whisker_low < extent->low)
        low = fmax(low - most, positive ? bound_value(axis.base, extent->whisker_low) : low - most);
    if (extent->whisker_high > extent->high)
        high = fmin(high + most, bound_value(axis.base, extent->whisker_high));
    axis.low = from_place(axis.base, low - MARGIN * span);
    axis.high = from_place(axis.base, high + MARGIN * span);
    if (!axis.base && extent->low >= 0 && axis.low < 0)
        axis.low = 0;
    return axis;
}

double sb_plot_axis_place(const sb_plot_axis *axis, double value)
{
    double low = to_place(axis->base, axis->low), high = to_place(axis->base, axis->high);
    return (to_place(axis->base, value) - low) / (high - low);
}

double sb_plot_axis_label_mm(const sb_plot_axis *axis, double points)
{
    double widest = 0;
    for (size_t i = 0; i < axis->count; i++)
        widest = fmax(widest, sb_text_mm(axis->ticks[i].text, points));
    return widest;
}

/* -------------------------------------------------------------------------------------- numbers */

/* "0.25", "20", "100k", "3M", "1e-7": short, and never "1e+05". */
static void print_number(char *text, double value)
{
    static const struct {
        double unit;
        const char *letter;
    } units[] = { { 1e12, "T" }, { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" } };
    double size = fabs(value);
    for (size_t i = 0; i < COUNT(units); i++)
        if (size >= 1e4 && size < 1e15 && size >= units[i].unit * (1 - 1e-9)) {
            snprintf(text, SB_TICK_TEXT, "%.4g%s", value / units[i].unit, units[i].letter);
            return;
        }
    if ((size > 0 && size < 1e-3) || size >= 1e15) {
        int exponent = (int)floor(log10(size) + 1e-9);
        snprintf(text, SB_TICK_TEXT, "%.3ge%d", value / pow(10, exponent), exponent);
        return;
    }
    snprintf(text, SB_TICK_TEXT, "%.6g", value);
}

static void add_tick(sb_plot_axis *axis, double at, bool labelled)
{
    if (axis->count == SB_MOST_TICKS)
        return;
    sb_tick *tick = &axis->ticks[axis->count++];
    *tick = (sb_tick) { .at = at };
    if (labelled)
        print_number(tick->text, at);
}

void sb_plot_axis_tick_at(sb_plot_axis *axis, const double *values, size_t count)
{
    axis->count = 0;
    for (size_t i = 0; i < count; i++)
        add_tick(axis, values[i], true);
}

/* ---------------------------------------------------------------------------------------- ticks */

typedef struct room {
    double mm, points;
    bool horizontal;
} room;

/* Do all labels have enough distance? */
static bool fits_room(const sb_plot_axis *axis, const room *r)
{
    double gap = r->points * MM_PER_POINT, last = -INFINITY;
    for (size_t i = 0; i < axis->count; i++) {
        if (!axis->ticks[i].text[0])
            continue;
        double at = sb_plot_axis_place(axis, axis->ticks[i].at) * r->mm;
        double half = r->horizontal ? sb_text_mm(axis->ticks[i].text, r->points) / 2 : gap / 2;
        if (at - half < last + gap * (r->horizontal ? 0.9 : 0.7))
            return false;
        last = at + half;
    }
    return axis->count < SB_MOST_TICKS;
}

static bool is_inside(const sb_plot_axis *axis, double value)
{
    double slack = 1e-9 * (axis->high - axis->low);
    return value >= axis->low - slack && value <= axis->high + slack;
}

/* Multiples of a step; false if they are too many, too dense, or fewer than two. */
static bool tick_linear(sb_plot_axis *axis, double step, const room *r)
{
    axis->count = 0;
    if ((axis->high - axis->low) / step > SB_MOST_TICKS)
        return false;
    for (double i = ceil(axis->low / step - 1e-9); i * step <= axis->high; i++)
        if (is_inside(axis, i * step))
            add_tick(axis, i == 0 ? 0 : i * step, true);
    return fits_room(axis, r) && axis->count >= 2;
}

static bool tick_steps(sb_plot_axis *axis, const room *r)
{
    static const double mantissas[] = { 1, 2, 2.5, 5 };
    double unit = pow(10, floor(log10(axis->high - axis->low)) - 2);
    for (int decade = 0; decade < 4; decade++, unit *= 10)
        for (size_t m = 0; m < COUNT(mantissas); m++)
            if (tick_linear(axis, mantissas[m] * unit, r))
                return true;
    return false;
}

/* Ticks at these multiples of every power of ten. */
typedef struct pattern {
    const double *mantissas;
    size_t count;
} pattern;

static bool tick_decades(sb_plot_axis *axis, const pattern *p, const room *r)
{
    axis->count = 0;
    for (double d = floor(log10(axis->low)); d <= log10(axis->high); d++)
        for (size_t m = 0; m < p->count; m++) {
            double value = p->mantissas[m] * pow(10, d);
            if (is_inside(axis, value))
                add_tick(axis, value, true);
        }
    return fits_room(axis, r) && axis->count >= 2;
}

/* Every n-th power of the base. */
static bool tick_powers(sb_plot_axis *axis, const room *r)
{
    double unit = log10(axis->base), first = ceil(log10(axis->low) / unit - 1e-9);
    for (double every = 1; every < 64; every++) {
        axis->count = 0;
        for (double d = first; pow(axis->base, d) <= axis->high * (1 + 1e-9); d += every)
            add_tick(axis, pow(axis->base, d), true);
        if (fits_room(axis, r))
            return axis->count >= 2;
    }
    return false;
}

static bool tick_logarithmic(sb_plot_axis *axis, const room *r)
{
    static const double many[] = { 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9 };
    static const double some[] = { 1, 1.5, 2, 3, 4, 6, 8 }, five[] = { 1, 2, 3, 5 };
    static const double few[] = { 1, 2, 5 }, two[] = { 1, 3 };
    static const pattern patterns[] = {
        { many, COUNT(many) }, { some, COUNT(some) }, { five, COUNT(five) },
        { few, COUNT(few) },   { two, COUNT(two) },
    };
    if (axis->base == 2 && tick_powers(axis, r))
        return true;
    /* Within a factor of two, equal steps are better than mantissas. */
    if (axis->high < 2 * axis->low && tick_steps(axis, r))
        return true;
    for (size_t i = 0; i < COUNT(patterns); i++)
        if (tick_decades(axis, &patterns[i], r))
            return true;
    axis->base = 10;
    return tick_powers(axis, r) || tick_steps(axis, r);
}

/* Ticks without labels at 2, 3, ... 9 between decades, which show that the scale is logarithmic. */
static void add_minor(sb_plot_axis *axis)
{
    size_t labelled = axis->count;
    for (size_t i = 0; i + 1 < labelled; i++)
        if (fabs(axis->ticks[i + 1].at / axis->ticks[i].at - 10) > 1e-6)
            return;
    if (labelled > 5)
        return;
    for (double d = floor(log10(axis->low)); d <= log10(axis->high); d++)
        for (double m = 2; m < 10; m++)
            if (is_inside(axis, m * pow(10, d)))
                add_tick(axis, m * pow(10, d), false);
}

void sb_plot_axis_tick(sb_plot_axis *axis, double mm, double points, bool horizontal)
{
    const room r = { mm, points, horizontal };
    if (!(axis->base ? tick_logarithmic(axis, &r) : tick_steps(axis, &r))) {
        const double ends[] = { axis->low, axis->high }; /* a very short axis */
        sb_plot_axis_tick_at(axis, ends, 2);
    }
    if (axis->base == 10)
        add_minor(axis);
}

void sb_plot_axis_tick_texts(sb_plot_axis *axis, const char *const *texts, size_t count, double mm,
                             double points, bool horizontal)
{
    const room r = { mm, points, horizontal };
    for (size_t every = 1; every <= count; every++) {
        axis->count = 0;
        if ((count + every - 1) / every >= SB_MOST_TICKS)
            continue;
        for (size_t i = 0; i < count; i += every) {
            sb_tick *tick = &axis->ticks[axis->count++];
            tick->at = (double)i;
            snprintf(tick->text, sizeof tick->text, "%s", texts[i]);
        }
        if (fits_room(axis, &r))
            return;
    }
}

bool sb_plot_axis_tick_fits(sb_plot_axis *axis, const double *values, size_t count, double mm,
                            double points)
{
    const room r = { mm, points, true };
    sb_plot_axis_tick_at(axis, values, count);
    return count < SB_MOST_TICKS && fits_room(axis, &r);
}
