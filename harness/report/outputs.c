/* SPDX-License-Identifier: Apache-2.0 */
#include "report/outputs.h"

#include "core/file.h"
#include "report/page.h"
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

int sb_outputs_write(sb_rundb *db, const char *dir, const sb_output_options *options,
                     sb_error *error)
{
    int rc = options->formats.html ? sb_page_write(db, dir, error) : SB_OK;
    if (rc == SB_OK && options->formats.latex)
        rc = sb_tex_write(db, dir, &options->figures.selection, error);
    return rc;
}
