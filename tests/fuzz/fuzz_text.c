/* SPDX-License-Identifier: Apache-2.0 */
/* Parses short texts: problems as stored in databases, parameters, numbers, durations, shards. */
#include "fuzz.h"

#include "campaign/check_one.h"
#include "campaign/shard.h"
#include "campaign/winners.h"
#include "conv/problem.h"
#include "core/text.h"
#include "core/visible.h"
#include "tune/tunedb_sql.h"

#include <stdlib.h>
#include <string.h>

static char *layouts[] = { (char[]) { "nchw" }, (char[]) { "nhwc" }, (char[]) { "nchw8c" } };
static sb_parameter_info parameters[] = {
    { .id = (char[]) { "tile" }, .kind = SB_INTEGER, .min = 2, .max = 11, .step = 3, .initial = 5 },
    { .id = (char[]) { "block" }, .kind = SB_POWER_OF_TWO, .min = 4, .max = 64, .initial = 8 },
    { .id = (char[]) { "layout" },
      .kind = SB_CHOICE,
      .max = 2,
      .choices = layouts,
      .choice_count = 3 },
    { .id = (char[]) { "packed" }, .kind = SB_FLAG, .max = 1 },
};
static sb_kernel_info kernel = {
    .id = (char[]) { "kernel" },
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof *parameters,
};

static void read_problem(const char *text)
{
    char written[SB_PROBLEM_TEXT];
    sb_problem problem, again;
    if (sb_problem_parse(text, &problem))
        fuzz_promise(sb_problem_parse(sb_problem_text(&problem, written, sizeof written), &again) &&
                         sb_problem_distance(&problem, &again) == 0,
                     "a problem's text stands for it");
    if (!sb_tune_problem_parse(text, &problem))
        return;
    char *row = sb_tune_problem_text(&problem);
    fuzz_promise(strcmp(row, text) == 0, "a problem has one text in a database");
    free(row);
}

static void read_params(const char *text)
{
    sb_plugin_info plugin = { .id = (char[]) { "plugin" }, .kernels = &kernel, .kernel_count = 1 };
    sb_check_case one = { .plugin = &plugin };
    int64_t values[SB_MAX_PARAMETERS], again[SB_MAX_PARAMETERS];
    sb_error error;
    (void)sb_check_parse_params(text, &one, &error);
    for (size_t i = 0; i < kernel.parameter_count; i++)
        if (sb_params_parse_value(&parameters[i], text, values, &error) == 0)
            fuzz_promise(sb_parameter_legal(&parameters[i], values[0]), "what is read is legal");
    if (!sb_winners_parse(&kernel, text, values))
        return;
    char *written = sb_params_text(&kernel, values);
    fuzz_promise(sb_winners_parse(&kernel, written, again) &&
                     memcmp(values, again, kernel.parameter_count * sizeof *values) == 0,
                 "a configuration's text stands for it");
    free(written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    int64_t whole;
    double number;
    sb_shard shard;
    sb_error error;
    (void)sb_parse_integer(text, INT64_MIN, INT64_MAX, &whole);
    (void)sb_parse_number(text, &number);
    (void)sb_parse_duration(text, &whole);
    (void)sb_shard_parse(text, &shard, &error);
    read_problem(text);
    read_params(text);
    sb_make_visible(text);
    free(text);
    return 0;
}
