/* SPDX-License-Identifier: Apache-2.0 */
#include "report/outputs.h"

#include "core/file.h"
#include "report/answer_files.h"
#include "report/page.h"
#include "report/plan_files.h"
#include "report/recommend.h"
#include "report/tex_write.h"

#include <stdlib.h>

const char *const sb_format_names[] = { "svg", "pdf", "png", "html", "latex", NULL };

bool *sb_format_flag(sb_formats *formats, size_t place)
{
    bool *const flags[] = { &formats->svg, &formats->pdf, &formats->png, &formats->html,
                            &formats->latex };
    return flags[place];
}

sb_formats sb_formats_usual(void)
{
    return (sb_formats) { .svg = true, .png = true, .html = true, .latex = true };
}

int sb_outputs_draw(sb_rundb *db, const char *dir, const sb_output_options *options,
                    sb_error *error)
{
    sb_figure_options figures = options->figures;
    figures.svg = options->formats.svg || options->formats.html;
    figures.pdf = options->formats.pdf || options->formats.latex;
    figures.png = options->formats.png;
    if (!figures.svg && !figures.pdf && !figures.png)
        return 0;
    char *out = sb_path_join(dir, "figures");
    int drawn = sb_figures_write(db, out, &figures, error);
    free(out);
    return drawn;
}

static int write_all(sb_rundb *db, const sb_answer *answer, const char *dir,
                     const sb_output_options *options, sb_error *error)
{
    int rc = sb_answer_write(answer, dir, error);
    if (rc == SB_OK)
        rc = sb_recommend_write(db, dir, error);
    if (rc == SB_OK)
        rc = sb_plan_write(&answer->sequences, &answer->caption, dir, error);
    if (rc == SB_OK && options && options->formats.html)
        rc = sb_page_write(db, answer, dir, error);
    if (rc == SB_OK && options && options->formats.latex)
        rc = sb_tex_write(db, answer, dir, &options->figures.selection, error);
    return rc;
}

int sb_outputs_tell(sb_rundb *db, const char *dir, const sb_output_options *options,
                    sb_error *error)
{
    sb_answer answer;
    if (sb_answer_read(db, &answer, error) < 0)
        return SB_FAILED;
    int rc = write_all(db, &answer, dir, options, error);
    if (rc == SB_OK)
        sb_answer_print(&answer);
    sb_answer_free(&answer);
    return rc;
}
