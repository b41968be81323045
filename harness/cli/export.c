/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench export: what was measured, for other programs. */
#include "cli/commands.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "report/evaluations.h"
#include "store/exports.h"
#include "store/provenance.h"
#include "store/results_csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct export_options {
    const char *format, *output;
} export_options;

static const sb_option options[] = {
    { "format", 0, SB_OPTION_TEXT, offsetof(export_options, format), "FORMAT",
      "google-benchmark, kernel-tuner or tidy" },
    { "output", 'o', SB_OPTION_TEXT, offsetof(export_options, output), "OUT",
      "a file (default: standard output); kernel-tuner: a folder" },
    { 0 },
};

/* --------------------------------------------------------------------------- to one stream */

typedef int stream_writer(sb_rundb *db, FILE *stream, sb_error *error);

static int export_stream(const char *dir, const char *output, stream_writer *write, sb_error *error)
{
    sb_file file = { 0 };
    sb_rundb *db = sb_rundb_open(dir, false, error);
    if (!db)
        return SB_FAILED;
    int rc = output ? sb_file_create(&file, output, error) : SB_OK;
    if (rc == SB_OK)
        rc = write(db, output ? file.stream : stdout, error); /* main() sees to standard output */
    if (rc == SB_OK && output)
        rc = sb_file_commit(&file, error);
    sb_file_abandon(&file);
    sb_rundb_close(db);
    return rc;
}

static int export_benchmark(const char *dir, const char *output, sb_error *error)
{
    return export_stream(dir, output, sb_export_benchmark, error);
}

static int export_tidy(const char *dir, const char *output, sb_error *error)
{
    return export_stream(dir, output, sb_results_write_tidy, error);
}

/* ------------------------------------------------------------------------ Kernel Tuner's caches */

/* Where caches go, and how many there are. */
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

/* The evaluations of one search of a tuning, its base line too. */
static int export_search(caches *to, const sb_seeking *search, sb_error *error)
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

static bool same_kernel(const sb_result *a, const sb_result *b)
{
    return a->operation == b->operation && strcmp(a->plugin, b->plugin) == 0 &&
           strcmp(a->kernel, b->kernel) == 0;
}

/* All candidates of a group that are one kernel, from the first of them on. */
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
        if (same_kernel(r, kernel))
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
        while (!same_kernel(&group->results[first], &group->results[i]))
            first++;
        if (first == i)
            rc = export_kernel(context, group, i, error);
    }
    return rc;
}

/* The folder of a tuning has evaluations; that of a run, candidates. */
static int export_all_caches(const char *dir, sb_rundb *db, caches *to, sb_error *error)
{
    sb_evaluations evaluations;
    if (sb_evaluations_read(dir, &evaluations, error) < 0)
        return SB_FAILED;
    int rc = SB_OK;
    for (size_t i = 0; i < evaluations.count && rc == SB_OK; i++)
        rc = export_search(to, &evaluations.list[i], error);
    if (rc == SB_OK && evaluations.count == 0)
        rc = sb_rundb_visit(db, false, export_group, to, error);
    sb_evaluations_free(&evaluations);
    return rc;
}

static int export_caches(const char *dir, const char *output, sb_error *error)
{
    sb_rundb *db = sb_rundb_open(dir, false, error);
    char *provenance = db ? sb_rundb_provenance(db, error) : NULL;
    if (!provenance) {
        sb_rundb_close(db);
        return SB_FAILED;
    }
    sb_caption caption = sb_provenance_caption(provenance);
    char *folder = output ? sb_copy_text(output) : sb_path_join(dir, "kernel_tuner");
    caches to = { .folder = folder, .machine = caption.machine };
    int rc = sb_folder_make(folder, error);
    if (rc == SB_OK)
        rc = export_all_caches(dir, db, &to, error);
    if (rc == SB_OK && to.count == 0)
        rc = sb_fail(error, "%s: none of its kernels has parameters", dir);
    if (rc == SB_OK)
        sb_info("%s: %d caches", folder, to.count);
    free(folder);
    sb_caption_free(&caption);
    free(provenance);
    sb_rundb_close(db);
    return rc;
}

/* --------------------------------------------------------------------------------------- command
 */

static const struct {
    const char *name;
    int (*write)(const char *dir, const char *output, sb_error *error);
} formats[] = {
    { "google-benchmark", export_benchmark },
    { "kernel-tuner", export_caches },
    { "tidy", export_tidy },
};

enum { FORMATS = sizeof formats / sizeof *formats };

static int run(const sb_invocation *invocation, sb_error *error)
{
    const export_options *o = invocation->options;
    const char *names[FORMATS + 1] = { NULL };
    if (!o->format)
        return sb_fail(error, "--format: expected google-benchmark, kernel-tuner or tidy");
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
        if (strcmp(o->format, formats[i].name) == 0)
            return formats[i].write(invocation->operands[0], o->output, error);
    }
    const char *near = sb_nearest(o->format, names);
    return sb_fail(error,
                   "unknown format '%s'%s%s; expected google-benchmark, kernel-tuner or tidy",
                   o->format, near ? "; did you mean " : "", near ? near : "");
}

const sb_command sb_command_export = {
    .name = "export",
    .usage = "DIR --format FORMAT [OPTIONS]",
    .summary = "Write what was measured in the formats of other programs",
    .options = options,
    .options_size = sizeof(export_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
