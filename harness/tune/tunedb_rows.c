/* SPDX-License-Identifier: Apache-2.0 */
/* Winners and evaluations in the tuning database. */
#include "conv/problem.h"
#include "core/visible.h"
#include "tune/tunedb_sql.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

char *sb_tune_problem_text(const sb_problem *problem)
{
    char steps[SB_PROBLEM_TEXT];
    sb_text text = { 0 };
    sb_text_add(&text, "%s threads %" PRId64, sb_problem_text(problem, steps, sizeof steps),
                problem->threads);
    return text.data;
}

bool sb_tune_problem_parse(const char *text, sb_problem *problem)
{
    char steps[SB_PROBLEM_TEXT], *end;
    const char *threads = strstr(text, " threads ");
    if (!threads || (size_t)(threads - text) >= sizeof steps)
        return false;
    memcpy(steps, text, (size_t)(threads - text));
    steps[threads - text] = '\0';
    if (!sb_problem_parse(steps, problem))
        return false;
    threads += strlen(" threads ");
    problem->threads = strtoll(threads, &end, 10);
    return *threads >= '1' && *threads <= '9' && *end == '\0' &&
           problem->threads <= SB_MAX_DIMENSION;
}

double sb_tunedb_distance(const sb_problem *a, const sb_problem *b)
{
    return sb_problem_distance(a, b) + fabs(log2((double)a->threads / (double)b->threads));
}

/* ------------------------------------------------------------------------------------ subject */

static const char *build_text(uint64_t build, char text[static 17])
{
    snprintf(text, 17, "%016" PRIx64, build);
    return text;
}

/* The id of the key's row; 0 if there is none, negative on error. */
static int64_t find_subject(const sb_tunedb *db, const sb_tune_key *key, sb_error *error)
{
    char build[17], *problem = sb_tune_problem_text(&key->problem);
    sqlite3_stmt *statement = sb_tunedb_bind(
        db, error,
        "SELECT id FROM subject WHERE machine = ? AND build = ? AND kernel = ? AND problem = ?",
        "tttt", key->machine, build_text(key->build, build), key->kernel, problem);
    free(problem);
    if (!statement)
        return SB_FAILED;
    int64_t id = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    return sb_tunedb_finish(db, statement, error) < 0 ? SB_FAILED : id;
}

static int64_t make_subject(const sb_tunedb *db, const sb_tune_key *key, sb_error *error)
{
    int64_t id = find_subject(db, key, error);
    if (id != 0)
        return id;
    char build[17], *problem = sb_tune_problem_text(&key->problem);
    sqlite3_stmt *statement = sb_tunedb_bind(
        db, error, "INSERT INTO subject (machine, build, kernel, problem) VALUES (?, ?, ?, ?)",
        "tttt", key->machine, build_text(key->build, build), key->kernel, problem);
    free(problem);
    return sb_tunedb_finish(db, statement, error) < 0 ? SB_FAILED
                                                      : sqlite3_last_insert_rowid(db->sqlite);
}

/* ------------------------------------------------------------------------------------- winner */

/* The database may come from a stranger: a value that sepbench does not write means that the file
 * is damaged. */
int sb_tunedb_fail_damaged(const sb_tunedb *db, sb_error *error)
{
    return sb_fail(error, "%s is damaged: it holds rows that sepbench does not write; delete it",
                   db->path);
}

const char *sb_tunedb_column_text(sqlite3_stmt *statement, int column)
{
    enum { LONGEST = 1 << 20 };
    if (sqlite3_column_type(statement, column) != SQLITE_TEXT)
        return NULL;
    const char *text = (const char *)sqlite3_column_text(statement, column);
    const size_t length = (size_t)sqlite3_column_bytes(statement, column);
    if (!text || length > LONGEST || strlen(text) != length)
        return NULL;
    for (const char *at = text; *at;) {
        const size_t bytes = *at == '\n' ? 1 : sb_character(at);
        if (bytes == 0)
            return NULL;
        at += bytes;
    }
    return text;
}

/* A time or another positive number; NULL, if allowed, stands for `missing`. */
static bool read_number(sqlite3_stmt *statement, int column, double missing, double *number)
{
    const bool null = sqlite3_column_type(statement, column) == SQLITE_NULL;
    *number = null ? missing : sqlite3_column_double(statement, column);
    return null ? !(missing == 0) : *number > 0 && *number < 0x1p63;
}

/* What read_winner() reads, of the table `winner`. */
#define WINNER_COLUMNS                                                                       \
    "winner.params, time_ns, default_ns, evaluations, strategy, ties, "                      \
    "coalesce((SELECT params FROM default_params d WHERE d.subject = winner.subject), ''), " \
    "coalesce((SELECT at FROM measured m WHERE m.subject = winner.subject), 0)"

/* From WINNER_COLUMNS. False if sepbench did not write the row; then there is nothing to free. */
static bool read_winner(sqlite3_stmt *statement, int column, sb_tune_winner *winner)
{
    const char *params = sb_tunedb_column_text(statement, column);
    const char *strategy = sb_tunedb_column_text(statement, column + 4);
    const char *ties = sb_tunedb_column_text(statement, column + 5);
    const char *defaults = sb_tunedb_column_text(statement, column + 6);
    *winner = (sb_tune_winner) { .evaluations = sqlite3_column_int64(statement, column + 3),
                                 .measured = sqlite3_column_int64(statement, column + 7) };
    if (!params || !strategy || !ties || !defaults || winner->evaluations < 0 ||
        winner->evaluations > INT64_C(1) << 53 ||
        !read_number(statement, column + 1, 0, &winner->time_ns) ||
        !read_number(statement, column + 2, NAN, &winner->default_ns))
        return false;
    winner->params = sb_copy_text(params);
    winner->strategy = sb_copy_text(strategy);
    winner->ties = sb_copy_text(ties);
    winner->defaults = sb_copy_text(defaults);
    return true;
}

void sb_tune_winner_free(sb_tune_winner *winner)
{
    free(winner->params);
    free(winner->strategy);
    free(winner->ties);
    free(winner->defaults);
    *winner = (sb_tune_winner) { 0 };
}

int sb_tunedb_put_row(const sb_tunedb *db, const sb_tune_key *key, const sb_tune_winner *winner,
                      sb_error *error)
{
    int64_t subject = make_subject(db, key, error);
    if (subject < 0)
        return SB_FAILED;
    sqlite3_stmt *statement = sb_tunedb_bind(
        db, error, "INSERT OR REPLACE INTO winner VALUES (?, ?, ?, ?, ?, ?, ?)",
        "itddit"
        "t",
        subject, winner->params, winner->time_ns, winner->default_ns, winner->evaluations,
        winner->strategy ? winner->strategy : "", winner->ties ? winner->ties : "");
    if (sb_tunedb_finish(db, statement, error) < 0)
        return SB_FAILED;
    statement = sb_tunedb_bind(db, error, "INSERT OR REPLACE INTO measured VALUES (?, ?)", "ii",
                               subject, (int64_t)time(NULL));
    if (sb_tunedb_finish(db, statement, error) < 0)
        return SB_FAILED;
    statement = sb_tunedb_bind(db, error, "INSERT OR REPLACE INTO default_params VALUES (?, ?)",
                               "it", subject, winner->defaults ? winner->defaults : "");
    return sb_tunedb_finish(db, statement, error);
}

int sb_tunedb_put(sb_tunedb *db, const sb_tune_key *key, const sb_tune_winner *winner,
                  sb_error *error)
{
    if (sb_tunedb_begin(db, error) < 0)
        return SB_FAILED;
    return sb_tunedb_end(db, sb_tunedb_put_row(db, key, winner, error), error);
}

int sb_tunedb_get(sb_tunedb *db, const sb_tune_key *key, sb_tune_winner *winner, sb_error *error)
{
    int64_t subject = find_subject(db, key, error);
    if (subject <= 0)
        return (int)subject;
    sqlite3_stmt *statement = sb_tunedb_bind(
        db, error, "SELECT " WINNER_COLUMNS " FROM winner WHERE subject = ?", "i", subject);
    if (!statement)
        return SB_FAILED;
    int found = sqlite3_step(statement) == SQLITE_ROW;
    bool damaged = found && !read_winner(statement, 0, winner);
    int rc = sb_tunedb_finish(db, statement, error);
    if (damaged)
        return sb_tunedb_fail_damaged(db, error);
    if (rc < 0 && found)
        sb_tune_winner_free(winner);
    return rc < 0 ? rc : found;
}

/* -------------------------------------------------------------------------------- evaluations */

static int put_evaluation(const sb_tunedb *db, const sb_tune_key *key, const char *params,
                          double objective, sb_error *error)
{
    int64_t subject = make_subject(db, key, error);
    if (subject < 0)
        return SB_FAILED;
    return sb_tunedb_finish(
        db,
        sb_tunedb_bind(db, error,
                       "INSERT INTO trial (subject, params, objective) VALUES (?, ?, ?) "
                       "ON CONFLICT (subject, params) DO UPDATE SET objective = excluded.objective",
                       "itd", subject, params, objective),
        error);
}

int sb_tunedb_put_evaluation(sb_tunedb *db, const sb_tune_key *key, const char *params,
                             double objective, sb_error *error)
{
    if (sb_tunedb_begin(db, error) < 0)
        return SB_FAILED;
    return sb_tunedb_end(db, put_evaluation(db, key, params, objective, error), error);
}

int sb_tunedb_visit_trials(const sb_tunedb *db, int64_t subject, sb_evaluation_visitor *visit,
                           void *context, sb_error *error)
{
    sqlite3_stmt *statement = sb_tunedb_bind(
        db, error, "SELECT params, objective FROM trial WHERE subject = ? ORDER BY id", "i",
        subject);
    int rc = statement ? 0 : SB_FAILED, code = SQLITE_DONE;
    while (rc == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *params = sb_tunedb_column_text(statement, 0);
        double objective;
        if (!params || !read_number(statement, 1, INFINITY, &objective))
            rc = sb_tunedb_fail_damaged(db, error);
        else
            rc = visit(context, params, objective, error);
    }
    if (rc == 0 && code != SQLITE_DONE)
        rc = sb_tunedb_fail(db, error);
    sqlite3_finalize(statement);
    return rc;
}

int sb_tunedb_evaluations(sb_tunedb *db, const sb_tune_key *key, sb_evaluation_visitor *visit,
                          void *context, sb_error *error)
{
    int64_t subject = find_subject(db, key, error);
    return subject <= 0 ? (int)subject : sb_tunedb_visit_trials(db, subject, visit, context, error);
}

/* --------------------------------------------------------------------------------------- many */

static int visit_row(const sb_tunedb *db, sqlite3_stmt *statement, sb_winner_visitor *visit,
                     void *context, sb_error *error)
{
    const char *build = sb_tunedb_column_text(statement, 1),
               *problem = sb_tunedb_column_text(statement, 3);
    sb_tune_key key = {
        .machine = sb_tunedb_column_text(statement, 0),
        .build = build ? strtoull(build, NULL, 16) : 0,
        .kernel = sb_tunedb_column_text(statement, 2),
    };
    sb_tune_winner winner;
    if (!key.machine || !build || !key.kernel || !problem)
        return sb_tunedb_fail_damaged(db, error);
    if (!sb_tune_problem_parse(problem, &key.problem))
        return 0; /* of a minor format that this version does not know */
    if (!read_winner(statement, 4, &winner))
        return sb_tunedb_fail_damaged(db, error);
    int rc = visit(context, &key, &winner, error);
    sb_tune_winner_free(&winner);
    return rc;
}

int sb_tunedb_visit(sb_tunedb *db, const char *glob, sb_winner_visitor *visit, void *context,
                    sb_error *error)
{
    sqlite3_stmt *statement =
        sb_tunedb_bind(db, error,
                       "SELECT machine, build, kernel, problem, " WINNER_COLUMNS
                       " FROM subject JOIN winner ON winner.subject = id "
                       "ORDER BY kernel, problem, machine, build",
                       "");
    int rc = statement ? 0 : SB_FAILED, code = SQLITE_DONE;
    while (rc == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *kernel = sb_tunedb_column_text(statement, 2);
        if (!kernel)
            rc = sb_tunedb_fail_damaged(db, error);
        else if (sb_glob_match(glob, kernel))
            rc = visit_row(db, statement, visit, context, error);
    }
    if (rc == 0 && code != SQLITE_DONE)
        rc = sb_tunedb_fail(db, error);
    sqlite3_finalize(statement);
    return rc;
}

typedef struct near {
    const sb_tune_key *key;
    sb_tune_winner *winners;
    double *distances;
    size_t count, most;
} near;

static sb_tune_winner copy_winner(const sb_tune_winner *winner)
{
    sb_tune_winner copy = *winner;
    copy.params = sb_copy_text(winner->params);
    copy.strategy = sb_copy_text(winner->strategy);
    copy.ties = sb_copy_text(winner->ties);
    copy.defaults = sb_copy_text(winner->defaults);
    return copy;
}

/* Keeps the nearest ones, in order. */
static int consider(void *context, const sb_tune_key *key, const sb_tune_winner *winner,
                    sb_error *error)
{
    (void)error;
    near *found = context;
    double far = sb_tunedb_distance(&key->problem, &found->key->problem);
    if (strcmp(key->machine, found->key->machine) != 0 ||
        strcmp(key->kernel, found->key->kernel) != 0 || isinf(far) ||
        (key->build == found->key->build && far == 0.0))
        return 0;
    size_t at = found->count;
    while (at > 0 && found->distances[at - 1] > far)
        at--;
    if (at == found->most)
        return 0;
    if (found->count == found->most)
        sb_tune_winner_free(&found->winners[--found->count]);
    memmove(found->winners + at + 1, found->winners + at,
            (found->count - at) * sizeof *found->winners);
    memmove(found->distances + at + 1, found->distances + at,
            (found->count - at) * sizeof *found->distances);
    found->winners[at] = copy_winner(winner);
    found->distances[at] = far;
    found->count++;
    return 0;
}

int sb_tunedb_nearest(sb_tunedb *db, const sb_tune_key *key, sb_tune_winner *winners, size_t most,
                      sb_error *error)
{
    near found = {
        .key = key, .winners = winners, .distances = sb_new(most, sizeof(double)), .most = most
    };
    int rc = most ? sb_tunedb_visit(db, "*", consider, &found, error) : 0;
    free(found.distances);
    for (size_t i = 0; rc < 0 && i < found.count; i++)
        sb_tune_winner_free(&winners[i]);
    return rc < 0 ? rc : (int)found.count;
}

static void glob_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const char *pattern = (const char *)sqlite3_value_text(values[0]);
    const char *name = (const char *)sqlite3_value_text(values[1]);
    sqlite3_result_int(context, pattern && name && sb_glob_match(pattern, name));
}

int sb_tunedb_forget(sb_tunedb *db, const char *glob, sb_error *error)
{
    sqlite3_create_function(db->sqlite, "matches", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                            glob_function, NULL, NULL);
    sqlite3_stmt *statement =
        sb_tunedb_bind(db, error, "DELETE FROM subject WHERE matches(?, kernel)", "t", glob);
    return sb_tunedb_finish(db, statement, error) < 0 ? SB_FAILED : sqlite3_changes(db->sqlite);
}
