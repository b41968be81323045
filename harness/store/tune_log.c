/* SPDX-License-Identifier: Apache-2.0 */
#include "store/tune_log.h"

#include "core/file.h"
#include "tune/export.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER                                                                                \
    "layer,operation,threads,kernel,space,strategy,evaluation,params,time_ns,best_ns,status," \
    "detail\n"
#define MOST_BYTES ((size_t)1 << 30)

static void add_time(sb_text *text, double ns)
{
    if (isfinite(ns))
        sb_text_add(text, "%.6g", ns);
    sb_text_add(text, ",");
}

void sb_tune_log_add(sb_tune_log *log, const sb_tune_subject *subject, const sb_tune_entry *entry)
{
    sb_text *rows = &log->rows;
    const sb_evaluation *e = entry->evaluation;
    sb_text_add_csv(rows, subject->layer);
    sb_text_add(rows, ",%s,%" PRId64 ",%s,%zu,%s,%zu,", sb_operation_name(subject->operation),
                subject->threads, subject->kernel, subject->space, entry->strategy, entry->number);
    sb_text_add_csv(rows, entry->params);
    sb_text_add(rows, ",");
    add_time(rows, e->ns);
    add_time(rows, entry->best);
    sb_text_add(rows, "%s,", e->cut ? "cut" : sb_verdict_name(e->verdict));
    sb_text_add_csv(rows, e->detail);
    sb_text_add(rows, "\n");
}

/* Where the last whole row ends. */
static int trim(const char *path, sb_error *error)
{
    size_t length;
    char *text = sb_file_read(path, MOST_BYTES, &length, error);
    if (!text)
        return SB_FAILED;
    size_t whole = length;
    while (whole > 0 && text[whole - 1] != '\n')
        whole--;
    free(text);
    if (whole < length && truncate(path, (off_t)whole) != 0)
        return sb_fail_errno(error, "%s cannot be shortened", path);
    return SB_OK;
}

int sb_tune_table_start(const char *dir, const char *name, const char *header, bool resume,
                        sb_error *error)
{
    if (sb_folder_make(dir, error) < 0)
        return SB_FAILED;
    char *path = sb_path_join(dir, name);
    int rc = resume && access(path, F_OK) == 0 ? trim(path, error)
                                               : sb_file_write(path, header, strlen(header), error);
    free(path);
    return rc;
}

int sb_tune_log_start(const char *dir, bool resume, sb_error *error)
{
    return sb_tune_table_start(dir, "evaluations.csv", HEADER, resume, error);
}

int sb_tune_log_flush(sb_tune_log *log, const char *dir, sb_error *error)
{
    if (log->rows.length == 0)
        return SB_OK;
    char *path = sb_path_join(dir, "evaluations.csv");
    int rc = sb_file_append(path, log->rows.data, log->rows.length, error);
    sb_text_clear(&log->rows);
    free(path);
    return rc;
}

void sb_tune_log_free(sb_tune_log *log)
{
    sb_text_free(&log->rows);
}

/* "LAYER-tTHREADS-PLUGIN-KERNEL.json", with what a path cannot hold made '_'. */
static char *cache_name(const sb_tune_subject *subject)
{
    sb_text text = { 0 };
    sb_text_add(&text, "%s-t%" PRId64 "-%s.json", subject->layer, subject->threads,
                subject->kernel);
    for (char *c = text.data; *c; c++)
        if (*c == '/')
            *c = c > text.data + strlen(subject->layer) ? '-' : '_';
    if (text.data[0] == '.')
        text.data[0] = '_';
    return text.data;
}

int sb_tune_log_cache(const char *dir, const sb_tune_subject *subject, const char *machine,
                      const sb_space *space, const sb_trial *trials, size_t count, sb_error *error)
{
    sb_text text = { 0 };
    char *folder = sb_path_join(dir, "tuning"), *name = cache_name(subject);
    char *path = sb_path_join(folder, name);
    const sb_export_subject what = { .device = machine,
                                     .kernel = subject->kernel,
                                     .problem = subject->layer };
    int rc = sb_folder_make(folder, error);
    sb_export_kernel_tuner(space, trials, count, &what, &text);
    if (rc == SB_OK)
        rc = sb_file_write(path, text.data, text.length, error);
    free(path);
    free(name);
    free(folder);
    sb_text_free(&text);
    return rc;
}
