/* SPDX-License-Identifier: Apache-2.0 */
#include "report/comparison.h"

#include "core/text.h"
#include "measure/ranks.h"
#include "store/sequence_rows.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NOT_THERE "not there"

/* A row of the base run, and whether the new run has it too. */
typedef struct held_row {
    sb_row_key key;
    sb_verdict verdict;
    sb_series series; /* empty unless it was timed */
    bool found;
    sb_contrast contrast; /* of both runs, if both timed it */
    const char *why;      /* of the new run, if that did not time it */
    size_t place;         /* position in the sweep */
} held_row;

typedef struct matching {
    held_row *rows;
    size_t count, capacity;
    sb_comparison *comparison;
} matching;

const char *sb_difference_name(sb_difference difference)
{
    static const char *const names[] = {
        [SB_SAME] = "same",
        [SB_FASTER] = "faster",
        [SB_SLOWER] = "slower",
        [SB_UNDECIDED] = "undecided",
    };
    return names[difference];
}

/* ---------------------------------------------------------------------------------------- keys */

static sb_row_key key_of(const sb_group *group, const sb_result *result)
{
    return (sb_row_key) {
        .layer = sb_copy_text(group->layer->name),
        .kernel = sb_copy_text(result->label),
        .params = sb_copy_text(result->params),
        .operation = result->operation,
        .threads = group->threads,
    };
}

static sb_row_key key_of_sequence(const sb_sequence *s)
{
    return (sb_row_key) {
        .layer = sb_copy_text("all layers"),
        .kernel = sb_copy_text(s->name),
        .params = sb_copy_text(""),
        .sequence = true,
        .threads = s->threads,
    };
}

const char *sb_row_key_operation(const sb_row_key *key)
{
    return key->sequence ? "sequence" : sb_operation_name(key->operation);
}

static void free_key(sb_row_key *key)
{
    free(key->layer);
    free(key->kernel);
    free(key->params);
}

static int compare_keys(const void *a, const void *b)
{
    const sb_row_key *x = &((const held_row *)a)->key, *y = &((const held_row *)b)->key;
    int order = strcmp(x->layer, y->layer);
    order = order ? order : strcmp(x->kernel, y->kernel);
    order = order ? order : strcmp(x->params, y->params);
    order = order ? order : (x->operation > y->operation) - (x->operation < y->operation);
    order = order ? order : x->sequence - y->sequence;
    return order ? order : (x->threads > y->threads) - (x->threads < y->threads);
}

static int compare_places(const void *a, const void *b)
{
    const size_t x = ((const held_row *)a)->place, y = ((const held_row *)b)->place;
    return (x > y) - (x < y);
}

/* --------------------------------------------------------------------------------- the two runs */

/* A time of zero has no logarithm. No clock yields one, but a foreign file may. */
static bool was_timed(sb_verdict verdict, const sb_series *series)
{
    for (size_t i = 0; i < series->count; i++)
        if (!(series->samples[i].ns > 0) || !isfinite(series->samples[i].ns))
            return false;
    return verdict == SB_VERDICT_OK && series->count > 0;
}

static const char *why_not(sb_verdict verdict)
{
    return verdict == SB_VERDICT_OK ? "not timed" : sb_verdict_name(verdict);
}

static void copy_series(const sb_series *from, sb_series *to)
{
    for (size_t i = 0; i < from->count; i++)
        sb_series_add(to, from->samples[i]);
}

/* Takes ownership of the key. */
static void hold_row(matching *m, sb_row_key key, sb_verdict verdict, const sb_series *series)
{
    if (m->count == m->capacity) {
        m->capacity = m->capacity ? 2 * m->capacity : 64;
        m->rows = sb_grow(m->rows, m->capacity, sizeof *m->rows);
    }
    held_row *row = &m->rows[m->count];
    *row = (held_row) {
        .key = key,
        .verdict = verdict,
        .why = NOT_THERE,
        .place = m->count++,
    };
    if (was_timed(verdict, series))
        copy_series(series, &row->series);
}

static int read_base(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    for (size_t i = 0; i < group->result_count; i++)
        hold_row(context, key_of(group, &group->results[i]), group->results[i].verdict,
                 &group->results[i].series);
    return SB_OK;
}

/* Takes ownership of the key. */
static void add_lonely(sb_comparison *to, sb_row_key key, int run, const char *why)
{
    to->lonely = sb_grow(to->lonely, to->lonely_count + 1, sizeof *to->lonely);
    to->lonely[to->lonely_count++] = (sb_lonely_row) { key, run, why };
}

/* Takes ownership of the key. */
static void match_row(matching *m, sb_row_key key, sb_verdict verdict, const sb_series *series)
{
    held_row wanted = { .key = key };
    held_row *row =
        m->count ? bsearch(&wanted, m->rows, m->count, sizeof *m->rows, compare_keys) : NULL;
    const bool timed = was_timed(verdict, series);
    if (row && row->series.count && timed) {
        row->contrast = sb_contrast_of(&row->series, series, row->place);
        row->found = true;
    } else if (timed) {
        add_lonely(m->comparison, wanted.key, 1, row ? why_not(row->verdict) : NOT_THERE);
        return;
    } else if (row) {
        row->why = why_not(verdict);
    }
    free_key(&wanted.key);
}

static int read_new(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    for (size_t i = 0; i < group->result_count; i++)
        match_row(context, key_of(group, &group->results[i]), group->results[i].verdict,
                  &group->results[i].series);
    return SB_OK;
}

/* The sequences of a network come after its layers: by whole passes. */
static int read_sequences(matching *m, sb_rundb *db,
                          void take(matching *m, sb_row_key key, sb_verdict verdict,
                                    const sb_series *series),
                          sb_error *error)
{
    sb_sequence_list list;
    const int rc = sb_rundb_sequences(db, &list, error);
    for (size_t i = 0; i < list.count; i++)
        take(m, key_of_sequence(&list.items[i]), SB_VERDICT_OK, &list.items[i].passes);
    sb_sequence_list_free(&list);
    return rc;
}

/* ----------------------------------------------------------------------------------- conclusions
 */

/* Takes what it needs from the row, and frees the rest. */
static void finish_row(sb_comparison *to, held_row *row)
{
    if (row->found)
        to->rows[to->count++] = (sb_compared_row) { .key = row->key, .contrast = row->contrast };
    else if (row->series.count)
        add_lonely(to, row->key, 0, row->why);
    else
        free_key(&row->key);
    sb_series_free(&row->series);
}

static sb_compared_mean *mean_of(sb_comparison *c, int64_t threads)
{
    for (size_t i = 0; i < c->mean_count; i++)
        if (c->means[i].threads == threads)
            return &c->means[i];
    c->means = sb_grow(c->means, c->mean_count + 1, sizeof *c->means);
    c->means[c->mean_count] = (sb_compared_mean) { .threads = threads };
    return &c->means[c->mean_count++];
}

static void find_means(sb_comparison *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const sb_interval *ratio = &c->rows[i].contrast.ratio;
        sb_compared_mean *mean = mean_of(c, c->rows[i].key.threads);
        if (!sb_determined(ratio->low, ratio->high))
            continue;
        mean->value += log(ratio->value);
        mean->rows++;
    }
    for (size_t i = 0; i < c->mean_count; i++) {
        sb_compared_mean *mean = &c->means[i];
        mean->value = mean->rows ? exp(mean->value / (double)mean->rows) : NAN;
    }
}

static void judge_rows(sb_comparison *c, double threshold)
{
    double *p = sb_new(c->count + 1, sizeof *p);
    for (size_t i = 0; i < c->count; i++)
        p[i] = c->rows[i].contrast.p;
    sb_holm(p, c->count);
    for (size_t i = 0; i < c->count; i++) {
        sb_compared_row *row = &c->rows[i];
        row->p = p[i];
        row->verdict = sb_contrast_verdict(&row->contrast, row->p, threshold);
        c->verdicts[row->verdict]++;
    }
    find_means(c);
    free(p);
}

static void finish_pairs(matching *m, double threshold)
{
    sb_comparison *c = m->comparison;
    c->rows = sb_new(m->count + 1, sizeof *c->rows);
    if (m->count)
        qsort(m->rows, m->count, sizeof *m->rows, compare_places);
    for (size_t i = 0; i < m->count; i++)
        finish_row(c, &m->rows[i]);
    free(m->rows);
    judge_rows(c, threshold);
}

static int match_runs(sb_rundb *base, sb_rundb *new_, double threshold, sb_comparison *comparison,
                      sb_error *error)
{
    matching m = { .comparison = comparison };
    int rc = sb_rundb_visit(base, true, read_base, &m, error);
    if (rc == SB_OK)
        rc = read_sequences(&m, base, hold_row, error);
    if (m.count)
        qsort(m.rows, m.count, sizeof *m.rows, compare_keys);
    if (rc == SB_OK)
        rc = sb_rundb_visit(new_, true, read_new, &m, error);
    if (rc == SB_OK)
        rc = read_sequences(&m, new_, match_row, error);
    finish_pairs(&m, threshold);
    return rc;
}

/* The run.json of a complete run; free() it. */
static char *read_provenance(sb_rundb *db, sb_error *error)
{
    char *text = sb_rundb_provenance(db, error);
    json_t *root = text ? json_loads(text, 0, NULL) : NULL;
    const bool complete = json_is_true(json_object_get(json_object_get(root, "run"), "complete"));
    json_decref(root);
    if (text && !complete) {
        sb_fail(error, "%s: the run is not complete; finish it with --resume", sb_rundb_folder(db));
        free(text);
        text = NULL;
    }
    return text;
}

int sb_comparison_make(sb_rundb *base, sb_rundb *new_, double threshold, sb_comparison *comparison,
                       sb_error *error)
{
    *comparison = (sb_comparison) { 0 };
    char *was = read_provenance(base, error);
    char *is = was ? read_provenance(new_, error) : NULL;
    int rc = is ? SB_OK : SB_FAILED;
    if (rc == SB_OK) {
        sb_differences_find(was, is, &comparison->differences);
        rc = match_runs(base, new_, threshold, comparison, error);
    }
    free(was);
    free(is);
    if (rc < 0)
        sb_comparison_free(comparison);
    return rc;
}

void sb_comparison_free(sb_comparison *comparison)
{
    for (size_t i = 0; i < comparison->count; i++)
        free_key(&comparison->rows[i].key);
    for (size_t i = 0; i < comparison->lonely_count; i++)
        free_key(&comparison->lonely[i].key);
    free(comparison->rows);
    free(comparison->lonely);
    free(comparison->means);
    sb_differences_free(&comparison->differences);
    *comparison = (sb_comparison) { 0 };
}
