/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench compare: compares two runs, row by row. */
#include "cli/commands.h"
#include "core/text.h"
#include "core/words.h"
#include "report/comparison_print.h"

#include <string.h>

typedef struct compare_options {
    const char *threshold, *format;
} compare_options;

static const sb_option options[] = {
    { "threshold", 0, SB_OPTION_TEXT, offsetof(compare_options, threshold), "PCT",
      "changes of fewer per cent count as none (default: 2)" },
    { "format", 0, SB_OPTION_TEXT, offsetof(compare_options, format), "FORMAT",
      "text, markdown, csv or json" },
    { 0 },
};

typedef void printer(const sb_comparison *comparison);

static const struct {
    const char *name;
    printer *print;
} formats[] = {
    { "text", sb_comparison_print_text },
    { "markdown", sb_comparison_print_markdown },
    { "csv", sb_comparison_print_csv },
    { "json", sb_comparison_print_json },
};

enum { FORMATS = sizeof formats / sizeof *formats };

/* NULL on error. */
static printer *find_format(const char *name, sb_error *error)
{
    const char *names[FORMATS + 1] = { NULL };
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
        if (!name || strcmp(name, formats[i].name) == 0)
            return formats[i].print;
    }
    sb_fail_unknown(error, "format", name, names, NULL);
    return NULL;
}

static int parse_threshold(const char *text, double *threshold, sb_error *error)
{
    double percent = 2;
    if (text && (!sb_parse_number(text, &percent) || percent < 0 || percent > 1000))
        return sb_fail(error, "--threshold: expected per cent from 0 to 1000, not '%s'", text);
    *threshold = percent / 100;
    return SB_OK;
}

static int compare_runs(const char *const *dirs, double threshold, printer *print, sb_error *error)
{
    sb_comparison comparison;
    sb_rundb *base = sb_rundb_open(dirs[0], false, error);
    sb_rundb *new_ = base ? sb_rundb_open(dirs[1], false, error) : NULL;
    int rc = new_ ? sb_comparison_make(base, new_, threshold, &comparison, error) : SB_FAILED;
    if (rc == SB_OK) {
        print(&comparison);
        rc = comparison.verdicts[SB_SLOWER] ? SB_FAULTS_FOUND : SB_OK;
        sb_comparison_free(&comparison);
    }
    sb_rundb_close(new_);
    sb_rundb_close(base);
    return rc;
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const compare_options *o = invocation->options;
    double threshold = 0;
    printer *print = find_format(o->format, error);
    if (!print || parse_threshold(o->threshold, &threshold, error) < 0)
        return SB_FAILED;
    return compare_runs(invocation->operands, threshold, print, error);
}

const sb_command sb_command_compare = {
    .name = "compare",
    .usage = "BASE NEW [OPTIONS]",
    .summary = "Report what became faster or slower between two runs",
    .details = "The exit status is 1 if something is slower by more than the threshold.",
    .options = options,
    .options_size = sizeof(compare_options),
    .min_operands = 2,
    .max_operands = 2,
    .run = run,
};
