/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench report: writes the CSV files and figures of a run again, from its run.db. */
#include "cli/commands.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "report/outputs.h"
#include "report/side_by_side.h"
#include "store/results_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct report_options {
    const char *out, *format, *style, *threads, *techniques;
    sb_option_list renames; /* A=B */
    bool title;
} report_options;

static const sb_option options[] = {
    { "output", 'o', SB_OPTION_TEXT, offsetof(report_options, out), "OUT",
      "write there (default: into DIR)" },
    { "format", 0, SB_OPTION_TEXT, offsetof(report_options, format), "LIST",
      "of svg, pdf, png, html, latex, with commas (default svg,png,html,latex)" },
    { "style", 0, SB_OPTION_TEXT, offsetof(report_options, style), "STYLE",
      "sizes for paper (default), ieee, acm or slides" },
    { "threads", 0, SB_OPTION_TEXT, offsetof(report_options, threads), "N",
      "figures of this number of threads alone" },
    { "techniques", 0, SB_OPTION_TEXT, offsetof(report_options, techniques), "LIST",
      "figures of these techniques alone: names or patterns, with commas" },
    { "rename", 0, SB_OPTION_LIST, offsetof(report_options, renames), "A=B",
      "call technique A B in figures (may be given many times)" },
    { "title", 0, SB_OPTION_FLAG, offsetof(report_options, title), NULL,
      "put titles into the figures" },
    { 0 },
};

enum { MOST_NAMES = 64 };

/* The options, with the lists that they refer to. */
typedef struct request {
    sb_output_options outputs;
    char *texts[1 + MOST_NAMES];           /* owned */
    const char *names[MOST_NAMES + 1];     /* of techniques */
    const char *pairs[2 * MOST_NAMES + 1]; /* pairs of a name and its replacement */
} request;

static int note_format(sb_formats *formats, const char *name, sb_error *error)
{
    for (size_t i = 0; sb_format_names[i]; i++)
        if (strcmp(name, sb_format_names[i]) == 0) {
            *sb_format_flag(formats, i) = true;
            return SB_OK;
        }
    const char *near = sb_nearest(name, sb_format_names);
    return sb_fail(error, "unknown format '%s'%s%s%s; there are svg, pdf, png, html and latex",
                   name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int parse_formats(const char *text, sb_formats *formats, sb_error *error)
{
    char *state = NULL;
    int rc = SB_OK;
    if (!text) {
        *formats = sb_formats_usual();
        return SB_OK;
    }
    char *list = sb_copy_text(text);
    char *name = strtok_r(list, ",", &state);
    if (!name)
        rc = sb_fail(error, "--format names no format; there are svg, pdf, png, html and latex");
    for (; name && rc == SB_OK; name = strtok_r(NULL, ",", &state))
        rc = note_format(formats, name, error);
    free(list);
    return rc;
}

static int parse_threads(const char *text, sb_figure_options *figures, sb_error *error)
{
    if (text && !sb_parse_integer(text, 1, INT32_MAX, &figures->selection.threads))
        return sb_fail(error, "--threads takes a number of threads, not '%s'", text);
    return SB_OK;
}

static int parse_techniques(const char *text, request *r, sb_error *error)
{
    char *state = NULL;
    size_t count = 0;
    if (!text)
        return SB_OK;
    r->texts[0] = sb_copy_text(text);
    for (char *name = strtok_r(r->texts[0], ",", &state); name;
         name = strtok_r(NULL, ",", &state)) {
        if (count == MOST_NAMES)
            return sb_fail(error, "--techniques names more than %d", MOST_NAMES);
        r->names[count++] = name;
    }
    r->outputs.figures.selection.techniques = r->names;
    return count ? SB_OK : sb_fail(error, "--techniques names no technique");
}

static int parse_renames(const sb_option_list *renames, request *r, sb_error *error)
{
    for (size_t i = 0; i < renames->count; i++) {
        char *text = r->texts[1 + i] = sb_copy_text(renames->items[i]);
        char *equals = strchr(text, '=');
        if (!equals || equals == text || !equals[1])
            return sb_fail(error, "--rename takes A=B, not '%s'", text);
        *equals = '\0';
        r->pairs[2 * i] = text;
        r->pairs[2 * i + 1] = equals + 1;
        r->outputs.figures.selection.renames = r->pairs;
    }
    return SB_OK;
}

static int parse_options(const report_options *o, request *r, sb_error *error)
{
    r->outputs.figures.titles = o->title;
    r->outputs.figures.style = sb_style_named(o->style, error);
    int rc = r->outputs.figures.style ? SB_OK : SB_FAILED;
    if (rc == SB_OK)
        rc = parse_formats(o->format, &r->outputs.formats, error);
    if (rc == SB_OK)
        rc = parse_threads(o->threads, &r->outputs.figures, error);
    if (rc == SB_OK)
        rc = parse_techniques(o->techniques, r, error);
    return rc == SB_OK ? parse_renames(&o->renames, r, error) : rc;
}

/* The last part of a path, without trailing slashes; free() it. */
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

/* The run itself, OUT, or, for several runs, a folder of OUT with the run's name; free() it. */
static char *target_folder(const char *out, const char *dir, size_t count)
{
    if (!out)
        return sb_copy_text(dir);
    if (count == 1)
        return sb_copy_text(out);
    char *name = base_name(dir);
    char *path = sb_path_join(out, name);
    free(name);
    return path;
}

/* Finds two runs whose reports would overwrite each other. */
static int check_targets(const sb_invocation *invocation, const char *out, sb_error *error)
{
    const char *const *dirs = invocation->operands;
    for (size_t i = 1; out && i < invocation->operand_count; i++)
        for (size_t j = 0; j < i; j++) {
            char *a = base_name(dirs[i]), *b = base_name(dirs[j]);
            bool same = strcmp(a, b) == 0;
            free(a);
            free(b);
            if (same)
                return sb_fail(error,
                               "%s and %s would both be written to the same folder of %s: report "
                               "them one at a time",
                               dirs[j], dirs[i], out);
        }
    return SB_OK;
}

/* Writes the run's provenance beside its report. */
static int write_provenance(sb_rundb *db, const char *out, sb_error *error)
{
    char *json = sb_rundb_provenance(db, error);
    int rc = json ? sb_provenance_write(json, out, error) : SB_FAILED;
    free(json);
    return rc;
}

static int report_one(sb_rundb *db, const char *out, const sb_output_options *wanted,
                      sb_error *error)
{
    int rc = sb_folder_make(out, error);
    if (rc == SB_OK)
        rc = write_provenance(db, out, error);
    if (rc == SB_OK)
        rc = sb_results_write_csv(db, out, error);
    if (rc == SB_OK)
        rc = sb_outputs_draw(db, out, wanted, error);
    if (rc >= 0 && sb_outputs_tell(db, out, wanted, error) < 0)
        rc = SB_FAILED;
    if (rc >= 0)
        sb_info("%s: run.json, results.csv, speedups.csv, steps.csv, scaling.csv, samples.csv, "
                "recommend.csv, answer.md, answer.json, figures/ (%d drawn)%s%s",
                out, rc, wanted->formats.html ? ", report.html" : "",
                wanted->formats.latex ? ", tables/" : "");
    return rc < 0 ? rc : SB_OK;
}

/* Each machine of a merged run separately, in a folder of its own: no mean is formed across
 * machines. */
static int report_machines(sb_rundb *db, char *const *machines, const char *out,
                           const sb_output_options *wanted, sb_error *error)
{
    int rc = SB_OK;
    for (int i = 0; machines[i] && rc == SB_OK; i++) {
        sb_text folder = { 0 };
        sb_text_add(&folder, "%s/machine-%d", out, i + 1);
        printf("%sMachine %d: %s\n\n", i ? "\n" : "", i + 1, machines[i]);
        sb_rundb_select_machine(db, machines[i]);
        rc = report_one(db, folder.data, wanted, error);
        sb_text_free(&folder);
    }
    return rc;
}

static int report_run(const char *dir, const char *out, const sb_output_options *wanted,
                      sb_error *error)
{
    sb_rundb *db = sb_rundb_open(dir, false, error);
    char **machines = db ? sb_rundb_machines(db, error) : NULL;
    int rc = SB_FAILED;
    if (machines)
        rc = machines[0] && machines[1] ? report_machines(db, machines, out, wanted, error)
                                        : report_one(db, out, wanted, error);
    sb_rundb_free_machines(machines);
    sb_rundb_close(db);
    return rc;
}

/* Several runs side by side, also written to OUT if given. */
static int report_together(const sb_invocation *invocation, const char *out, sb_error *error)
{
    sb_side_by_side sides = { 0 };
    int rc = SB_OK;
    for (size_t i = 0; i < invocation->operand_count && rc == SB_OK; i++) {
        sb_rundb *db = sb_rundb_open(invocation->operands[i], false, error);
        rc = db ? sb_side_by_side_add(&sides, db, invocation->operands[i], error) : SB_FAILED;
        sb_rundb_close(db);
    }
    if (rc == SB_OK && out)
        rc = sb_side_by_side_write(&sides, out, error);
    if (rc == SB_OK) {
        putchar('\n');
        sb_side_by_side_print(&sides, stdout);
    }
    sb_side_by_side_free(&sides);
    return rc;
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const report_options *o = invocation->options;
    request r = { 0 };
    int rc = parse_options(o, &r, error);
    if (rc == SB_OK)
        rc = check_targets(invocation, o->out, error);
    for (size_t i = 0; i < invocation->operand_count && rc == SB_OK; i++) {
        char *out = target_folder(o->out, invocation->operands[i], invocation->operand_count);
        rc = report_run(invocation->operands[i], out, &r.outputs, error);
        free(out);
    }
    if (rc == SB_OK && invocation->operand_count > 1)
        rc = report_together(invocation, o->out, error);
    for (size_t i = 0; i < sizeof r.texts / sizeof *r.texts; i++)
        free(r.texts[i]);
    return rc;
}

const sb_command sb_command_report = {
    .name = "report",
    .usage = "DIR... [OPTIONS]",
    .summary = "Make the files of runs anew from run.db, and print the answer",
    .details = "Several runs are put side by side, too: machines, compilers, numbers of threads.",
    .options = options,
    .options_size = sizeof(report_options),
    .min_operands = 1,
    .max_operands = SB_ANY_NUMBER,
    .run = run,
};
