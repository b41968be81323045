/* SPDX-License-Identifier: Apache-2.0 */
#include "store/search_log.h"

#include "core/csv.h"
#include "core/file.h"
#include "store/csv_log.h"

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
static void numbers_of(sb_search_row *row, double *numbers[NUMBERS])
{
    double *const list[NUMBERS] = {
        &row->default_ns, &row->tuned_ns,    &row->ratio.value,    &row->ratio.low,
        &row->ratio.high, &row->times.space, &row->times.evaluate, &row->times.search,
        &row->times.race, &row->times.base,
    };
    memcpy(numbers, list, sizeof list);
}

static void add_row(sb_text *text, sb_search_row *row)
{
    const sb_search_id *s = &row->id;
    sb_text_add_csv(text, s->layer);
    sb_text_add(text, ",%s,%" PRId64 ",%s,%s,%s,%zu,%zu,%zu,", sb_operation_name(s->operation),
                s->threads, s->kernel, row->technique, row->strategy, s->space, row->evaluations,
                row->failed);
    sb_text_add_csv(text, row->params);
    double *numbers[NUMBERS];
    numbers_of(row, numbers);
    for (size_t i = 0; i < NUMBERS; i++)
        sb_text_add(text, isfinite(*numbers[i]) ? ",%.9g" : ",", *numbers[i]);
    sb_text_add(text, "\n");
}

int sb_search_log_append(const char *dir, const sb_search_row *row, sb_error *error)
{
    sb_text text = { 0 };
    sb_search_row copy = *row;
    add_row(&text, &copy);
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

static bool parse_row(char *const *f, sb_search_row *row)
{
    *row = (sb_search_row) {
        .id = { .layer = f[0], .kernel = f[3] }, .technique = f[4], .strategy = f[5], .params = f[9]
    };
    if (!sb_operation_named(f[1], &row->id.operation) ||
        !sb_parse_integer(f[2], 1, INT32_MAX, &row->id.threads) ||
        !parse_count(f[6], &row->id.space) || !parse_count(f[7], &row->evaluations) ||
        !parse_count(f[8], &row->failed))
        return false;
    double *numbers[NUMBERS];
    numbers_of(row, numbers);
    for (size_t i = 0; i < NUMBERS; i++) {
        *numbers[i] = NAN;
        if (*f[TEXTS + i] && !sb_parse_number(f[TEXTS + i], numbers[i]))
            return false;
    }
    return true;
}

static int read_rows(sb_search_log *log, sb_csv *csv, const char *path, sb_error *error)
{
    int more;
    while ((more = sb_csv_next(csv, error)) > 0) {
        sb_search_row row;
        if (csv->line == 1)
            continue;
        if (csv->count != FIELDS || !parse_row(csv->fields, &row))
            return sb_fail(error, "%s:%zu: not a row of searches.csv; remove the file or the line",
                           path, csv->line);
        sb_search_log_add(log, &row);
    }
    return more < 0 ? sb_fail_within(error, "%s", path) : SB_OK;
}

int sb_search_log_start(sb_search_log *log, const char *dir, bool resume, sb_error *error)
{
    if (sb_csv_log_start(dir, "searches.csv", header, resume, error) < 0)
        return SB_FAILED;
    char *path = sb_path_join(dir, "searches.csv");
    char *text = sb_file_read(path, MOST_BYTES, NULL, error);
    sb_csv csv = { .at = text };
    int rc = text ? read_rows(log, &csv, path, error) : SB_FAILED;
    sb_csv_free(&csv);
    free(text);
    free(path);
    return rc;
}
