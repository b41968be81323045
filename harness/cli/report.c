/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench report: writes the CSV files and figures of a run again, from its run.db. */
#include "cli/commands.h"
#include "core/file.h"
#include "core/text.h"
#include "core/words.h"
#include "report/report_run.h"

#include <stdlib.h>
#include <string.h>

typedef struct report_options {
    const char *out, *format, *style, *threads, *techniques;
    sb_option_list renames; /* A=B */
    bool title;
} report_options;

static const sb_option options[] = {
    { "output", 'o', SB_OPTION_TEXT, offsetof(report_options, out), "OUT",
      "write to OUT (default: to DIR)" },
    { "format", 0, SB_OPTION_TEXT, offsetof(report_options, format), "LIST",
      "some of svg, pdf, png, html, latex, comma-separated (default: all but pdf)" },
    { "style", 0, SB_OPTION_TEXT, offsetof(report_options, style), "STYLE",
      "style of figures: paper (default), ieee, acm or slides" },
    { "threads", 0, SB_OPTION_TEXT, offsetof(report_options, threads), "N",
      "only figures of this number of threads" },
    { "techniques", 0, SB_OPTION_TEXT, offsetof(report_options, techniques), "LIST",
      "only these techniques in figures: names or patterns, comma-separated" },
    { "rename", 0, SB_OPTION_LIST, offsetof(report_options, renames), "A=B",
      "show technique A as B in figures (may be repeated)" },
    { "title", 0, SB_OPTION_FLAG, offsetof(report_options, title), NULL,
      "add titles to the figures" },
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
    size_t index;
    if (sb_word_find("format", name, sb_format_names, &index, error) < 0)
        return SB_FAILED;
    *sb_format_flag(formats, index) = true;
    return SB_OK;
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
        rc = sb_fail(error, "--format: expected a list of formats, such as svg,html");
    for (; name && rc == SB_OK; name = strtok_r(NULL, ",", &state))
        rc = note_format(formats, name, error);
    free(list);
    return rc;
}

static int parse_threads(const char *text, sb_figure_options *figures, sb_error *error)
{
    if (text && !sb_parse_integer(text, 1, INT32_MAX, &figures->selection.threads))
        return sb_fail(error, "--threads: expected a number of threads, not '%s'", text);
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
            return sb_fail(error, "--rename: expected A=B, not '%s'", text);
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

static int run(const sb_invocation *invocation, sb_error *error)
{
    const report_options *o = invocation->options;
    request r = { 0 };
    int rc = parse_options(o, &r, error);
    if (rc == SB_OK)
        rc = check_targets(invocation, o->out, error);
    for (size_t i = 0; i < invocation->operand_count && rc == SB_OK; i++) {
        char *out = target_folder(o->out, invocation->operands[i], invocation->operand_count);
        rc = sb_report_run(invocation->operands[i], out, &r.outputs, error);
        free(out);
    }
    if (rc == SB_OK && invocation->operand_count > 1)
        rc = sb_report_together(invocation->operands, invocation->operand_count, o->out, error);
    for (size_t i = 0; i < sizeof r.texts / sizeof *r.texts; i++)
        free(r.texts[i]);
    return rc;
}

const sb_command sb_command_report = {
    .name = "report",
    .usage = "DIR... [OPTIONS]",
    .summary = "Write the files of runs again from run.db, and print the answer",
    .details = "Several runs are also shown side by side.",
    .options = options,
    .options_size = sizeof(report_options),
    .min_operands = 1,
    .max_operands = SB_ANY_NUMBER,
    .run = run,
};
