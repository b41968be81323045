/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench recommend: which kernel and which parameters to use for each layer of a run. */
#include "report/recommend.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "core/text.h"
#include "core/words.h"

typedef struct recommend_options {
    const char *objective, *format, *threads;
} recommend_options;

static const sb_option options[] = {
    { "objective", 0, SB_OPTION_TEXT, offsetof(recommend_options, objective), "WHAT",
      "time to minimise: run (default), reorders (with those from and to NHWC), packing (also)" },
    { "threads", 0, SB_OPTION_TEXT, offsetof(recommend_options, threads), "N",
      "only for this number of threads" },
    { "format", 0, SB_OPTION_TEXT, offsetof(recommend_options, format), "FORMAT",
      "text, csv or json" },
    { 0 },
};

static int parse_objective(const char *text, sb_counting *counting, sb_error *error)
{
    static const char *const names[] = {
        [SB_COUNT_RUN] = "run",
        [SB_COUNT_REORDERS] = "reorders",
        [SB_COUNT_PACKING] = "packing",
        NULL,
    };
    size_t index;
    if (sb_word_find("objective", text, names, &index, error) < 0)
        return SB_FAILED;
    *counting = (sb_counting)index;
    return SB_OK;
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
        return sb_fail(error, "--threads: expected a number of threads, not '%s'", o->threads);
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
    .summary = "Recommend a kernel for each layer of a run, with its ties",
    .options = options,
    .options_size = sizeof(recommend_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
