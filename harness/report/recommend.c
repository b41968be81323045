/* SPDX-License-Identifier: Apache-2.0 */
#include "report/recommend.h"

#include "core/file.h"
#include "core/text.h"
#include "machine/noise.h"
#include "measure/contest.h"
#include "report/answer.h"

#include <stdlib.h>

/* The same for a run and for every report of it. */
#define CONFIDENCE 0.95
#define SEED       1

typedef struct collector {
    sb_recommendations *to;
    int64_t threads;
    bool all; /* operations, whether the network runs them or not */
} collector;

static bool stands(const sb_result *result, sb_operation operation, sb_counting counting)
{
    return result->operation == operation && result->verdict == SB_VERDICT_OK &&
           result->series.count && result->time.value + sb_counted_apart(result, counting) > 0;
}

static sb_recommended *add_kernel(sb_recommendation *to, const sb_result *result,
                                  sb_counting counting)
{
    to->kernels = sb_grow(to->kernels, to->count + 1, sizeof *to->kernels);
    sb_recommended *kernel = &to->kernels[to->count++];
    *kernel = (sb_recommended) {
        .kernel = sb_copy_text(result->label),
        .params = sb_copy_text(result->params),
        .counted_ns = result->time.value + sb_counted_apart(result, counting),
        .ratio = { 1, 1, 1 },
        .tie = true,
    };
    return kernel;
}

static int by_time(const void *a, const void *b)
{
    const double x = ((const sb_recommended *)a)->counted_ns;
    const double y = ((const sb_recommended *)b)->counted_ns;
    return (x > y) - (x < y);
}

/* The best first, then the others by their times. */
static void add_kernels(sb_recommendation *to, const sb_group *group, const sb_result *best,
                        size_t contenders, sb_counting counting)
{
    add_kernel(to, best, counting);
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *one = &group->results[i];
        if (one == best || !stands(one, best->operation, counting))
            continue;
        sb_recommended *kernel = add_kernel(to, one, counting);
        kernel->ratio = sb_counted_ratio(one, best, counting, contenders, CONFIDENCE, SEED);
        kernel->tie = sb_decide(kernel->ratio, SB_NOISE_USUAL_FLOOR) != SB_SLOWER;
    }
    qsort(to->kernels + 1, to->count - 1, sizeof *to->kernels, by_time);
}

static void recommend(sb_recommendations *to, const sb_group *group, sb_operation operation)
{
    size_t contenders;
    const sb_choice choice = {
        .operation = operation, .own = true, .peers = true, .counting = to->counting
    };
    const sb_result *best = sb_choose(group, &choice, &contenders);
    if (!best || !stands(best, operation, to->counting))
        return;
    to->list = sb_grow(to->list, to->count + 1, sizeof *to->list);
    sb_recommendation *one = &to->list[to->count++];
    *one = (sb_recommendation) {
        .layer = sb_copy_text(group->layer->name),
        .operation = operation,
        .threads = group->threads,
        .repeat = group->layer->repeat,
        .time = best->time,
    };
    add_kernels(one, group, best, contenders, to->counting);
}

static int collect_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    collector *c = context;
    if (c->threads && c->threads != group->threads)
        return SB_OK;
    for (int op = 0; op < SB_OPERATIONS; op++)
        if (c->all ? group->layer->operations[op]
                   : sb_answer_is_part(group->layer, (sb_operation)op))
            recommend(c->to, group, (sb_operation)op);
    return SB_OK;
}

static int collect_groups(sb_rundb *db, collector *c, sb_error *error)
{
    int rc = sb_rundb_visit(db, true, collect_group, c, error);
    if (rc < 0)
        sb_recommend_free(c->to);
    return rc;
}

int sb_recommend_make(sb_rundb *db, sb_counting counting, int64_t threads,
                      sb_recommendations *recommendations, sb_error *error)
{
    collector c = { .to = recommendations, .threads = threads };
    *recommendations = (sb_recommendations) { .counting = counting };
    return collect_groups(db, &c, error);
}

int sb_ranking_print(sb_rundb *db, FILE *stream, sb_error *error)
{
    sb_recommendations list = { .counting = SB_COUNT_RUN };
    collector c = { .to = &list, .all = true };
    if (collect_groups(db, &c, error) < 0)
        return SB_FAILED;
    sb_recommend_print_ranks(&list, stream);
    sb_recommend_free(&list);
    return SB_OK;
}

void sb_recommend_free(sb_recommendations *recommendations)
{
    for (size_t i = 0; i < recommendations->count; i++) {
        sb_recommendation *one = &recommendations->list[i];
        for (size_t k = 0; k < one->count; k++) {
            free(one->kernels[k].kernel);
            free(one->kernels[k].params);
        }
        free(one->kernels);
        free(one->layer);
    }
    free(recommendations->list);
    *recommendations = (sb_recommendations) { 0 };
}

int sb_recommend_write(sb_rundb *db, const char *dir, sb_error *error)
{
    sb_recommendations list = { 0 };
    sb_file file;
    if (sb_recommend_make(db, SB_COUNT_RUN, 0, &list, error) < 0)
        return SB_FAILED;
    char *path = sb_path_join(dir, "recommend.csv");
    int rc = sb_file_create(&file, path, error);
    if (rc == SB_OK) {
        sb_recommend_print_csv(&list, file.stream);
        rc = sb_file_commit(&file, error);
    }
    free(path);
    sb_recommend_free(&list);
    return rc;
}
