/* SPDX-License-Identifier: Apache-2.0 */
/* The layers of a network in sequence beside the sum of the same calls alone: the best mix of
 * kernels, each library throughout, and libraries that take the network as one model. */
#include "report/dots.h"
#include "report/plan_files.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { IN_SEQUENCE, ALONE, KINDS };

/* A filled and an open mark, far apart in lightness. */
static const struct {
    const char *name;
    sb_mark mark;
} kinds[KINDS] = {
    [IN_SEQUENCE] = { "in sequence", { "#08519c", 7, "1" } },
    [ALONE] = { "the same calls, each alone", { "#d95f02", 4, "1" } },
};

static size_t variants(const sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->sequences.count; i++)
        if (model->sequences.items[i].threads == threads)
            return 1;
    return 0;
}

static const char *shown_name(const sb_model *model, const char *plugin)
{
    for (size_t i = 0; i < model->plugin_count; i++)
        if (strcmp(model->plugins[i].name, plugin) == 0)
            return model->plugins[i].shown;
    return plugin;
}

static void add_label(sb_text *to, const sb_model *model, const char *name)
{
    const char *slash = strchr(name, '/');
    if (strcmp(name, "best") == 0) {
        sb_text_add(to, "best mix");
    } else if (slash) {
        char *plugin = sb_copy_text(name);
        plugin[slash - name] = '\0';
        sb_text_add(to, "%s, one model", shown_name(model, plugin));
        free(plugin);
    } else {
        sb_text_add(to, "%s", shown_name(model, name));
    }
}

static sb_interval in_ms(sb_interval ns)
{
    return (sb_interval) { ns.value / 1e6, ns.low / 1e6, ns.high / 1e6 };
}

static void set_aside(sb_dots_row *row, const sb_sequence *s)
{
    sb_text text = { 0 };
    if (sb_determined(s->ratio.low, s->ratio.high))
        sb_text_add(&text, "%+.1f %%", 100 * (s->ratio.value - 1));
    else
        sb_text_add(&text, "?");
    sb_text_add(&text, " (%zu)", sb_plan_reorders(s));
    free(row->aside);
    row->aside = text.data;
}

static void add_row(const sb_figure_job *job, sb_dots *dots, const sb_sequence *s)
{
    sb_text label = { 0 };
    add_label(&label, job->model, s->name);
    sb_dots_row *row = sb_dots_add_row(dots, job->model, NULL, label.data);
    row->dots[IN_SEQUENCE] = in_ms(s->in_sequence);
    row->dots[ALONE] = in_ms(s->apart);
    set_aside(row, s);
    sb_text_free(&label);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sb_model model = *job->model; /* the marks are these two, and not techniques */
    sb_technique marks[KINDS] = { 0 };
    for (int i = 0; i < KINDS; i++) {
        marks[i].shown = sb_copy_text(kinds[i].name);
        marks[i].mark = kinds[i].mark;
    }
    model.techniques = marks;
    model.technique_count = KINDS;
    model.timing_count = 0;
    const sb_figure_job ours = {
        .model = &model,
        .threads = job->threads,
        .variant = job->variant,
        .titled = job->titled,
    };
    sb_dots dots = {
        .what = "All layers of the network in sequence, and the same calls alone",
        .x_title = "Time of all layers (ms)",
        .aside_title = "more (reorders)",
        .line = NAN,
    };
    for (size_t i = 0; i < model.sequences.count; i++)
        if (model.sequences.items[i].threads == job->threads)
            add_row(&ours, &dots, &model.sequences.items[i]);
    double y = sb_dots_draw(&ours, canvas, &dots);
    sb_canvas_say(
        canvas, "In sequence each layer finds the caches as the one before left them; alone, each "
                "call runs with warm caches. Lines are confidence intervals. At the right, how "
                "much longer the sequence takes, and the number of its reorders between layouts, "
                "whose times are included.");
    sb_canvas_finish(canvas, y);
    for (int i = 0; i < KINDS; i++)
        free(marks[i].shown);
}

const sb_figure_kind sb_figure_sequence = {
    .name = "sequence",
    .variants = variants,
    .draw = draw,
};
