/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/advice.h"

#include "core/text.h"
#include "plugin/info.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double bearable = 0.98; /* the least ratio of a value that is better everywhere */

/* The evaluations of a problem, with its winner. */
typedef struct subject {
    sb_tune_key key; /* texts are owned */
    sb_tune_winner winner;
    char **params; /* of the evaluations that succeeded */
    double *times;
    size_t count;
} subject;

typedef struct subjects {
    sb_tunedb *db;
    subject *list;
    size_t count;
} subjects;

const char *sb_advice_verdict_name(sb_advice_verdict verdict)
{
    static const char *const names[] = {
        [SB_ADVICE_KEEP] = "keep",
        [SB_ADVICE_CHANGE] = "change",
        [SB_ADVICE_BY_SHAPE] = "by shape",
        [SB_ADVICE_UNKNOWN] = "unknown",
    };
    return names[verdict];
}

/* ------------------------------------------------------------------------------------ reading */

static int add_evaluation(void *context, const char *params, double objective, sb_error *error)
{
    (void)error;
    subject *s = context;
    if (!isfinite(objective))
        return 0;
    if ((s->count & (s->count - 1)) == 0) {
        size_t capacity = s->count ? 2 * s->count : 1;
        s->params = sb_grow(s->params, capacity, sizeof *s->params);
        s->times = sb_grow(s->times, capacity, sizeof *s->times);
    }
    s->params[s->count] = sb_copy_text(params);
    s->times[s->count++] = objective;
    return 0;
}

static int add_subject(void *context, const sb_tune_key *key, const sb_tune_winner *winner,
                       sb_error *error)
{
    subjects *all = context;
    if ((all->count & (all->count - 1)) == 0)
        all->list = sb_grow(all->list, all->count ? 2 * all->count : 1, sizeof *all->list);
    subject *s = &all->list[all->count++];
    *s = (subject) { .key = *key, .winner = *winner };
    s->key.machine = sb_copy_text(key->machine);
    s->key.kernel = sb_copy_text(key->kernel);
    s->winner.params = sb_copy_text(winner->params);
    s->winner.strategy = sb_copy_text(winner->strategy);
    s->winner.ties = sb_copy_text(winner->ties);
    s->winner.defaults = sb_copy_text(winner->defaults);
    return sb_tunedb_evaluations(all->db, key, add_evaluation, s, error);
}

static void free_subjects(subjects *all)
{
    for (size_t i = 0; i < all->count; i++) {
        subject *s = &all->list[i];
        free((char *)(uintptr_t)s->key.machine);
        free((char *)(uintptr_t)s->key.kernel);
        sb_tune_winner_free(&s->winner);
        for (size_t k = 0; k < s->count; k++)
            free(s->params[k]);
        free(s->params);
        free(s->times);
    }
    free(all->list);
}

/* ------------------------------------------------------------------------------------- kernels */

static bool is_of(const subject *s, const sb_advice_kernel *kernel)
{
    return strcmp(s->key.kernel, kernel->kernel) == 0 &&
           strcmp(s->key.machine, kernel->machine) == 0;
}

static sb_advice_kernel *find_kernel(sb_advice *advice, const subject *s)
{
    for (size_t i = 0; i < advice->kernel_count; i++)
        if (is_of(s, &advice->kernels[i]))
            return &advice->kernels[i];
    advice->kernels = sb_grow(advice->kernels, advice->kernel_count + 1, sizeof *advice->kernels);
    sb_advice_kernel *kernel = &advice->kernels[advice->kernel_count++];
    *kernel = (sb_advice_kernel) { .kernel = sb_copy_text(s->key.kernel),
                                   .machine = sb_copy_text(s->key.machine) };
    return kernel;
}

/* The build of each kernel that was tuned last. */
static void choose_builds(sb_advice *advice, const subjects *all)
{
    int64_t *latest = sb_new(all->count + 1, sizeof *latest);
    for (size_t i = 0; i < all->count; i++) {
        const subject *s = &all->list[i];
        sb_advice_kernel *kernel = find_kernel(advice, s);
        int64_t *date = &latest[kernel - advice->kernels];
        if (s->winner.measured >= *date) {
            *date = s->winner.measured;
            kernel->build = s->key.build;
        }
    }
    free(latest);
}

static bool knows_defaults(const subject *s)
{
    return *s->winner.defaults && isfinite(s->winner.default_ns);
}

static bool beats_defaults(const subject *s)
{
    return strcmp(s->winner.params, s->winner.defaults) != 0 &&
           s->winner.time_ns < s->winner.default_ns;
}

/* Keeps those of the kernel's build whose defaults are known, by exchanging; returns their
 * number. */
static size_t select_subjects(const subjects *all, sb_advice_kernel *kernel, const subject **chosen)
{
    double sum = 0.0;
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const subject *s = &all->list[i];
        if (!is_of(s, kernel) || s->key.build != kernel->build)
            continue;
        if (!knows_defaults(s)) {
            kernel->unknown++;
            continue;
        }
        chosen[count++] = s;
        kernel->beaten += beats_defaults(s);
        sum += log(s->winner.default_ns / s->winner.time_ns);
    }
    kernel->problems = count;
    kernel->gain = count ? exp(sum / (double)count) : NAN;
    return count;
}

/* ------------------------------------------------------------------------------------ parameters
 */

/* A copy; NULL if it has none. */
static char *copy_value(const char *params, const char *parameter)
{
    size_t length;
    const char *value = sb_params_find(params, parameter, &length);
    return value ? strndup(value, length) : NULL;
}

static bool has_value(const char *params, const char *parameter, const char *value)
{
    size_t length;
    const char *own = sb_params_find(params, parameter, &length);
    return own && length == strlen(value) && memcmp(own, value, length) == 0;
}

/* Does the row concern the problem? */
static bool covers(const sb_advice_row *row, const subject *s)
{
    return has_value(s->winner.defaults, row->parameter, row->value);
}

static bool prefers_another(const sb_advice_row *row, const subject *s)
{
    return covers(row, s) && beats_defaults(s) &&
           !has_value(s->winner.params, row->parameter, row->value);
}

static size_t count_winners(const sb_advice_row *row, const subject *const *list, size_t count,
                            const char *value)
{
    size_t winners = 0;
    for (size_t i = 0; i < count; i++)
        winners += prefers_another(row, list[i]) &&
                   has_value(list[i]->winner.params, row->parameter, value);
    return winners;
}

static void choose_better(sb_advice_row *row, const subject *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        row->problems += covers(row, list[i]);
        if (!prefers_another(row, list[i]))
            continue;
        row->beaten++;
        char *value = copy_value(list[i]->winner.params, row->parameter);
        size_t winners = value ? count_winners(row, list, count, value) : 0;
        if (winners <= row->chosen) {
            free(value);
            continue;
        }
        free(row->better);
        row->better = value;
        row->chosen = winners;
    }
}

/* The least time among the evaluations with this value; INFINITY: none. */
static double best_with(const subject *s, const char *parameter, const char *value)
{
    double best = INFINITY;
    for (size_t i = 0; i < s->count; i++)
        if (s->times[i] < best && has_value(s->params[i], parameter, value))
            best = s->times[i];
    return best;
}

static void compare_values(sb_advice_row *row, const subject *const *list, size_t count)
{
    double sum = 0.0;
    row->gain = row->worst = NAN;
    for (size_t i = 0; i < count && row->better; i++) {
        if (!covers(row, list[i]))
            continue;
        double ratio = best_with(list[i], row->parameter, row->value) /
                       best_with(list[i], row->parameter, row->better);
        if (!isfinite(ratio) || ratio == 0.0)
            continue;
        sum += log(ratio);
        row->worst = row->compared++ ? fmin(row->worst, ratio) : ratio;
    }
    if (row->compared)
        row->gain = exp(sum / (double)row->compared);
}

static sb_advice_verdict judge(const sb_advice_row *row)
{
    if (2 * row->beaten <= row->problems)
        return SB_ADVICE_KEEP;
    if (row->compared == 0)
        return SB_ADVICE_UNKNOWN;
    return row->gain > 1.0 && row->worst >= bearable ? SB_ADVICE_CHANGE : SB_ADVICE_BY_SHAPE;
}

static bool has_row(const sb_advice *advice, size_t from, const char *parameter, const char *value)
{
    for (size_t i = from; i < advice->row_count; i++)
        if (strcmp(advice->rows[i].parameter, parameter) == 0 &&
            strcmp(advice->rows[i].value, value) == 0)
            return true;
    return false;
}

/* Adds a row for each parameter and default value of the problem that has none yet. */
static void add_rows(sb_advice *advice, size_t from, const sb_advice_kernel *kernel,
                     const subject *s, const subject *const *list, size_t count)
{
    for (const char *at = s->winner.defaults; *at;) {
        size_t part = strcspn(at, ";"), name = strcspn(at, "=;");
        char *parameter = strndup(at, name), *value = copy_value(s->winner.defaults, parameter);
        at += part + (at[part] == ';');
        if (!value || has_row(advice, from, parameter, value)) {
            free(parameter);
            free(value);
            continue;
        }
        advice->rows = sb_grow(advice->rows, advice->row_count + 1, sizeof *advice->rows);
        sb_advice_row *row = &advice->rows[advice->row_count++];
        *row = (sb_advice_row) { .kernel = sb_copy_text(kernel->kernel),
                                 .machine = sb_copy_text(kernel->machine),
                                 .parameter = parameter,
                                 .value = value };
        choose_better(row, list, count);
        compare_values(row, list, count);
        row->verdict = judge(row);
    }
}

static int by_share(const void *a, const void *b)
{
    const sb_advice_row *x = a, *y = b;
    double first = (double)x->beaten / (double)x->problems,
           second = (double)y->beaten / (double)y->problems;
    if (first != second)
        return first < second ? 1 : -1;
    if (x->problems != y->problems)
        return x->problems < y->problems ? 1 : -1;
    int names = strcmp(x->parameter, y->parameter);
    return names ? names : strcmp(x->value, y->value);
}

static void advise_on(sb_advice *advice, sb_advice_kernel *kernel, const subjects *all)
{
    const subject **chosen = sb_new(all->count, sizeof *chosen);
    size_t count = select_subjects(all, kernel, chosen), from = advice->row_count;
    for (size_t i = 0; i < count; i++)
        add_rows(advice, from, kernel, chosen[i], chosen, count);
    if (advice->row_count > from)
        qsort(advice->rows + from, advice->row_count - from, sizeof *advice->rows, by_share);
    free(chosen);
}

int sb_advice_make(sb_tunedb *db, const char *glob, sb_advice *advice, sb_error *error)
{
    subjects all = { .db = db };
    *advice = (sb_advice) { 0 };
    int rc = sb_tunedb_visit(db, glob, add_subject, &all, error);
    if (rc == 0)
        choose_builds(advice, &all);
    for (size_t i = 0; i < advice->kernel_count; i++)
        advise_on(advice, &advice->kernels[i], &all);
    free_subjects(&all);
    return rc;
}

void sb_advice_free(sb_advice *advice)
{
    for (size_t i = 0; i < advice->kernel_count; i++) {
        free(advice->kernels[i].kernel);
        free(advice->kernels[i].machine);
    }
    for (size_t i = 0; i < advice->row_count; i++) {
        sb_advice_row *row = &advice->rows[i];
        free(row->kernel);
        free(row->machine);
        free(row->parameter);
        free(row->value);
        free(row->better);
    }
    free(advice->kernels);
    free(advice->rows);
    *advice = (sb_advice) { 0 };
}
