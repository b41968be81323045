/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench report: the CSV files and figures of a run, made anew from its run.db. */
#include "cli/cli.h"
#include "cli/options.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "report/figures.h"
#include "store/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct report_request {
    const char *out;
    const char *format;
    sb_figure_formats formats;
} report_request;

static int note_format(report_request *request, const char *name, sb_error *error)
{
    static const char *const names[] = { "svg", "pdf", "png", "html", "latex", NULL };
    bool *const wanted[] = { &request->formats.svg, &request->formats.pdf, &request->formats.png };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (strcmp(name, names[i]) == 0) {
            *wanted[i] = true;
            return SB_OK;
        }
    if (strcmp(name, "html") == 0 || strcmp(name, "latex") == 0)
        return sb_fail(error, "format '%s' is not there yet; there are svg, pdf and png", name);
    const char *near = sb_nearest(name, names);
    return sb_fail(error, "unknown format '%s'%s%s%s; there are svg, pdf and png", name,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int parse_formats(report_request *request, sb_error *error)
{
    char *list = sb_copy_text(request->format);
    char *state = NULL;
    int status = SB_OK;
    char *name = strtok_r(list, ",", &state);
    if (!name)
        status = sb_fail(error, "--format names no format; there are svg, pdf and png");
    for (; name && status == SB_OK; name = strtok_r(NULL, ",", &state))
        status = note_format(request, name, error);
    free(list);
    return status;
}

/* The last part of a path, without slashes at its end; free() it. */
static char *base_name(const char *path)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    return strndup(path + start, end - start);
}

/* The run itself, OUT, or, of several runs, a folder of OUT named as the run's; free() it. */
static char *target(const report_request *request, const char *dir, int count)
{
    if (!request->out)
        return sb_copy_text(dir);
    if (count == 1)
        return sb_copy_text(request->out);
    char *name = base_name(dir);
    char *path = sb_path_join(request->out, name);
    free(name);
    return path;
}

/* Two runs whose reports would be written over each other. */
static int check_targets(const report_request *request, int count, char **dirs, sb_error *error)
{
    for (int i = 1; request->out && i < count; i++)
        for (int j = 0; j < i; j++) {
            char *a = base_name(dirs[i]), *b = base_name(dirs[j]);
            bool same = strcmp(a, b) == 0;
            free(a);
            free(b);
            if (same)
                return sb_fail(error,
                               "%s and %s would both be written to the same folder of %s: report "
                               "them one at a time",
                               dirs[j], dirs[i], request->out);
        }
    return SB_OK;
}

static int report_one(const report_request *request, const char *dir, const char *out,
                      sb_error *error)
{
    sb_rundb *db = sb_rundb_open(dir, false, error);
    if (!db)
        return SB_FAILED;
    char *figures = sb_path_join(out, "figures");
    int status = sb_folder_make(out, error);
    if (status == SB_OK)
        status = sb_csv_write(db, out, error);
    if (status == SB_OK)
        status = sb_figures_write(db, figures, request->formats, error);
    if (status >= 0)
        sb_info("%s: results.csv, speedups.csv, samples.csv and figures/ (%d drawn)", out, status);
    free(figures);
    sb_rundb_close(db);
    return status;
}

static int report_all(report_request *request, int count, char **dirs, sb_error *error)
{
    int status = parse_formats(request, error);
    if (status == SB_OK)
        status = check_targets(request, count, dirs, error);
    for (int i = 0; i < count && status >= 0; i++) {
        char *out = target(request, dirs[i], count);
        status = report_one(request, dirs[i], out, error);
        free(out);
    }
    return status;
}

int sb_cli_report(int argc, char **argv)
{
    report_request request = { .format = "svg,png" };
    const sb_option options[] = {
        { "output", 'o', SB_OPTION_TEXT, &request.out, "OUT", "write there (default: into DIR)" },
        { "format", 0, SB_OPTION_TEXT, &request.format, "LIST",
          "of svg, pdf, png, with commas (default svg,png)" },
        { 0 },
    };
    const sb_command command = {
        .name = "report",
        .usage = "DIR... [options]",
        .summary = "Makes the CSV files and the figures of runs anew.",
        .options = options,
        .min_operands = 1,
        .max_operands = -1,
    };
    int status;
    int count = sb_options_parse(&command, argc, argv, &status);
    if (count < 0)
        return status;
    sb_error error;
    if (report_all(&request, count, argv + 1, &error) >= 0)
        return 0;
    fprintf(stderr, "sepbench: %s\n", error.text);
    return 2;
}
