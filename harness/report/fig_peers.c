/* SPDX-License-Identifier: Apache-2.0 */
/* Our fastest kernel against the fastest peer, the slowest ratio first: a row for each layer and
 * operation, with the mark of the peer. */
#include "report/dots.h"

#include <math.h>
#include <stdlib.h>

static size_t variants(const sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->duel_count; i++)
        if (model->duels[i].at.threads == threads)
            return 1;
    return 0;
}

static int by_ratio(const void *a, const void *b)
{
    const sb_duel *x = *(const sb_duel *const *)a, *y = *(const sb_duel *const *)b;
    if (x->ratio.value != y->ratio.value)
        return x->ratio.value < y->ratio.value ? -1 : 1;
    return (x > y) - (x < y);
}

/* The results with these threads, the worst first; free() the list. */
static const sb_duel **sort_duels(const sb_figure_job *job, size_t *count)
{
    const sb_model *model = job->model;
    const sb_duel **list = sb_new(model->duel_count, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < model->duel_count; i++)
        if (model->duels[i].at.threads == job->threads)
            list[(*count)++] = &model->duels[i];
    qsort(list, *count, sizeof *list, by_ratio);
    return list;
}

static const char *name_verdict(sb_interval ratio)
{
    return ratio.high < 1 ? "lost" : ratio.low > 1 ? "" : "tie";
}

static void add_row(const sb_figure_job *job, sb_dots *dots, const sb_duel *duel)
{
    const sb_model *model = job->model;
    sb_text label = { 0 };
    sb_text_add(&label, "%s, %s", model->layers[duel->at.layer].shown,
                sb_operation_name(duel->operation));
    sb_dots_row *row = sb_dots_add_row(dots, model, NULL, label.data);
    row->dots[duel->peer] = duel->ratio;
    free(row->aside);
    row->aside = sb_copy_text(name_verdict(duel->ratio));
    sb_text_free(&label);
}

static void say_counts(sb_canvas *canvas, const sb_duel *const *list, size_t count, size_t shown)
{
    size_t lost = 0, ties = 0, determined = 0;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        lost += list[i]->ratio.high < 1;
        ties += list[i]->ratio.high >= 1 && list[i]->ratio.low <= 1;
        if (!sb_determined(list[i]->ratio.low, list[i]->ratio.high))
            continue;
        sum += log(list[i]->ratio.value);
        determined++;
    }
    if (determined)
        sb_canvas_note(canvas, "%zu won, %zu ties, %zu lost; geometric mean %.3f.",
                       count - lost - ties, ties, lost, exp(sum / (double)determined));
    if (determined < count)
        sb_canvas_note(canvas, "%zu of %zu ratios are not determined, and in no mean.",
                       count - determined, count);
    if (shown < count)
        sb_canvas_note(canvas, "Shown are the %zu least; the others are %.3f or more.", shown,
                       list[shown]->ratio.value);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sb_dots dots = {
        .what = "The fastest peer's time over that of our fastest kernel",
        .x_title = "Fastest peer's time over ours",
        .line = 1,
        .base = 10,
    };
    size_t count, most = sb_dots_most_rows(canvas);
    const sb_duel **list = sort_duels(job, &count);
    size_t shown = count < most ? count : most;
    for (size_t i = 0; i < shown; i++)
        add_row(job, &dots, list[i]);
    double y = sb_dots_draw(job, canvas, &dots);
    sb_canvas_say(canvas, "A mark is that of the fastest peer, its line the confidence interval of "
                          "the ratio; a tie is where the interval holds 1.");
    say_counts(canvas, list, count, shown);
    sb_canvas_finish(canvas, y);
    free(list);
}

const sb_figure_kind sb_figure_peers = {
    .name = "peers",
    .variants = variants,
    .draw = draw,
};
