/* SPDX-License-Identifier: Apache-2.0 */
/* A run's database in local scratch, and its copies in the run's folder. */
#include "core/clock.h"
#include "core/file.h"
#include "core/log.h"
#include "store/lock.h"
#include "store/scratch.h"
#include "store/sqlite.h"

#include <stdlib.h>
#include <unistd.h>

enum { UNPUBLISHED = -1 };

const char *sb_rundb_obstacle(const char *dir)
{
    return sb_database_obstacle(dir);
}

const char *sb_rundb_scratch(const sb_rundb *db)
{
    return db->scratch;
}

/* The database owns the scratch from here on. */
static int move_in(sb_rundb *db, char *scratch, sb_error *error)
{
    db->scratch = scratch;
    free(db->path);
    db->path = sb_path_join(scratch, "run.db");
    return sb_lock_folder(scratch, &db->scratch_lock, error);
}

static int move_in_anew(sb_rundb *db, bool empty, sb_error *error)
{
    sb_error why = { "" };
    char *scratch = sb_scratch_make(db->folder, &why);
    if (!scratch) {
        sb_warn("%s: the database stays in %s", why.text, db->folder);
        return SB_OK;
    }
    db->published = empty ? UNPUBLISHED : 0;
    if (empty || sb_scratch_fill(scratch, db->folder, error) == SB_OK)
        return move_in(db, scratch, error);
    sb_scratch_remove(scratch, db->folder);
    free(scratch);
    return SB_FAILED;
}

int sb_rundb_enter_scratch(sb_rundb *db, bool anew, sb_error *error)
{
    char *left = anew ? NULL : sb_scratch_find(db->folder);
    if (!left)
        return move_in_anew(db, anew, error);
    db->found = true;
    db->published = UNPUBLISHED; /* it may hold more than the copy in DIR */
    return move_in(db, left, error);
}

int sb_rundb_change_scratch(sb_rundb *db, sb_error *error)
{
    close(db->scratch_lock);
    db->scratch_lock = -1;
    db->found = false;
    free(db->scratch);
    db->scratch = NULL;
    free(db->path);
    db->path = sb_path_join(db->folder, "run.db");
    return move_in_anew(db, false, error);
}

/* Copying takes at most a twentieth of the time. */
static bool is_due(const sb_rundb *db, int64_t pause_ns)
{
    enum { TIMES = 20 };
    const int64_t passed = sb_now_ns() - db->published_ns;
    return pause_ns == 0 || (passed >= pause_ns && passed >= TIMES * db->publishing_ns);
}

int sb_rundb_keep(sb_rundb *db, int64_t pause_ns, sb_error *error)
{
    if (!db->scratch || !db->usable || !is_due(db, pause_ns))
        return SB_OK;
    const int changes = sqlite3_total_changes(db->sqlite);
    if (changes == db->published)
        return SB_OK;
    const int64_t started_ns = sb_now_ns();
    int rc = sb_scratch_publish(db->scratch, db->folder, db->sqlite, error);
    db->published_ns = sb_now_ns();
    db->publishing_ns = db->published_ns - started_ns;
    if (rc == SB_OK)
        db->published = changes;
    return rc;
}

/* A scratch that was found but cannot be used is left for the user to inspect; one that was made
 * for this process has no more than DIR at this point. */
void sb_rundb_leave_scratch(sb_rundb *db)
{
    sb_error why = { "" };
    if (!db->scratch || (!db->usable && db->found))
        return;
    if (sb_rundb_keep(db, 0, &why) == SB_OK)
        sb_scratch_remove(db->scratch, db->folder);
    else
        sb_warn("%s: the results stay in %s/run.db", why.text, db->scratch);
}
