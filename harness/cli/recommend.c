/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench recommend: which kernel and which parameters to use for each layer of a run. */
#include "report/recommend.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "core/text.h"

#include <string.h>

typedef struct recommend_options {
    const char *objective, *format, *threads;
} recommend_options;

static const sb_option options[] = {
    { "objective", 0, SB_OPTION_TEXT, offsetof(recommend_options, objective), "WHAT",
      "what counts: run (default), reorders (and the way from and to NHWC), packing (and that)" },
    { "threads", 0, SB_OPTION_TEXT, offsetof(recommend_options, threads), "N",
      "of this number of threads alone" },
    { "format", 0, SB_OPTION_TEXT, offsetof(recommend_options, format), "FORMAT",
      "text, csv or json" },
    { 0 },
};

static int parse_objective(const char *text, sb_counting *counting, sb_error *error)
{
    static const char *const names[SB_COUNTINGS + 1] = {
        [SB_COUNT_RUN] = "run",
        [SB_COUNT_REORDERS] = "reorders",
        [SB_COUNT_PACKING] = "packing",
    };
    *counting = SB_COUNT_RUN;
    for (int i = 0; text && i < SB_COUNTINGS; i++)
        if (strcmp(names[i], text) == 0) {
            *counting = (sb_counting)i;
            return SB_OK;
        }
    if (!text)
        return SB_OK;
    const char *near = sb_nearest(text, names);
    return sb_fail(error, "--objective=%s: unknown objective; %s%s", text,
                   near ? "did you mean " : "known are run, reorders, packing", near ? near : "");
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    static void (*const print[])(const sb_recommendations *, FILE *) = {
        [SB_FORMAT_TEXT] = sb_recommend_print_text,
        [SB_FORMAT_CSV] = sb_recommend_print_csv,
        [SB_FORMAT_JSON] = sb_recommend_print_json,
    };
    const recommend_options *o = invocation->options;
    sb_format format;
    sb_counting counting;
    int64_t threads = 0;
    if (sb_format_parse(o->format, &format, error) < 0 ||
        parse_objective(o->objective, &counting, error) < 0)
        return SB_FAILED;
    if (o->threads && !sb_parse_integer(o->threads, 1, INT32_MAX, &threads))
        return sb_fail(error, "--threads takes a number of threads, not '%s'", o->threads);
    sb_rundb *db = sb_rundb_open(invocation->operands[0], false, error);
    sb_recommendations list = { 0 };
    if (!db)
        return SB_FAILED;
    int rc = sb_recommend_make(db, counting, threads, &list, error);
    if (rc == SB_OK) {
        print[format](&list, stdout);
        sb_recommend_free(&list);
    }
    sb_rundb_close(db);
    return rc;
}

const sb_command sb_command_recommend = {
    .name = "recommend",
    .usage = "DIR [OPTIONS]",
    .summary = "Say which kernel to use for each layer of a run, ties named",
    .options = options,
    .options_size = sizeof(recommend_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
