/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tuner_caches.h"

#include "core/text.h"
#include "report/evaluations.h"
#include "store/exports.h"
#include "store/provenance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The folder for caches, and their number so far. */
typedef struct caches {
    const char *folder, *machine;
    int count;
} caches;

static int add_cache(caches *to, const sb_tuned_points *tuned, sb_error *error)
{
    const int rc = sb_export_cache(to->folder, tuned, error);
    to->count += rc > 0;
    return rc < 0 ? SB_FAILED : SB_OK;
}

/* The evaluations of one search of a tuning, including its base line. */
static int export_search(caches *to, const sb_search_record *search, sb_error *error)
{
    sb_tuned_point *points = sb_new(search->found_count + search->drawn_count, sizeof *points);
    sb_tuned_points tuned = {
        .layer = search->layer,
        .operation = sb_operation_name(search->operation),
        .kernel = search->kernel,
        .machine = to->machine,
        .threads = search->threads,
        .points = points,
    };
    for (size_t i = 0; i < search->drawn_count; i++)
        points[tuned.count++] = (sb_tuned_point) { search->drawn[i].params, search->drawn[i].ns };
    for (size_t i = 0; i < search->found_count; i++)
        points[tuned.count++] = (sb_tuned_point) { search->found[i].params, search->found[i].ns };
    const int rc = add_cache(to, &tuned, error);
    free(points);
    return rc;
}

static bool is_same_kernel(const sb_result *a, const sb_result *b)
{
    return a->operation == b->operation && strcmp(a->plugin, b->plugin) == 0 &&
           strcmp(a->kernel, b->kernel) == 0;
}

/* All candidates of a group that belong to one kernel, from the first of them on. */
static int export_kernel(caches *to, const sb_group *group, size_t first, sb_error *error)
{
    const sb_result *kernel = &group->results[first];
    sb_tuned_point *points = sb_new(group->result_count, sizeof *points);
    sb_text name = { 0 };
    sb_text_add(&name, "%s/%s", kernel->plugin, kernel->kernel);
    sb_tuned_points tuned = {
        .layer = group->layer->name,
        .operation = sb_operation_name(kernel->operation),
        .kernel = name.data,
        .machine = to->machine,
        .threads = group->threads,
        .points = points,
    };
    for (size_t i = first; i < group->result_count; i++) {
        const sb_result *r = &group->results[i];
        const bool well = r->verdict == SB_VERDICT_OK && r->summary.count > 0;
        if (is_same_kernel(r, kernel))
            points[tuned.count++] = (sb_tuned_point) { r->params, well ? r->time.value : INFINITY };
    }
    const int rc = add_cache(to, &tuned, error);
    sb_text_free(&name);
    free(points);
    return rc;
}

static int export_group(const sb_group *group, void *context, sb_error *error)
{
    int rc = SB_OK;
    for (size_t i = 0; i < group->result_count && rc == SB_OK; i++) {
        size_t first = 0;
        while (!is_same_kernel(&group->results[first], &group->results[i]))
            first++;
        if (first == i)
            rc = export_kernel(context, group, i, error);
    }
    return rc;
}

/* The folder of a tuning has evaluations; that of a run has candidates. */
static int export_all(sb_rundb *db, caches *to, sb_error *error)
{
    sb_evaluations evaluations;
    if (sb_evaluations_read(sb_rundb_folder(db), &evaluations, error) < 0)
        return SB_FAILED;
    int rc = SB_OK;
    for (size_t i = 0; i < evaluations.count && rc == SB_OK; i++)
        rc = export_search(to, &evaluations.list[i], error);
    if (rc == SB_OK && evaluations.count == 0)
        rc = sb_rundb_visit(db, false, export_group, to, error);
    sb_evaluations_free(&evaluations);
    return rc;
}

int sb_tuner_caches_write(sb_rundb *db, const char *folder, sb_error *error)
{
    char *provenance = sb_rundb_provenance(db, error);
    if (!provenance)
        return SB_FAILED;
    sb_caption caption = sb_provenance_caption(provenance);
    caches to = { .folder = folder, .machine = caption.machine };
    int rc = export_all(db, &to, error);
    sb_caption_free(&caption);
    free(provenance);
    return rc < 0 ? rc : to.count;
}
