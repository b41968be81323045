/* SPDX-License-Identifier: Apache-2.0 */
#include "store/merge.h"

#include "core/file.h"
#include "core/log.h"
#include "store/merge_source.h"
#include "store/provenance.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The entry that marks a database as merged, with the number of shards. */
static char *merged_identity(const sb_sources *sources)
{
    sb_text text = { 0 };
    sb_text_add(&text, "%smerged from shards=%" PRId64 "\n", sources->common, sources->of);
    return text.data;
}

static sb_rundb *open_or_create(const char *dir, const char *identity, const char *provenance,
                                sb_error *error)
{
    const bool in_scratch = sb_folder_make(dir, error) == SB_OK && sb_rundb_obstacle(dir);
    char *path = sb_path_join(dir, "run.db");
    const bool held = access(path, F_OK) == 0;
    free(path);
    if (held)
        return in_scratch ? sb_rundb_open_in_scratch(dir, error) : sb_rundb_open(dir, true, error);
    return in_scratch ? sb_rundb_create_in_scratch(dir, identity, provenance, error)
                      : sb_rundb_create(dir, identity, provenance, error);
}

static sb_rundb *open_merged(const char *dir, const sb_sources *sources, sb_error *error)
{
    char *identity = merged_identity(sources);
    sb_rundb *db = open_or_create(dir, identity, sources->items[0].provenance, error);
    if (db &&
        (sb_rundb_same_identity(db, identity, error) < 0 || sb_merge_prepare(db, error) < 0)) {
        sb_rundb_close(db);
        db = NULL;
    }
    free(identity);
    return db;
}

/* A row of the table `shards`. */
typedef int shard_visitor(sqlite3_stmt *row, void *context);

static int visit_shards(sb_rundb *db, shard_visitor *visit, void *context, sb_error *error)
{
    sqlite3_stmt *rows = sb_sqlite_prepare(
        db, "SELECT number, count, machine, complete, provenance FROM shards ORDER BY number",
        error);
    int code = SQLITE_DONE, rc = rows ? SB_OK : SB_FAILED;
    while (rc == SB_OK && (code = sqlite3_step(rows)) == SQLITE_ROW)
        rc = visit(rows, context);
    if (rc == SB_OK && code != SQLITE_DONE)
        rc = sb_sqlite_fail(db, error);
    sqlite3_finalize(rows);
    return rc;
}

static const char *column_text(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

typedef struct collected {
    char **jsons; /* owned */
    int64_t *numbers;
    size_t count, finished;
    int64_t of;
} collected;

static int collect_shard(sqlite3_stmt *row, void *context)
{
    collected *c = context;
    c->jsons = sb_grow(c->jsons, c->count + 1, sizeof *c->jsons);
    c->numbers = sb_grow(c->numbers, c->count + 1, sizeof *c->numbers);
    c->jsons[c->count] = sb_copy_text(column_text(row, 4));
    c->numbers[c->count++] = sqlite3_column_int64(row, 0);
    c->finished += sqlite3_column_int(row, 3) != 0;
    c->of = sqlite3_column_int64(row, 1);
    return SB_OK;
}

/* Combines all shards in the database, including those of earlier merges. */
static int set_provenance(sb_rundb *db, sb_merge_counts *counts, sb_error *error)
{
    collected c = { 0 };
    int rc = visit_shards(db, collect_shard, &c, error);
    counts->shards = c.count;
    counts->complete = (int64_t)c.finished == c.of;
    if (rc == SB_OK) {
        char *json =
            sb_provenance_merge((const char *const *)c.jsons, c.numbers, c.count, counts->complete);
        rc = sb_rundb_set_provenance(db, json, error);
        if (rc == SB_OK)
            rc = sb_provenance_write(json, sb_rundb_folder(db), error);
        free(json);
    }
    for (size_t i = 0; i < c.count; i++)
        free(c.jsons[i]);
    free(c.jsons);
    free(c.numbers);
    return rc;
}

static int count_groups(sb_rundb *db, sb_merge_counts *counts, sb_error *error)
{
    sqlite3_stmt *query = sb_sqlite_prepare(db, "SELECT count(*) FROM \"groups\"", error);
    int rc = query && sqlite3_step(query) == SQLITE_ROW ? SB_OK : sb_sqlite_fail(db, error);
    counts->groups = query ? (size_t)sqlite3_column_int64(query, 0) : 0;
    sqlite3_finalize(query);
    return rc;
}

static int copy_all(sb_rundb *db, const sb_sources *sources, const sb_merge_options *options,
                    sb_merge_counts *counts, sb_error *error)
{
    const int64_t pause_ns = INT64_C(30) * 1000000000;
    for (size_t i = 0; i < sources->count; i++) {
        sb_error why = { "" };
        if (sb_merge_copy(db, &sources->items[i], options, &counts->added, &why) < 0) {
            if (!options->partial)
                return sb_fail(error, "%s", why.text);
            sb_warn("left out: %s", why.text);
        }
        if (sb_rundb_keep(db, pause_ns, error) < 0)
            return SB_FAILED;
    }
    return SB_OK;
}

sb_rundb *sb_merge_runs(const char *dir, const char *const *dirs, size_t count,
                        const sb_merge_options *options, sb_merge_counts *counts, sb_error *error)
{
    sb_sources sources;
    *counts = (sb_merge_counts) { 0 };
    if (sb_sources_read(dirs, count, options, &sources, error) < 0)
        return NULL;
    sb_rundb *db = open_merged(dir, &sources, error);
    if (db && (copy_all(db, &sources, options, counts, error) < 0 ||
               set_provenance(db, counts, error) < 0 || count_groups(db, counts, error) < 0 ||
               sb_rundb_keep(db, 0, error) < 0)) {
        sb_rundb_close(db);
        db = NULL;
    }
    sb_sources_free(&sources);
    return db;
}

/* ------------------------------------------------------------------------ are the shards equal? */

static void note_extremes(int64_t ns, int64_t *least, int64_t *most)
{
    *least = *least == 0 || ns < *least ? ns : *least;
    *most = ns > *most ? ns : *most;
}

static int note_times(sqlite3_stmt *row, void *context)
{
    sb_merge_times *times = context;
    sb_shard_time of = sb_provenance_shard_time(column_text(row, 4));
    free(of.node);
    if (of.wall_ns <= 0 || of.estimated_ns <= 0)
        return SB_OK;
    times->shards++;
    note_extremes(of.wall_ns, &times->least_ns, &times->most_ns);
    note_extremes(of.estimated_ns, &times->least_estimated_ns, &times->most_estimated_ns);
    return SB_OK;
}

int sb_merge_read_times(sb_rundb *db, sb_merge_times *times, sb_error *error)
{
    *times = (sb_merge_times) { 0 };
    return visit_shards(db, note_times, times, error);
}

/* ------------------------------------------------------------------------ do the nodes agree? */

typedef struct extremes {
    sb_agreement *agreements;
    size_t count, most;
    double least_gflops[64], least_gbytes[64], most_gflops[64], most_gbytes[64];
} extremes;

static size_t find_machine(extremes *e, const char *machine)
{
    for (size_t i = 0; i < e->count; i++)
        if (strcmp(e->agreements[i].machine, machine) == 0)
            return i;
    if (e->count == e->most)
        return e->count;
    e->agreements[e->count] = (sb_agreement) { .machine = sb_copy_text(machine) };
    e->least_gflops[e->count] = e->least_gbytes[e->count] = INFINITY;
    return e->count++;
}

static int note_peaks(sqlite3_stmt *row, void *context)
{
    extremes *e = context;
    const sb_ceilings peaks = sb_provenance_ceilings(column_text(row, 4), 1);
    const size_t at = find_machine(e, column_text(row, 2));
    if (at == e->most || !(peaks.gflops > 0) || !(peaks.gbytes[SB_LEVEL_DRAM] > 0))
        return SB_OK;
    e->agreements[at].shards++;
    e->least_gflops[at] = fmin(e->least_gflops[at], peaks.gflops);
    e->most_gflops[at] = fmax(e->most_gflops[at], peaks.gflops);
    e->least_gbytes[at] = fmin(e->least_gbytes[at], peaks.gbytes[SB_LEVEL_DRAM]);
    e->most_gbytes[at] = fmax(e->most_gbytes[at], peaks.gbytes[SB_LEVEL_DRAM]);
    return SB_OK;
}

int sb_merge_agreements(sb_rundb *db, sb_agreement *agreements, size_t most, sb_error *error)
{
    extremes e = { .agreements = agreements, .most = most < 64 ? most : 64 };
    if (visit_shards(db, note_peaks, &e, error) < 0)
        return SB_FAILED;
    for (size_t i = 0; i < e.count; i++) {
        agreements[i].gflops = e.most_gflops[i] / e.least_gflops[i];
        agreements[i].gbytes = e.most_gbytes[i] / e.least_gbytes[i];
    }
    return (int)e.count;
}
