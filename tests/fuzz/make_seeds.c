/* SPDX-License-Identifier: Apache-2.0 */
/* make_seeds DIR: writes the seeds that only sepbench can make, in one folder for each target:
 * tuning databases, their exports, texts of problems, a worker's reply, and a copy of a run's
 * database. */
#include "core/file.h"
#include "core/text.h"
#include "measure/protocol.h"
#include "tune/tunedb.h"
#include "tune/tunedb_sql.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char description[] =
    "{\"id\":\"mine\",\"version\":\"1\",\"summary\":\"made up\",\"license\":\"MIT\",\"build\":\"cc "
    "-O2\","
    "\"peer\":false,\"kernels\":[{\"id\":\"standard\",\"technique\":\"tiled\",\"summary\":"
    "\"tiles\","
    "\"handles\":1,\"arithmetic\":0,\"flags\":1,\"parameters\":[{\"id\":\"tile\",\"summary\":"
    "\"side\","
    "\"kind\":0,\"min\":1,\"max\":8,\"step\":1,\"initial\":4,\"choices\":[]},{\"id\":\"layout\","
    "\"summary\":\"order\",\"kind\":2,\"min\":0,\"max\":1,\"step\":1,\"initial\":0,"
    "\"choices\":[\"nchw\",\"nhwc\"]}]}],\"left_out\":[]}";

static char *place(const char *dir, const char *target, const char *name)
{
    char *folder = sb_path_join(dir, target), *path = sb_path_join(folder, name);
    sb_error error;
    if (sb_folder_make(folder, &error) < 0) {
        fprintf(stderr, "make_seeds: %s\n", error.text);
        exit(1);
    }
    free(folder);
    return path;
}

static int write_seed(const char *dir, const char *target, const char *name, const void *data,
                      size_t size, sb_error *error)
{
    char *path = place(dir, target, name);
    int rc = sb_file_write(path, data, size, error);
    free(path);
    return rc;
}

static int put_winner(sb_tunedb *db, const char *shape, int64_t threads, sb_error *error)
{
    sb_tune_key key = { .machine = "made up", .build = 7, .kernel = "mine/standard" };
    const sb_tune_winner winner = { .params = (char[]) { "tile=4;layout=nhwc" },
                                    .time_ns = 1234.5,
                                    .default_ns = threads > 1 ? NAN : 2345,
                                    .evaluations = 20,
                                    .strategy = (char[]) { "genetic" },
                                    .ties = (char[]) { "tile=2;layout=nhwc\ntile=8;layout=nhwc" } };
    if (!sb_problem_parse(shape, &key.problem))
        return sb_fail(error, "'%s' is no problem", shape);
    key.problem.threads = threads;
    int rc = sb_tunedb_put(db, &key, &winner, error);
    if (rc == SB_OK)
        rc = sb_tunedb_put_evaluation(db, &key, "tile=1;layout=nchw", INFINITY, error);
    return rc == SB_OK ? sb_tunedb_put_evaluation(db, &key, "tile=4;layout=nhwc", 1200, error) : rc;
}

static int write_tuning(const char *dir, sb_error *error)
{
    char *path = place(dir, "tunedb", "tuning.db");
    char *json = place(dir, "tuning_json", "winners.json");
    sb_tunedb *db = sb_tunedb_open(path, true, error);
    int rc = db ? put_winner(db, "n1 c8 9x9 k16 3x3 s1 p1 bias relu6", 1, error) : SB_FAILED;
    if (rc == SB_OK)
        rc = put_winner(db, "n1 c8 9x9 k8 3x3 s1 p1 g8 > k64 1x1 s1 p0", 2, error);
    if (rc == SB_OK)
        rc = sb_tunedb_export(db, "*", json, error) < 0 ? SB_FAILED : SB_OK;
    sb_tunedb_close(db);
    free(path);
    free(json);
    return rc;
}

static int write_texts(const char *dir, sb_error *error)
{
    static const char shape[] = "n2 c8 9x9 k16 3x3 s1 p1 bias relu6";
    sb_problem problem;
    int rc = write_seed(dir, "text", "problem", shape, strlen(shape), error);
    if (rc < 0 || !sb_problem_parse(shape, &problem))
        return SB_FAILED;
    problem.threads = 1;
    char *row = sb_tune_problem_text(&problem);
    rc = write_seed(dir, "text", "row", row, strlen(row), error);
    free(row);
    return rc;
}

static int write_reply(const char *dir, sb_error *error)
{
    static struct {
        sb_reply reply;
        char description[sizeof description];
    } packet;
    packet.reply.samples = 3;
    packet.reply.description = sizeof description - 1;
    for (int i = 0; i < 3; i++)
        packet.reply.ns[i] = 1000 + i;
    memcpy(packet.description, description, sizeof description);
    int rc = write_seed(dir, "reply", "packet", &packet,
                        sizeof packet.reply + sizeof description - 1, error);
    return rc == SB_OK
               ? write_seed(dir, "reply", "description", description, sizeof description - 1, error)
               : rc;
}

/* With the smallest pages a database is small, so that more of its changed bytes matter. */
static int copy_with_small_pages(const char *dir, const char *target, const char *name,
                                 sb_error *error)
{
    char *path = place(dir, target, name), *copy = place(dir, target, "small.db");
    char *sql = sqlite3_mprintf("PRAGMA page_size = 512; VACUUM INTO %Q", copy);
    sqlite3 *db = NULL;
    int rc = SB_OK;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        rc = sb_fail(error, "%s: %s", path, sqlite3_errmsg(db));
    sqlite3_close(db);
    sqlite3_free(sql);
    free(copy);
    free(path);
    return rc;
}

int main(int argc, char **argv)
{
    sb_error error = { "DIR is missing" };
    int rc = argc == 2 ? write_tuning(argv[1], &error) : SB_FAILED;
    if (rc == SB_OK)
        rc = copy_with_small_pages(argv[1], "tunedb", "tuning.db", &error);
    if (rc == SB_OK)
        rc = copy_with_small_pages(argv[1], "rundb", "run.db", &error);
    if (rc == SB_OK)
        rc = write_texts(argv[1], &error);
    if (rc == SB_OK)
        rc = write_reply(argv[1], &error);
    if (rc < 0)
        fprintf(stderr, "make_seeds: %s\n", error.text);
    return rc < 0;
}
