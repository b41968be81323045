/* SPDX-License-Identifier: Apache-2.0 */
#include "report/figures.h"

#include "core/file.h"
#include "core/log.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "report/workplace.h"

#include <stdlib.h>

#define MM_PER_INCH    25.4

#define KIND_ROW(name) &sb_figure_##name,
static const sb_figure_kind *const kinds[] = { SB_FIGURES(KIND_ROW) };
#undef KIND_ROW

/* ----------------------------------------------------------------------------------- the script */

/*
 * One terminal for each format, all with the same letters, lines and marks on paper. A line of
 * width 1 has half a point; `mark` converts a half width in millimetres to gnuplot's point size.
 * The factors: pdfcairo uses 96 dots an inch for letters and draws points of 3 pt; pngcairo has 300
 * dots an inch here and draws points of 3 dots; svg has 96 dots an inch and draws points of 3/8 of
 * its font size.
 */
static void add_terminals(sb_text *script, const sb_canvas *canvas)
{
    double points = canvas->style->points, dots = points * 96 / 72;
    sb_text_add(script,
                "    if (format eq 'svg') {\n"
                "        set terminal svg size %.0f,%.0f fixed noenhanced background '#ffffff' "
                "font 'Arial,%.4g' linewidth 0.667 dashlength 2.5\n"
                "        mark = %.4g\n"
                "    }\n",
                canvas->width / MM_PER_INCH * 96, canvas->height / MM_PER_INCH * 96, dots,
                96 / MM_PER_INCH / (dots * 3 / 8));
    sb_text_add(script,
                "    if (format eq 'pdf') {\n"
                "        set terminal pdfcairo size %.3fcm,%.3fcm noenhanced "
                "font font.',%.4g' fontscale 0.75 dashlength 2.5\n"
                "        mark = %.4g\n"
                "    }\n",
                canvas->width / 10, canvas->height / 10, points, 72 / MM_PER_INCH / 3);
    sb_text_add(script,
                "    if (format eq 'png') {\n"
                "        set terminal pngcairo size %.0f,%.0f noenhanced background '#ffffff' "
                "font font.',%.4g' fontscale 3.125 linewidth 2.083 dashlength 2.5\n"
                "        mark = %.4g\n"
                "    }\n",
                canvas->width / MM_PER_INCH * 300, canvas->height / MM_PER_INCH * 300, points,
                300 / MM_PER_INCH / 3);
}

/* The script draws every requested format, and does so again whenever the user runs it. */
static void add_script(const char *stem, const sb_canvas *canvas, const sb_figure_options *options,
                       sb_text *script)
{
    bool none = !options->svg && !options->pdf && !options->png;
    sb_text_add(script,
                "# \"gnuplot %s.gp\" draws this figure anew from %s.dat.\n"
                "formats = '%s%s%s'\n"
                "font = 'Liberation Sans'\n"
                "stem = '%s'\ndata = stem.'.dat'\n"
                "# Places are millimetres from the upper left corner.\n"
                "width = %.2f\nheight = %.2f\nX(mm) = mm / width\nY(mm) = 1 - mm / height\n"
                "set encoding utf8\n"
                "do for [format in formats] {\n"
                "    reset\n",
                stem, stem, options->svg || none ? "svg" : "", options->pdf ? " pdf" : "",
                options->png ? " png" : "", stem, canvas->width, canvas->height);
    add_terminals(script, canvas);
    sb_text_add(script,
                "set output stem.'.'.format\n"
                "set datafile separator tab\nset datafile missing '?'\n"
                "set tics nomirror out scale 0.5,0.25\nset format ''\nunset key\n"
                "set clip two\n%s",
                canvas->panels > 1 ? "set multiplot\n" : "");
    sb_text_add_bytes(script, canvas->page.data, canvas->page.length);
    sb_text_add_bytes(script, canvas->script.data, canvas->script.length);
    sb_text_add(script, "%sunset output\n}\n", canvas->panels > 1 ? "unset multiplot\n" : "");
}

/* ------------------------------------------------------------------------------------ the files */

static int write_text(const char *folder, const char *stem, const char *suffix, const sb_text *text,
                      sb_error *error)
{
    sb_text name = { 0 };
    sb_text_add(&name, "%s.%s", stem, suffix);
    char *path = sb_path_join(folder, name.data);
    int rc = sb_file_write(path, text->data, text->length, error);
    free(path);
    sb_text_free(&name);
    return rc;
}

/* Writes script, data and caption. */
static int write_parts(const char *folder, const char *stem, sb_canvas *canvas,
                       const sb_figure_options *options, sb_error *error)
{
    sb_text script = { 0 };
    add_script(stem, canvas, options, &script);
    sb_text_add(&canvas->caption, "\n");
    int rc = write_text(folder, stem, "dat", &canvas->data, error);
    if (rc == SB_OK)
        rc = write_text(folder, stem, "gp", &script, error);
    if (rc == SB_OK)
        rc = write_text(folder, stem, "txt", &canvas->caption, error);
    sb_text_free(&script);
    return rc;
}

typedef struct drawing {
    const char *folder;
    const char *date; /* of the run */
    const sb_figure_options *options;
    sb_figure_options formats; /* formats that gnuplot can draw */
    bool able;                 /* there is a gnuplot to try */
    char *work;                /* the folder in which gnuplot draws; NULL if it draws nothing */
    int drawn, failed;
} drawing;

static int64_t find_patience(const drawing *to)
{
    return to->options->patience_ns ? to->options->patience_ns : SB_GNUPLOT_PATIENCE_NS;
}

static int try_gnuplot(const drawing *to, const char *stem, bool *hangs, sb_error *error)
{
    sb_text name = { 0 };
    sb_text_add(&name, "../%s.gp", stem);
    int rc = sb_workplace_supply(to->work, stem, error);
    if (rc == SB_OK)
        rc = sb_gnuplot_run(to->work, name.data, find_patience(to), hangs, error);
    if (rc == SB_OK && to->formats.pdf) {
        sb_text_clear(&name);
        sb_text_add(&name, "%s/%s.pdf", to->work, stem);
        rc = sb_pdf_set_date(name.data, to->date, error);
    }
    sb_text_free(&name);
    return rc;
}

/* Moves every requested format to its place; returns the first error. */
static int deliver(const drawing *to, const char *stem, int rc, sb_error *error)
{
    const struct {
        const char *name;
        bool wanted;
    } formats[] = { { "svg", to->formats.svg },
                    { "pdf", to->formats.pdf },
                    { "png", to->formats.png } };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].wanted && sb_workplace_deliver(to->work, to->folder, stem, formats[i].name,
                                                      rc < 0 ? NULL : error) < 0)
            rc = SB_FAILED;
    return rc;
}

/* If a figure fails, the others are still drawn; if gnuplot hangs, none is. */
static void run_gnuplot(drawing *to, const char *stem)
{
    sb_error error;
    bool hangs = false;
    if (deliver(to, stem, try_gnuplot(to, stem, &hangs, &error), &error) == SB_OK) {
        to->drawn++;
    } else {
        if (to->failed++ == 0)
            sb_warn("%s (%s)", error.text, SB_GNUPLOT_PACKAGE);
        to->able = !hangs;
    }
}

static int draw_figure(drawing *to, const sb_figure_kind *kind, const sb_figure_job *job,
                       const char *stem, sb_error *error)
{
    sb_canvas canvas = { .style =
                             to->options->style ? to->options->style : sb_style_named(NULL, NULL) };
    kind->draw(job, &canvas);
    int rc = write_parts(to->folder, stem, &canvas, &to->formats, error);
    sb_canvas_free(&canvas);
    if (rc == SB_OK && to->able)
        run_gnuplot(to, stem);
    return rc;
}

static int draw_kind(drawing *to, const sb_figure_kind *kind, const sb_model *model,
                     int64_t threads, sb_error *error)
{
    size_t count = kind->variants(model, threads);
    int rc = SB_OK;
    for (size_t i = 0; i < count && rc == SB_OK; i++) {
        sb_text stem = { 0 };
        sb_text_add(&stem, "%s", kind->name);
        if (!kind->across)
            sb_text_add(&stem, "_t%lld", (long long)threads);
        if (count > 1)
            sb_text_add(&stem, "_%zu", i + 1);
        sb_figure_job job = { model, threads, i, to->options->titles };
        rc = draw_figure(to, kind, &job, stem.data, error);
        sb_text_free(&stem);
    }
    return rc;
}

/* Determines which formats gnuplot can draw here; says which it cannot, and what to install. */
static void probe_gnuplot(drawing *to)
{
    sb_gnuplot gnuplot;
    sb_error error;
    to->formats = *to->options;
    if (sb_gnuplot_probe(find_patience(to), &gnuplot, &error) < 0) {
        sb_warn("no figures are drawn: %s; their scripts, data and captions are in %s", error.text,
                to->folder);
        return;
    }
    const struct {
        const char *name;
        bool has, *wanted;
    } formats[] = {
        { "svg", gnuplot.svg, &to->formats.svg },
        { "pdf", gnuplot.pdf, &to->formats.pdf },
        { "png", gnuplot.png, &to->formats.png },
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (*formats[i].wanted && !formats[i].has) {
            sb_warn("gnuplot here cannot draw %s (%s)", formats[i].name, SB_GNUPLOT_PACKAGE);
            *formats[i].wanted = false;
        }
        to->able |= *formats[i].wanted;
    }
    if (to->able && !(to->work = sb_workplace_open(to->folder, &error))) {
        sb_warn("no figures are drawn: %s", error.text);
        to->able = false;
    }
}

int sb_figures_write(sb_rundb *db, const char *out, const sb_figure_options *options,
                     sb_error *error)
{
    sb_model model;
    if (sb_folder_make(out, error) < 0 || sb_model_read(db, &options->selection, &model, error) < 0)
        return SB_FAILED;
    drawing to = { .folder = out, .date = model.caption.started, .options = options };
    probe_gnuplot(&to);
    int rc = SB_OK;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && rc == SB_OK; k++) {
        if (kinds[k]->across) {
            rc = draw_kind(&to, kinds[k], &model, 0, error);
            continue;
        }
        for (size_t t = 0; t < model.thread_count && rc == SB_OK; t++)
            rc = draw_kind(&to, kinds[k], &model, model.threads[t], error);
    }
    sb_model_free(&model);
    sb_workplace_close(to.work);
    free(to.work);
    if (to.failed)
        sb_warn("%d figure%s not drawn; their scripts, data and captions are in %s", to.failed,
                to.failed == 1 ? " is" : "s are", out);
    return rc < 0 ? rc : to.drawn;
}
