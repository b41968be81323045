/* SPDX-License-Identifier: Apache-2.0 */
/* The fraction of the roofline that techniques reach, by class of layer. */
#include "report/bag.h"
#include "report/groups.h"

#include <math.h>

static bool belongs_to(const sb_timing *t, int64_t threads)
{
    return t->at.threads == threads && t->leads && isfinite(t->roof);
}

static bool is_sure(const sb_timing *t)
{
    return sb_determined(t->time.low, t->time.high);
}

static size_t variants(const sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->timing_count; i++)
        if (belongs_to(&model->timings[i], threads) && is_sure(&model->timings[i]))
            return 1;
    return 0;
}

static size_t add_rows(const sb_figure_job *job, sb_dots *dots)
{
    sb_bag bag = sb_bag_begin(job->model);
    size_t left_out = 0;
    for (int c = 0; c < SB_CLASSES; c++) {
        for (size_t i = 0; i < job->model->timing_count; i++) {
            const sb_timing *t = &job->model->timings[i];
            if (!belongs_to(t, job->threads) || t->class_ != (sb_class)c)
                continue;
            if (is_sure(t))
                sb_bag_add(&bag, t->at.technique, 100 * t->gflops / t->roof);
            else
                left_out++;
        }
        sb_bag_empty_into(&bag, job->model, dots, NULL, sb_class_name((sb_class)c), sb_quartiles);
    }
    sb_bag_end(&bag);
    return left_out;
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sb_dots dots = {
        .what = "Share of the machine's roofline, by class of layer",
        .x_title = "Per cent of the roofline",
        .line = 100,
        .base = 10,
        .spreads = true,
    };
    size_t left_out = add_rows(job, &dots);
    double y = sb_dots_draw(job, canvas, &dots);
    sb_canvas_say(canvas, "Medians, with lines from quartile to quartile; the number of results is "
                          "in brackets. Arithmetic with fewer multiplications than the formula's "
                          "(Winograd, Strassen) can exceed 100 %%.");
    sb_note_left_out(canvas, left_out);
    sb_canvas_finish(canvas, y);
}

const sb_figure_kind sb_figure_roof = {
    .name = "roof",
    .variants = variants,
    .draw = draw,
};
