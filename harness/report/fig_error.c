/* SPDX-License-Identifier: Apache-2.0 */
/* The errors of results, relative to the bound for their arithmetic. */
#include "report/bag.h"

#include "conv/problem.h"
#include "measure/quantile.h"

#include <math.h>

static bool belongs_to(const sb_timing *t, int64_t threads)
{
    return t->at.threads == threads && t->error > 0 && t->error_bound > 0;
}

static size_t variants(const sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->timing_count; i++)
        if (belongs_to(&model->timings[i], threads))
            return 1;
    return 0;
}

static sb_interval find_largest(double *values, size_t count)
{
    sb_sort_values(values, count);
    return (sb_interval) { values[count - 1], sb_quantile_sorted(values, count, 0.5),
                           values[count - 1] };
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sb_dots dots = {
        .what = "Largest error over its bound, by arithmetic",
        .x_title = "Error over bound",
        .line = 1,
        .base = 10,
        .spreads = true,
    };
    sb_bag bag = sb_bag_begin(job->model);
    for (int a = 0; a < SB_ARITHMETICS; a++) {
        for (size_t i = 0; i < job->model->timing_count; i++) {
            const sb_timing *t = &job->model->timings[i];
            if (belongs_to(t, job->threads) && t->arithmetic == (sb_arithmetic)a)
                sb_bag_add(&bag, t->at.technique, t->error / t->error_bound);
        }
        sb_bag_empty_into(&bag, job->model, &dots, NULL, sb_arithmetic_name((sb_arithmetic)a),
                          find_largest);
    }
    sb_bag_end(&bag);
    double y = sb_dots_draw(job, canvas, &dots);
    sb_canvas_say(canvas,
                  "The mark is the largest of all results (their number is in brackets), the line "
                  "begins at their median; a kernel that exceeds its bound counts as wrong and has "
                  "no result.");
    sb_canvas_finish(canvas, y);
}

const sb_figure_kind sb_figure_error = {
    .name = "error",
    .variants = variants,
    .draw = draw,
};
