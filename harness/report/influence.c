/* SPDX-License-Identifier: Apache-2.0 */
#include "report/influence.h"

#include "core/text.h"
#include "measure/quantile.h"
#include "plugin/info.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A parameter while its levels are collected. */
typedef struct collector {
    sb_influence *to;
    double **logs; /* for each level: log of time over the search's best, of all searches */
    size_t *capacities;
    double *log_best, *log_median; /* for each level: sums over searches */
    double *layers;                /* for each level: number of searches that have it */
    double share_sum, share_count;
} collector;

static size_t level_of(collector *c, const char *value, size_t length)
{
    sb_influence *to = c->to;
    for (size_t i = 0; i < to->count; i++)
        if (strncmp(to->levels[i].value, value, length) == 0 && !to->levels[i].value[length])
            return i;
    size_t count = ++to->count;
    to->levels = sb_grow(to->levels, count, sizeof *to->levels);
    c->logs = sb_grow(c->logs, count, sizeof *c->logs);
    c->capacities = sb_grow(c->capacities, count, sizeof *c->capacities);
    c->log_best = sb_grow(c->log_best, count, sizeof *c->log_best);
    c->log_median = sb_grow(c->log_median, count, sizeof *c->log_median);
    c->layers = sb_grow(c->layers, count, sizeof *c->layers);
    to->levels[count - 1] = (sb_influence_level) { .value = strndup(value, length) };
    c->logs[count - 1] = NULL;
    c->capacities[count - 1] = 0;
    c->log_best[count - 1] = c->log_median[count - 1] = c->layers[count - 1] = 0;
    return count - 1;
}

static void add_log(collector *c, size_t level, double value)
{
    size_t at = c->to->levels[level].count++;
    if (at == c->capacities[level]) {
        c->capacities[level] = at ? 2 * at : 16;
        c->logs[level] = sb_grow(c->logs[level], c->capacities[level], sizeof(double));
    }
    c->logs[level][at] = value;
}

/* Analysis of variance of the values that this search added to each level (from `before` on), and
 * the best and the median of each. */
static void close_search(collector *c, const size_t *before, size_t known)
{
    double sum = 0, squares = 0, between = 0;
    size_t n = 0, levels = 0;
    for (size_t l = 0; l < c->to->count; l++) {
        size_t from = l < known ? before[l] : 0, count = c->to->levels[l].count - from;
        if (count == 0)
            continue;
        double part = 0, *logs = c->logs[l] + from;
        for (size_t i = 0; i < count; i++) {
            part += logs[i];
            squares += logs[i] * logs[i];
        }
        sb_sort_values(logs, count);
        sum += part;
        between += part * part / (double)count;
        n += count;
        levels++;
        c->log_best[l] += logs[0];
        c->log_median[l] += sb_quantile_sorted(logs, count, 0.5);
        c->layers[l]++;
    }
    double total = squares - sum * sum / (double)n, main_effect = between - sum * sum / (double)n;
    if (levels < 2 || n <= levels || !(total > 1e-12))
        return;
    double left = (total - main_effect) / (double)(n - levels);
    c->share_sum += fmax(0, 1 - left / (total / (double)(n - 1)));
    c->share_count++;
}

static void add_search(collector *c, const sb_search_record *s)
{
    size_t known = c->to->count, *before = sb_new(known + 1, sizeof *before);
    for (size_t l = 0; l < known; l++)
        before[l] = c->to->levels[l].count;
    for (size_t i = 0; i < s->found_count; i++) {
        size_t length;
        const char *value = sb_params_find(s->found[i].params, c->to->parameter, &length);
        if (value && isfinite(s->found[i].ns))
            add_log(c, level_of(c, value, length), log(s->found[i].ns / s->best));
    }
    close_search(c, before, known);
    free(before);
}

static int by_value(const void *a, const void *b)
{
    double x = strtod(((const sb_influence_level *)a)->value, NULL);
    double y = strtod(((const sb_influence_level *)b)->value, NULL);
    return (x > y) - (x < y);
}

static bool are_numbers(const sb_influence *influence)
{
    int64_t value;
    for (size_t l = 0; l < influence->count; l++)
        if (!sb_parse_integer(influence->levels[l].value, INT64_MIN, INT64_MAX, &value))
            return false;
    return true;
}

/* Converts the collected values to levels. */
static void finish_influence(collector *c)
{
    sb_influence *to = c->to;
    for (size_t l = 0; l < to->count; l++) {
        sb_influence_level *level = &to->levels[l];
        level->median = exp(c->log_median[l] / c->layers[l]);
        level->best = exp(c->log_best[l] / c->layers[l]);
        free(c->logs[l]);
    }
    to->numbers = are_numbers(to);
    if (to->numbers)
        qsort(to->levels, to->count, sizeof *to->levels, by_value);
    to->share = c->share_count > 0 ? c->share_sum / c->share_count : NAN;
    free(c->logs);
    free(c->capacities);
    free(c->log_best);
    free(c->log_median);
    free(c->layers);
}

static bool belongs_to(const sb_search_record *s, const char *kernel, int64_t threads)
{
    return s->threads == threads && isfinite(s->best) && strcmp(s->kernel, kernel) == 0;
}

static sb_influence influence_of(const sb_evaluations *all, const char *kernel, int64_t threads,
                                 const char *parameter, size_t length)
{
    sb_influence influence = { .parameter = strndup(parameter, length) };
    collector c = { .to = &influence };
    for (size_t i = 0; i < all->count; i++)
        if (belongs_to(&all->list[i], kernel, threads))
            add_search(&c, &all->list[i]);
    finish_influence(&c);
    return influence;
}

static void free_influence(sb_influence *influence)
{
    for (size_t l = 0; l < influence->count; l++)
        free(influence->levels[l].value);
    free(influence->levels);
    free(influence->parameter);
}

/* Parameters that a search changed together: what they explain together was counted for each of
 * them. */
static void limit_shares(sb_influence *list, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += isfinite(list[i].share) ? list[i].share : 0;
    for (size_t i = 0; i < count && sum > 1; i++)
        list[i].share /= sum;
}

/* The parameters are those of the first evaluation: all have the same. */
sb_influence *sb_influences_make(const sb_evaluations *evaluations, const char *kernel,
                                 int64_t threads, size_t *count)
{
    sb_influence *list = NULL;
    const sb_search_record *any = NULL;
    *count = 0;
    for (size_t i = 0; i < evaluations->count && !any; i++)
        if (belongs_to(&evaluations->list[i], kernel, threads))
            any = &evaluations->list[i];
    for (const char *at = any && any->found_count ? any->found[0].params : ""; *at;) {
        size_t part = strcspn(at, ";"), name = strcspn(at, "=;");
        sb_influence one = influence_of(evaluations, kernel, threads, at, name);
        at += part + (at[part] == ';');
        if (one.count < 2) {
            free_influence(&one);
            continue;
        }
        list = sb_grow(list, *count + 1, sizeof *list);
        list[(*count)++] = one;
    }
    limit_shares(list, *count);
    return list;
}

void sb_influences_free(sb_influence *influences, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free_influence(&influences[i]);
    free(influences);
}
