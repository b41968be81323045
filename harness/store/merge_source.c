/* SPDX-License-Identifier: Apache-2.0 */
#include "store/merge_source.h"

#include "core/file.h"
#include "core/log.h"
#include "store/identity.h"
#include "store/provenance.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void free_source(sb_shard_source *s)
{
    free(s->dir);
    free(s->identity);
    free(s->provenance);
    free(s->machine);
    free(s->started);
    *s = (sb_shard_source) { 0 };
}

void sb_sources_free(sb_sources *sources)
{
    for (size_t i = 0; i < sources->count; i++)
        free_source(&sources->items[i]);
    free(sources->items);
    free(sources->common);
    *sources = (sb_sources) { 0 };
}

/* Reads "I/N"; a run that is not a shard is 1/1. */
static bool read_number(sb_shard_source *s)
{
    char *text = sb_identity_value(s->identity, "shard");
    char *slash = strchr(text, '/');
    s->number = s->of = 1;
    bool ok = !*text;
    if (slash) {
        *slash = '\0';
        ok = sb_parse_integer(slash + 1, 1, INT32_MAX, &s->of) &&
             sb_parse_integer(text, 1, s->of, &s->number);
    }
    free(text);
    return ok;
}

/* A clock that is ahead of this one by more than clocks usually differ: which of two results is the
 * newer is decided by the nodes' clocks. */
static void check_clock(const sb_shard_source *s)
{
    enum { MOST_AHEAD_S = 60 };
    const time_t latest = time(NULL) + MOST_AHEAD_S;
    struct tm parts;
    char now[32];
    char *written = sb_provenance_written(s->provenance);
    sb_shard_time time = sb_provenance_shard_time(s->provenance);
    gmtime_r(&latest, &parts);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (strcmp(written, now) > 0)
        sb_warn("%s: written at %s by the clock of %s, which is still to come here: the nodes' "
                "clocks differ, and --prefer newest relies on them",
                s->dir, written, *time.node ? time.node : "its node");
    free(time.node);
    free(written);
}

static int read_source(const char *dir, sb_shard_source *s, sb_error *error)
{
    sb_rundb *db = sb_rundb_open(dir, false, error);
    if (!db)
        return SB_FAILED;
    *s = (sb_shard_source) { .dir = sb_copy_text(dir) };
    s->identity = sb_rundb_identity(db, error);
    s->provenance = s->identity ? sb_rundb_provenance(db, error) : NULL;
    sb_rundb_close(db);
    int rc = s->provenance ? SB_OK : SB_FAILED;
    if (rc == SB_OK && !read_number(s))
        rc = sb_fail(error, "%s is damaged: invalid shard number", dir);
    if (rc < 0) {
        free_source(s);
        return rc;
    }
    s->machine = sb_identity_value(s->identity, "machine");
    s->started = sb_provenance_started(s->provenance);
    s->complete = sb_provenance_complete(s->provenance);
    check_clock(s);
    return SB_OK;
}

/* The first shard's identity, with which all others are compared. */
static int check_together(sb_sources *all, const sb_shard_source *s, sb_error *error)
{
    char *common = sb_identity_common(s->identity);
    if (!all->common) {
        all->common = common;
        all->of = s->of;
        return SB_OK;
    }
    sb_identity_difference d;
    int rc = SB_OK;
    if (sb_identity_differs(all->common, common, &d))
        rc = sb_fail(error, "%s and %s cannot be merged: different %s (%s and %s)",
                     all->items[0].dir, s->dir, d.key.data, d.first.data, d.second.data);
    else if (s->of != all->of)
        rc = sb_fail(error,
                     "%s and %s cannot be merged: one is of %" PRId64 " shards, the other "
                     "of %" PRId64,
                     all->items[0].dir, s->dir, all->of, s->of);
    sb_identity_difference_free(&d);
    free(common);
    return rc;
}

static int add_source(sb_sources *all, const char *dir, bool partial, sb_error *error)
{
    sb_shard_source s;
    sb_error why = { "" };
    if (read_source(dir, &s, &why) < 0) {
        if (!partial)
            return sb_fail(error, "%s (--partial merges the others)", why.text);
        sb_warn("left out: %s", why.text);
        return SB_OK;
    }
    if (check_together(all, &s, error) < 0) {
        free_source(&s);
        return SB_FAILED;
    }
    all->items = sb_grow(all->items, all->count + 1, sizeof *all->items);
    all->items[all->count++] = s;
    return SB_OK;
}

static int is_shard_folder(const struct dirent *entry)
{
    return strncmp(entry->d_name, "shard-", 6) == 0;
}

/* The run in the folder, or the runs of the shards in it. */
static int add_folder(sb_sources *all, const char *dir, bool partial, sb_error *error)
{
    struct dirent **entries = NULL;
    char *path = sb_path_join(dir, "run.db");
    int count = access(path, F_OK) == 0 ? 0 : scandir(dir, &entries, is_shard_folder, versionsort);
    int rc = SB_OK;
    free(path);
    if (count <= 0)
        rc = add_source(all, dir, partial, error);
    for (int i = 0; i < count; i++) {
        char *shard = sb_path_join(dir, entries[i]->d_name);
        if (rc == SB_OK)
            rc = add_source(all, shard, partial, error);
        free(shard);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

static int compare_sources(const void *a, const void *b)
{
    const sb_shard_source *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return strcmp(x->started, y->started);
}

static void list_missing(const sb_sources *all, sb_text *list)
{
    size_t at = 0, named = 0;
    for (int64_t number = 1; number <= all->of && named < 20; number++) {
        while (at < all->count && all->items[at].number < number)
            at++;
        if (at == all->count || all->items[at].number != number)
            sb_text_add(list, "%s%" PRId64, named++ ? ", " : "", number);
    }
    if (named == 20)
        sb_text_add(list, ", ...");
}

static int check_all_there(const sb_sources *all, bool partial, sb_error *error)
{
    sb_text missing = { 0 };
    int rc = SB_OK;
    list_missing(all, &missing);
    if (missing.length && partial)
        sb_warn("missing shards of %" PRId64 ": %s", all->of, missing.data);
    else if (missing.length)
        rc = sb_fail(error, "missing shards of %" PRId64 ": %s; --partial merges the others",
                     all->of, missing.data);
    sb_text_free(&missing);
    return rc;
}

static int check_finished(const sb_sources *all, bool partial, sb_error *error)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].complete)
            continue;
        if (!partial)
            return sb_fail(
                error,
                "%s is not finished: continue it with --resume; --partial merges what it has",
                all->items[i].dir);
        sb_warn("%s is not finished: what it has is merged", all->items[i].dir);
    }
    return SB_OK;
}

int sb_sources_read(const char *const *dirs, size_t count, const sb_merge_options *options,
                    sb_sources *sources, sb_error *error)
{
    *sources = (sb_sources) { 0 };
    int rc = SB_OK;
    for (size_t i = 0; i < count && rc == SB_OK; i++)
        rc = add_folder(sources, dirs[i], options->partial, error);
    if (rc == SB_OK && sources->count == 0)
        rc = sb_fail(error, "nothing to merge: none of the folders has a usable shard");
    if (rc == SB_OK) {
        qsort(sources->items, sources->count, sizeof *sources->items, compare_sources);
        rc = check_all_there(sources, options->partial, error);
    }
    if (rc == SB_OK)
        rc = check_finished(sources, options->partial, error);
    if (rc < 0)
        sb_sources_free(sources);
    return rc;
}
