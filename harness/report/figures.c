/* SPDX-License-Identifier: Apache-2.0 */
#include "report/figures.h"

#include "core/file.h"
#include "core/log.h"
#include "report/figure.h"
#include "report/gnuplot.h"

#include <stdlib.h>

/* Every kind of figure; a new one is a file and a line here. */
static const sb_figure_kind *const kinds[] = {
    &sb_figure_speedup,  &sb_figure_scatter, &sb_figure_channels,    &sb_figure_gflops,
    &sb_figure_roofline, &sb_figure_scaling, &sb_figure_convergence, &sb_figure_influence,
};

/*
 * One terminal a format. Fonts of 7 points and these line widths stay readable in a paper's column
 * at its own size; the picture is not to be scaled. A PNG has 300 dots an inch.
 */
static void add_terminals(sb_text *script, double width_mm, double height_mm)
{
    const double inch = 25.4;
    sb_text_add(script,
                "    if (format eq 'svg') {\n"
                "        set terminal svg size %.0f,%.0f dynamic noenhanced background '#ffffff' "
                "font 'Helvetica,8'\n"
                "    }\n",
                width_mm / inch * 96, height_mm / inch * 96);
    sb_text_add(script,
                "    if (format eq 'pdf') {\n"
                "        set terminal pdfcairo size %.2fcm,%.2fcm noenhanced font 'Helvetica,7' "
                "fontscale 0.82 linewidth 1.8 pointscale 0.8\n"
                "    }\n",
                width_mm / 10, height_mm / 10);
    sb_text_add(script,
                "    if (format eq 'png') {\n"
                "        set terminal pngcairo size %.0f,%.0f noenhanced background '#ffffff' "
                "font 'Helvetica,7' fontscale 3.125 linewidth 3 pointscale 3\n"
                "    }\n",
                width_mm / inch * 300, height_mm / inch * 300);
}

/* The script makes every format that was asked for, and again whenever it is run by itself. */
static void add_script(const sb_figure_job *job, const sb_figure_kind *kind,
                       sb_figure_formats formats, sb_text *script)
{
    bool none = !formats.svg && !formats.pdf && !formats.png;
    sb_text body = { 0 };
    double width, height;
    kind->script(job, &width, &height, &body);
    sb_text_add(script,
                "# Run by itself, \"gnuplot %s.gp\" draws the figure anew from %s.dat.\n"
                "formats = '%s%s%s'\n"
                "data = '%s.dat'\n"
                "set encoding utf8\n"
                "do for [format in formats] {\n"
                "    reset\n"
                "    set datafile separator tab\n"
                "    set datafile missing '?'\n"
                "    set border 3 lw 0.7\n"
                "    set tics nomirror out scale 0.5\n"
                "    set boxwidth 1\n"
                "    set errorbars 0\n"
                "    set pointintervalbox 0\n",
                job->stem, job->stem, formats.svg || none ? "svg" : "", formats.pdf ? " pdf" : "",
                formats.png ? " png" : "", job->stem);
    add_terminals(script, width, height);
    sb_text_add(script, "    set output '%s.'.format\n", job->stem);
    sb_text_add_bytes(script, body.data, body.length);
    sb_text_add(script, "    unset output\n}\n");
    sb_text_free(&body);
}

static int write_text(const char *folder, const char *stem, const char *suffix, const sb_text *text,
                      sb_error *error)
{
    sb_text name = { 0 };
    sb_text_add(&name, "%s.%s", stem, suffix);
    char *path = sb_path_join(folder, name.data);
    int status = sb_file_write(path, text->data, text->length, error);
    free(path);
    sb_text_free(&name);
    return status;
}

typedef struct drawing {
    const char *folder;
    sb_figure_formats formats;
    bool absent; /* there is no gnuplot */
    int drawn;
} drawing;

static int draw(drawing *to, const sb_figure_kind *kind, const sb_figure_job *job, sb_error *error)
{
    sb_text data = { 0 }, script = { 0 }, name = { 0 };
    kind->data(job, &data);
    add_script(job, kind, to->formats, &script);
    sb_text_add(&name, "%s.gp", job->stem);
    int status = write_text(to->folder, job->stem, "dat", &data, error);
    if (status == SB_OK)
        status = write_text(to->folder, job->stem, "gp", &script, error);
    if (status == SB_OK && !to->absent) {
        int ran = sb_gnuplot_run(to->folder, name.data, error);
        to->absent = ran == 0;
        to->drawn += ran > 0;
        status = ran < 0 ? ran : SB_OK;
    }
    sb_text_free(&data);
    sb_text_free(&script);
    sb_text_free(&name);
    return status;
}

static int draw_kind(drawing *to, const sb_figure_kind *kind, const sb_model *model,
                     int64_t threads, sb_error *error)
{
    size_t count = kind->variants(model, threads);
    int status = SB_OK;
    for (size_t i = 0; i < count && status == SB_OK; i++) {
        sb_text stem = { 0 };
        sb_text_add(&stem, "%s", kind->name);
        if (!kind->across)
            sb_text_add(&stem, "_t%lld", (long long)threads);
        if (count > 1)
            sb_text_add(&stem, "_%zu", i + 1);
        sb_figure_job job = { model, threads, i, stem.data };
        status = draw(to, kind, &job, error);
        sb_text_free(&stem);
    }
    return status;
}

int sb_figures_write(sb_rundb *db, const char *out, sb_figure_formats formats, sb_error *error)
{
    sb_model model;
    if (sb_folder_make(out, error) < 0 || sb_model_read(db, &model, error) < 0)
        return SB_FAILED;
    drawing to = { .folder = out, .formats = formats };
    int status = SB_OK;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && status == SB_OK; k++) {
        if (kinds[k]->across) {
            status = draw_kind(&to, kinds[k], &model, 0, error);
            continue;
        }
        for (size_t t = 0; t < model.thread_count && status == SB_OK; t++)
            status = draw_kind(&to, kinds[k], &model, model.threads[t], error);
    }
    sb_model_free(&model);
    if (to.absent)
        sb_warn(
            "no figures are drawn, for there is no gnuplot (on Debian or Ubuntu: apt-get install "
            "gnuplot-nox); their scripts and data are in %s",
            out);
    return status < 0 ? status : to.drawn;
}
