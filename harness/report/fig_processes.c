/* SPDX-License-Identifier: Apache-2.0 */
/* Variation between processes: the slowest process' median over the fastest's, for kernels that
 * were measured in several processes. */
#include "report/bag.h"

#include "measure/quantile.h"

#include <math.h>

static size_t variants(const sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->timing_count; i++)
        if (model->timings[i].at.threads == threads && isfinite(model->timings[i].processes_spread))
            return 1;
    return 0;
}

static sb_interval find_middle(double *values, size_t count)
{
    sb_sort_values(values, count);
    return (sb_interval) { sb_quantile_sorted(values, count, 0.5),
                           sb_quantile_sorted(values, count, 0.1),
                           sb_quantile_sorted(values, count, 0.9) };
}

/* A row for each technique and operation. */
static void add_rows(const sb_figure_job *job, sb_dots *dots)
{
    const sb_model *model = job->model;
    sb_bag bag = sb_bag_begin(model);
    for (int op = 0; op < SB_OPERATIONS; op++)
        for (size_t technique = 0; technique < model->technique_count; technique++) {
            for (size_t i = 0; i < model->timing_count; i++) {
                const sb_timing *t = &model->timings[i];
                if (t->at.technique == technique && t->at.threads == job->threads &&
                    t->operation == (sb_operation)op)
                    sb_bag_add(&bag, technique, 100 * (t->processes_spread - 1));
            }
            sb_bag_empty_into(&bag, model, dots, sb_operation_name((sb_operation)op),
                              model->techniques[technique].shown, find_middle);
        }
    sb_bag_end(&bag);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sb_dots dots = {
        .what = "What differs from process to process",
        .x_title = "Slowest over fastest process (% more)",
        .line = NAN,
        .base = 0,
        .named = true,
        .spreads = true,
    };
    add_rows(job, &dots);
    double y = sb_dots_draw(job, canvas, &dots);
    sb_canvas_say(canvas,
                  "Of each kernel that was measured in several processes, the slowest one's "
                  "median time over the fastest one's. Medians over all results (their "
                  "number is in brackets), with lines from the first to the last tenth.");
    sb_canvas_finish(canvas, y);
}

const sb_figure_kind sb_figure_processes = {
    .name = "processes",
    .variants = variants,
    .draw = draw,
};
