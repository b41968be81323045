/* SPDX-License-Identifier: Apache-2.0 */
/* searches.csv: what became of each search. */
#include "store/tune_gains.h"

#include "core/csv.h"
#include "core/file.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES ((size_t)1 << 28)

static const char header[] =
    "layer,operation,threads,kernel,technique,strategy,space,evaluations,failed,params,default_ns,"
    "tuned_ns,gain,ci_low,ci_high,space_s,evaluate_s,search_s,race_s,base_line_s\n";

enum { TEXTS = 10, NUMBERS = 10, FIELDS = TEXTS + NUMBERS };

/* The numbers of a row, in the order of the header. */
static void numbers_of(sb_tune_gain *gain, double *numbers[NUMBERS])
{
    double *const list[NUMBERS] = {
        &gain->default_ns, &gain->tuned_ns,    &gain->ratio.value,    &gain->ratio.low,
        &gain->ratio.high, &gain->times.space, &gain->times.evaluate, &gain->times.search,
        &gain->times.race, &gain->times.base,
    };
    memcpy(numbers, list, sizeof list);
}

static void add_row(sb_text *text, sb_tune_gain *gain)
{
    const sb_tune_subject *s = &gain->subject;
    sb_text_add_csv(text, s->layer);
    sb_text_add(text, ",%s,%" PRId64 ",%s,%s,%s,%zu,%zu,%zu,", sb_operation_name(s->operation),
                s->threads, s->kernel, gain->technique, gain->strategy, s->space, gain->evaluations,
                gain->failed);
    sb_text_add_csv(text, gain->params);
    double *numbers[NUMBERS];
    numbers_of(gain, numbers);
    for (size_t i = 0; i < NUMBERS; i++)
        sb_text_add(text, isfinite(*numbers[i]) ? ",%.9g" : ",", *numbers[i]);
    sb_text_add(text, "\n");
}

int sb_tune_gains_append(const char *dir, const sb_tune_gain *gain, sb_error *error)
{
    sb_text text = { 0 };
    sb_tune_gain row = *gain;
    add_row(&text, &row);
    char *path = sb_path_join(dir, "searches.csv");
    int rc = sb_file_append(path, text.data, text.length, error);
    free(path);
    sb_text_free(&text);
    return rc;
}

static bool parse_count(const char *field, size_t *count)
{
    int64_t value;
    if (!sb_parse_integer(field, 0, INT64_MAX, &value))
        return false;
    *count = (size_t)value;
    return true;
}

static bool parse_row(char *const *f, sb_tune_gain *gain)
{
    *gain = (sb_tune_gain) { .subject = { .layer = f[0], .kernel = f[3] },
                             .technique = f[4],
                             .strategy = f[5],
                             .params = f[9] };
    if (!sb_operation_named(f[1], &gain->subject.operation) ||
        !sb_parse_integer(f[2], 1, INT32_MAX, &gain->subject.threads) ||
        !parse_count(f[6], &gain->subject.space) || !parse_count(f[7], &gain->evaluations) ||
        !parse_count(f[8], &gain->failed))
        return false;
    double *numbers[NUMBERS];
    numbers_of(gain, numbers);
    for (size_t i = 0; i < NUMBERS; i++) {
        *numbers[i] = NAN;
        if (*f[TEXTS + i] && !sb_parse_number(f[TEXTS + i], numbers[i]))
            return false;
    }
    return true;
}

static int read_rows(sb_tune_gains *gains, sb_csv *csv, const char *path, sb_error *error)
{
    int more;
    while ((more = sb_csv_next(csv, error)) > 0) {
        sb_tune_gain gain;
        if (csv->line == 1)
            continue;
        if (csv->count != FIELDS || !parse_row(csv->fields, &gain))
            return sb_fail(error, "%s:%zu: not a row of searches.csv; remove the file or the line",
                           path, csv->line);
        sb_tune_gains_add(gains, &gain);
    }
    return more < 0 ? sb_fail_within(error, "%s", path) : SB_OK;
}

int sb_tune_gains_start(sb_tune_gains *gains, const char *dir, bool resume, sb_error *error)
{
    if (sb_tune_table_start(dir, "searches.csv", header, resume, error) < 0)
        return SB_FAILED;
    char *path = sb_path_join(dir, "searches.csv");
    char *text = sb_file_read(path, MOST_BYTES, NULL, error);
    sb_csv csv = { .at = text };
    int rc = text ? read_rows(gains, &csv, path, error) : SB_FAILED;
    sb_csv_free(&csv);
    free(text);
    free(path);
    return rc;
}
