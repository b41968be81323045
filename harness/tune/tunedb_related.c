/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluations of similar problems in the tuning database. */
#include "core/text.h"
#include "tune/tunedb_sql.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How much nearer a shape on another machine, or by another build, must be. In octaves. */
static const double other_machine = 2.0, other_build = 0.25;

typedef struct related {
    int64_t id;
    double far;
} related;

static int by_distance(const void *a, const void *b)
{
    const related *x = a, *y = b;
    if (x->far != y->far)
        return x->far < y->far ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* From the columns id, machine, build, problem. False: not related, or the key itself. */
static bool read_related(sqlite3_stmt *row, const sb_tune_key *key, related *one)
{
    const char *machine = sb_tunedb_column_text(row, 1), *build = sb_tunedb_column_text(row, 2);
    const char *problem = sb_tunedb_column_text(row, 3);
    sb_problem other;
    if (!machine || !build || !problem || !sb_tune_problem_parse(problem, &other))
        return false;
    one->id = sqlite3_column_int64(row, 0);
    one->far = sb_tunedb_distance(&other, &key->problem);
    one->far += strcmp(machine, key->machine) != 0 ? other_machine : 0.0;
    one->far += strtoull(build, NULL, 16) != key->build ? other_build : 0.0;
    return isfinite(one->far) && one->far > 0.0;
}

static int list_related(const sb_tunedb *db, const sb_tune_key *key, related **list, size_t *count,
                        sb_error *error)
{
    sqlite3_stmt *row = sb_tunedb_bind(
        db, error, "SELECT id, machine, build, problem FROM subject WHERE kernel = ?", "t",
        key->kernel);
    int code = SQLITE_ERROR;
    related one;
    while (row && (code = sqlite3_step(row)) == SQLITE_ROW) {
        if (!read_related(row, key, &one))
            continue;
        if ((*count & (*count - 1)) == 0)
            *list = sb_grow(*list, *count ? 2 * *count : 1, sizeof **list);
        (*list)[(*count)++] = one;
    }
    if (row && code != SQLITE_DONE)
        sb_tunedb_fail(db, error);
    sqlite3_finalize(row);
    return row && code == SQLITE_DONE ? 0 : SB_FAILED;
}

/* A visitor of evaluations that tells another one their subject. */
typedef struct numbered {
    sb_related_visitor *visit;
    void *context;
    size_t subject, seen;
} numbered;

static int visit_one(void *context, const char *params, double objective, sb_error *error)
{
    numbered *n = context;
    n->seen++;
    return n->visit(n->context, n->subject, params, objective, error);
}

int sb_tunedb_related(sb_tunedb *db, const sb_tune_key *key, size_t most, sb_related_visitor *visit,
                      void *context, sb_error *error)
{
    related *list = NULL;
    size_t count = 0;
    numbered n = { .visit = visit, .context = context };
    int rc = list_related(db, key, &list, &count, error);
    if (rc == 0 && count)
        qsort(list, count, sizeof *list, by_distance);
    for (size_t i = 0; rc == 0 && i < count && n.subject < most; i++) {
        n.seen = 0;
        rc = sb_tunedb_visit_trials(db, list[i].id, visit_one, &n, error);
        n.subject += n.seen ? 1 : 0;
    }
    free(list);
    return rc;
}
