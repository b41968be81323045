/* SPDX-License-Identifier: Apache-2.0 */
#include "report/evaluations.h"

#include "core/csv.h"
#include "core/file.h"
#include "core/text.h"
#include "measure/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_BYTES ((size_t)1 << 30)

/* The columns that are read, found by name, so that more may be added. The last one is missing in
 * files of older versions. */
enum {
    LAYER,
    OPERATION,
    THREADS,
    KERNEL,
    SPACE,
    STRATEGY,
    EVALUATION,
    PARAMS,
    TIME,
    PREDICTED,
    COLUMNS
};
static const char *const names[COLUMNS] = { "layer",   "operation",   "threads",    "kernel",
                                            "space",   "strategy",    "evaluation", "params",
                                            "time_ns", "predicted_ns" };

static int find_columns(const sb_csv *csv, size_t columns[COLUMNS], sb_error *error)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        size_t at = 0;
        while (at < csv->count && strcmp(csv->fields[at], names[c]) != 0)
            at++;
        if (at == csv->count && c != PREDICTED)
            return sb_fail(error, "missing column '%s'", names[c]);
        columns[c] = at < csv->count ? at : SIZE_MAX;
    }
    return SB_OK;
}

/* A row as text, and as numbers. */
typedef struct row {
    char *text[COLUMNS];
    int64_t threads, space, number;
    sb_operation operation;
    double ns, predicted;
} row;

static int parse_row(const sb_csv *csv, const size_t columns[COLUMNS], row *r, sb_error *error)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        if (columns[c] == SIZE_MAX)
            continue;
        if (columns[c] >= csv->count)
            return sb_fail(error, "line %zu: missing value of column '%s'", csv->line, names[c]);
        r->text[c] = csv->fields[columns[c]];
    }
    r->ns = INFINITY;
    if (!r->text[PREDICTED] || !sb_parse_number(r->text[PREDICTED], &r->predicted) ||
        !(r->predicted > 0))
        r->predicted = NAN;
    if (!sb_operation_named(r->text[OPERATION], &r->operation) ||
        !sb_parse_integer(r->text[THREADS], 1, INT32_MAX, &r->threads) ||
        !sb_parse_integer(r->text[SPACE], 1, INT64_MAX, &r->space) ||
        !sb_parse_integer(r->text[EVALUATION], 1, INT64_MAX, &r->number) ||
        (*r->text[TIME] && (!sb_parse_number(r->text[TIME], &r->ns) || !(r->ns > 0))))
        return sb_fail(error, "line %zu: not an evaluation", csv->line);
    return SB_OK;
}

/* Rows of a search are usually adjacent. */
static sb_search_record *record_of(sb_evaluations *all, const row *r)
{
    for (size_t i = all->count; i-- > 0;) {
        sb_search_record *s = &all->list[i];
        if (s->threads == r->threads && s->operation == r->operation &&
            strcmp(s->layer, r->text[LAYER]) == 0 && strcmp(s->kernel, r->text[KERNEL]) == 0)
            return s;
    }
    if ((all->count & (all->count - 1)) == 0)
        all->list = sb_grow(all->list, all->count ? 2 * all->count : 1, sizeof *all->list);
    sb_search_record *fresh = &all->list[all->count++];
    *fresh = (sb_search_record) {
        .layer = r->text[LAYER],
        .kernel = r->text[KERNEL],
        .strategy = r->text[STRATEGY],
        .operation = r->operation,
        .threads = r->threads,
        .best = INFINITY,
    };
    return fresh;
}

static void add_point(sb_evaluation_point **list, size_t *count, sb_evaluation_point point)
{
    if ((*count & (*count - 1)) == 0)
        *list = sb_grow(*list, *count ? 2 * *count : 1, sizeof **list);
    (*list)[(*count)++] = point;
}

static void add_row(sb_evaluations *all, const row *r)
{
    sb_search_record *s = record_of(all, r);
    sb_evaluation_point point = { .params = r->text[PARAMS],
                                  .ns = r->ns,
                                  .predicted = r->predicted };
    s->space = (size_t)r->space;
    s->best = fmin(s->best, r->ns);
    if (strcmp(r->text[STRATEGY], "base_line") != 0) {
        s->strategy = r->text[STRATEGY];
        add_point(&s->found, &s->found_count, point);
        return;
    }
    if (r->number == 1)
        s->drawn_count = 0; /* an interrupted base line is drawn again */
    add_point(&s->drawn, &s->drawn_count, point);
}

static int read_rows(sb_evaluations *all, sb_csv *csv, sb_error *error)
{
    size_t columns[COLUMNS];
    int more = sb_csv_next(csv, error);
    if (more <= 0)
        return more;
    if (find_columns(csv, columns, error) < 0)
        return SB_FAILED;
    while ((more = sb_csv_next(csv, error)) > 0) {
        row r = { 0 };
        if (parse_row(csv, columns, &r, error) < 0)
            return SB_FAILED;
        add_row(all, &r);
    }
    return more;
}

int sb_evaluations_read(const char *dir, sb_evaluations *evaluations, sb_error *error)
{
    *evaluations = (sb_evaluations) { 0 };
    char *path = sb_path_join(dir, "evaluations.csv");
    int rc = SB_OK;
    if (access(path, F_OK) == 0) {
        evaluations->text = sb_file_read(path, MOST_BYTES, NULL, error);
        sb_csv csv = { .at = evaluations->text };
        rc = evaluations->text ? read_rows(evaluations, &csv, error) : SB_FAILED;
        if (rc < 0 && evaluations->text)
            sb_fail_within(error, "%s", path);
        sb_csv_free(&csv);
    }
    if (rc < 0)
        sb_evaluations_free(evaluations);
    free(path);
    return rc;
}

void sb_evaluations_free(sb_evaluations *evaluations)
{
    for (size_t i = 0; i < evaluations->count; i++) {
        free(evaluations->list[i].found);
        free(evaluations->list[i].drawn);
    }
    free(evaluations->list);
    free(evaluations->text);
    *evaluations = (sb_evaluations) { 0 };
}

/* --------------------------------------------------------------------------------- convergence */

bool sb_search_record_is_complete(const sb_search_record *record)
{
    return record->found_count >= record->space;
}

void sb_search_record_curve(const sb_search_record *record, double *logs, size_t count)
{
    double best = INFINITY;
    for (size_t k = 0; k < count; k++) {
        if (k < record->found_count)
            best = fmin(best, record->found[k].ns);
        logs[k] = isinf(best) ? NAN : log(best / record->best);
    }
}

/*
 * The expected logarithm of the least of `draws` of the ascending times, `first` among them. The
 * least has rank j or more with the probability that none of the j lesser ones was drawn, (n -
 * draws over j) / (n over j), which decreases quickly.
 */
static double expected_least(const double *times, size_t n, size_t draws, double first)
{
    double above = 1, sum = 0;
    if (draws == 0)
        return log(isfinite(first) ? first : times[n - 1]);
    for (size_t j = 0; j < n && above > 1e-12; j++) {
        double next = n - j > draws ? above * (double)(n - j - draws) / (double)(n - j) : 0;
        sum += (above - next) * log(fmin(times[j], first));
        above = next;
    }
    return sum + above * log(fmin(times[n - 1], first));
}

/* A failure leaves the best so far unchanged: it counts as slow as the first, or as the slowest. */
static double *sort_times(const sb_evaluation_point *points, size_t count, double first)
{
    double *times = sb_new(count, sizeof *times), worst = isfinite(first) ? first : 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(points[i].ns))
            worst = fmax(worst, points[i].ns);
    for (size_t i = 0; i < count; i++)
        times[i] = fmin(points[i].ns, worst);
    sb_sort_values(times, count);
    return times;
}

size_t sb_search_record_random(const sb_search_record *record, double *logs, size_t count)
{
    bool all = sb_search_record_is_complete(record);
    const sb_evaluation_point *points = all ? record->found : record->drawn;
    size_t n = all ? record->found_count : record->drawn_count;
    if (n == 0 || record->found_count == 0 || isinf(record->best))
        return 0;
    double first = record->found[0].ns;
    double *times = sort_times(points, n, first);
    size_t known = n + !all < count ? n + !all : count;
    for (size_t k = 0; k < known; k++)
        logs[k] = expected_least(times, n, k, first) - log(record->best);
    free(times);
    return known;
}
