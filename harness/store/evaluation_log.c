/* SPDX-License-Identifier: Apache-2.0 */
#include "store/evaluation_log.h"

#include "core/file.h"
#include "store/csv_log.h"
#include "tune/export.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HEADER                                                                                \
    "layer,operation,threads,kernel,space,strategy,evaluation,params,time_ns,best_ns,status," \
    "detail,predicted_ns\n"

static void add_time(sb_text *text, double ns)
{
    if (isfinite(ns))
        sb_text_add(text, "%.6g", ns);
    sb_text_add(text, ",");
}

void sb_evaluation_log_add(sb_evaluation_log *log, const sb_search_id *id,
                           const sb_evaluation_row *row)
{
    sb_text *rows = &log->rows;
    const sb_evaluation *e = row->evaluation;
    sb_text_add_csv(rows, id->layer);
    sb_text_add(rows, ",%s,%" PRId64 ",%s,%zu,%s,%zu,", sb_operation_name(id->operation),
                id->threads, id->kernel, id->space, row->strategy, row->number);
    sb_text_add_csv(rows, row->params);
    sb_text_add(rows, ",");
    add_time(rows, e->ns);
    add_time(rows, row->best);
    sb_text_add(rows, "%s,", e->cut ? "cut" : sb_verdict_name(e->verdict));
    sb_text_add_csv(rows, e->detail);
    sb_text_add(rows, isfinite(row->predicted) ? ",%.6g\n" : ",\n", row->predicted);
}

int sb_evaluation_log_start(const char *dir, bool resume, sb_error *error)
{
    return sb_csv_log_start(dir, "evaluations.csv", HEADER, resume, error);
}

int sb_evaluation_log_flush(sb_evaluation_log *log, const char *dir, sb_error *error)
{
    if (log->rows.length == 0)
        return SB_OK;
    char *path = sb_path_join(dir, "evaluations.csv");
    int rc = sb_file_append(path, log->rows.data, log->rows.length, error);
    sb_text_clear(&log->rows);
    free(path);
    return rc;
}

void sb_evaluation_log_free(sb_evaluation_log *log)
{
    sb_text_free(&log->rows);
}

/* "LAYER-tTHREADS-PLUGIN-KERNEL.json" */
static char *cache_name(const sb_search_id *id)
{
    char threads[32], *plugin = sb_copy_text(id->kernel), *slash = strchr(plugin, '/');
    snprintf(threads, sizeof threads, "t%" PRId64, id->threads);
    if (slash)
        *slash = '\0';
    const char *const parts[] = { id->layer, threads, plugin, slash ? slash + 1 : NULL, NULL };
    char *name = sb_file_name(parts, ".json");
    free(plugin);
    return name;
}

int sb_evaluation_log_export(const char *dir, const sb_search_id *id, const char *machine,
                             const sb_space *space, const sb_evaluated *evaluated, size_t count,
                             sb_error *error)
{
    sb_text text = { 0 };
    char *folder = sb_path_join(dir, "tuning"), *name = cache_name(id);
    char *path = sb_path_join(folder, name);
    const sb_export_subject what = { .device = machine,
                                     .kernel = id->kernel,
                                     .problem = id->layer };
    int rc = sb_folder_make(folder, error);
    sb_export_kernel_tuner(space, evaluated, count, &what, &text);
    if (rc == SB_OK)
        rc = sb_file_write(path, text.data, text.length, error);
    free(path);
    free(name);
    free(folder);
    sb_text_free(&text);
    return rc;
}
