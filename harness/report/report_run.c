/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_run.h"

#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "report/side_by_side.h"
#include "store/results_csv.h"

#include <stdio.h>
#include <stdlib.h>

/* Writes the run's provenance beside its report. */
static int write_provenance(sb_rundb *db, const char *out, sb_error *error)
{
    char *json = sb_rundb_provenance(db, error);
    int rc = json ? sb_provenance_write(json, out, error) : SB_FAILED;
    free(json);
    return rc;
}

static int report_one(sb_rundb *db, const char *out, const sb_output_options *wanted,
                      sb_error *error)
{
    int rc = sb_folder_make(out, error);
    if (rc == SB_OK)
        rc = write_provenance(db, out, error);
    if (rc == SB_OK)
        rc = sb_results_write_csv(db, out, error);
    if (rc == SB_OK)
        rc = sb_outputs_draw(db, out, wanted, error);
    if (rc >= 0 && sb_outputs_tell(db, out, wanted, error) < 0)
        rc = SB_FAILED;
    if (rc >= 0)
        sb_info("%s: run.json, results.csv, speedups.csv, steps.csv, scaling.csv, samples.csv, "
                "recommend.csv, answer.md, answer.json, figures/ (%d drawn)%s%s",
                out, rc, wanted->formats.html ? ", report.html" : "",
                wanted->formats.latex ? ", tables/" : "");
    return rc < 0 ? rc : SB_OK;
}

/* Each machine of a merged run separately, in a folder of its own: no mean is formed across
 * machines. */
static int report_machines(sb_rundb *db, char *const *machines, const char *out,
                           const sb_output_options *wanted, sb_error *error)
{
    int rc = SB_OK;
    for (int i = 0; machines[i] && rc == SB_OK; i++) {
        sb_text folder = { 0 };
        sb_text_add(&folder, "%s/machine-%d", out, i + 1);
        printf("%sMachine %d: %s\n\n", i ? "\n" : "", i + 1, machines[i]);
        sb_rundb_select_machine(db, machines[i]);
        rc = report_one(db, folder.data, wanted, error);
        sb_text_free(&folder);
    }
    return rc;
}

int sb_report_run(const char *dir, const char *out, const sb_output_options *wanted,
                  sb_error *error)
{
    sb_rundb *db = sb_rundb_open(dir, false, error);
    char **machines = db ? sb_rundb_machines(db, error) : NULL;
    int rc = SB_FAILED;
    if (machines)
        rc = machines[0] && machines[1] ? report_machines(db, machines, out, wanted, error)
                                        : report_one(db, out, wanted, error);
    sb_rundb_free_machines(machines);
    sb_rundb_close(db);
    return rc;
}

int sb_report_together(const char *const *dirs, size_t count, const char *out, sb_error *error)
{
    sb_side_by_side sides = { 0 };
    int rc = SB_OK;
    for (size_t i = 0; i < count && rc == SB_OK; i++) {
        sb_rundb *db = sb_rundb_open(dirs[i], false, error);
        rc = db ? sb_side_by_side_add(&sides, db, dirs[i], error) : SB_FAILED;
        sb_rundb_close(db);
    }
    if (rc == SB_OK && out)
        rc = sb_side_by_side_write(&sides, out, error);
    if (rc == SB_OK) {
        putchar('\n');
        sb_side_by_side_print(&sides, stdout);
    }
    sb_side_by_side_free(&sides);
    return rc;
}
