/* SPDX-License-Identifier: Apache-2.0 */
#include "core/database.h"

#include "core/dot_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* How many virtual-machine steps SQLite executes between two calls of the guard. A legitimate
 * statement takes about ten steps for each byte that it reads. */
#define STEPS          10000000
#define FREE_STEPS     UINT64_C(1000000000)
#define STEPS_PER_BYTE 100

static int check_effort(void *context)
{
    sb_database_guard *guard = context;
    struct stat info;
    guard->effort += STEPS;
    if (guard->effort < FREE_STEPS || stat(guard->path, &info) != 0)
        return 0;
    return guard->effort - FREE_STEPS > (uint64_t)info.st_size * STEPS_PER_BYTE;
}

static void set_limits(sqlite3 *database)
{
    static const struct {
        int what, most;
    } limits[] = {
        { SQLITE_LIMIT_LENGTH, 1 << 28 },       { SQLITE_LIMIT_SQL_LENGTH, 1 << 16 },
        { SQLITE_LIMIT_COLUMN, 256 },           { SQLITE_LIMIT_EXPR_DEPTH, 32 },
        { SQLITE_LIMIT_COMPOUND_SELECT, 4 },    { SQLITE_LIMIT_FUNCTION_ARG, 8 },
        { SQLITE_LIMIT_ATTACHED, 1 },           { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256 },
        { SQLITE_LIMIT_VARIABLE_NUMBER, 1024 }, { SQLITE_LIMIT_TRIGGER_DEPTH, 8 },
        { SQLITE_LIMIT_WORKER_THREADS, 0 },
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(database, limits[i].what, limits[i].most);
}

/*
 * Some file systems of clusters and containers have no locks. SQLite then reports that the file is
 * in use, or that the disk failed. The byte locked here lies beyond the ones that SQLite locks.
 */
static bool can_lock(int fd)
{
    struct flock lock = {
        .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = INT32_MAX, .l_len = 1
    };
    return fcntl(fd, F_SETLK, &lock) == 0 || errno == EAGAIN || errno == EACCES;
}

static bool has_locks(const char *path, int flags)
{
    const bool create = (flags & SQLITE_OPEN_CREATE) != 0;
    const int fd = open(path, (create ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0666);
    if (fd < 0)
        return true; /* SQLite will say what is wrong */
    const bool locks = can_lock(fd);
    close(fd);
    return locks;
}

static const struct file_system {
    unsigned magic;              /* statfs(2) */
    const char *name, *obstacle; /* NULL: databases may stay there for long */
} file_systems[] = {
#define SHARED(name) name, "it lies on a file system that machines share (" name ")"
    { 0x6969, SHARED("nfs") },          { 0x0bd00bd0, SHARED("lustre") },
    { 0xff534d42, SHARED("cifs") },     { 0xfe534d42, SHARED("smb2") },
    { 0x517b, SHARED("smb") },          { 0x01021997, SHARED("9p") },
    { 0x65735546, SHARED("fuse") },     { 0x47504653, SHARED("gpfs") },
    { 0x786f4256, SHARED("vboxsf") },   { 0x5346414f, SHARED("afs") },
    { 0x00c36400, SHARED("ceph") },     { 0x19830326, SHARED("beegfs") },
    { 0x01161970, SHARED("gfs2") },     { 0x7461636f, SHARED("ocfs2") },
    { 0x20030528, SHARED("orangefs") }, { 0x73757245, SHARED("coda") },
    { 0xaad7aaea, SHARED("panfs") },    { 0x794c7630, "overlay", NULL },
#undef SHARED
};

static const struct file_system *find_file_system(const char *path)
{
    struct statfs info;
    if (statfs(path, &info) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof file_systems / sizeof *file_systems; i++)
        if ((unsigned)info.f_type == file_systems[i].magic)
            return &file_systems[i];
    return NULL;
}

const char *sb_database_file_system(const char *path)
{
    const struct file_system *found = find_file_system(path);
    return found ? found->name : "";
}

const char *sb_database_io_advice(sqlite3 *database)
{
    static const struct {
        int code;
        const char *advice;
    } known[] = {
        { SQLITE_IOERR_WRITE, ": it cannot be written; is the disk full, or are files limited in "
                              "size (ulimit -f)?" },
        { SQLITE_IOERR_FSYNC, ": it cannot be written to disk; is the disk full, or damaged?" },
        { SQLITE_IOERR_TRUNCATE, ": its size cannot be changed; is the disk full?" },
        { SQLITE_IOERR_SHMSIZE, ": its index cannot grow; is the disk full?" },
        { SQLITE_IOERR_SHMOPEN, ": its index cannot be opened; check the permissions" },
        { SQLITE_IOERR_SHMMAP, ": its index cannot be mapped into memory" },
        { SQLITE_IOERR_READ, ": it cannot be read; is the disk damaged?" },
        { SQLITE_IOERR_SHORT_READ, ": it ends too early; it is damaged" },
        { SQLITE_IOERR_LOCK, ": it cannot be locked" },
        { SQLITE_IOERR_DELETE, ": its journal cannot be removed; check the permissions" },
    };
    const int code = sqlite3_extended_errcode(database);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (code == known[i].code)
            return known[i].advice;
    return "";
}

static bool can_map(int fd)
{
    enum { LENGTH = 32768 }; /* as the index of a write-ahead log */
    if (ftruncate(fd, LENGTH) != 0)
        return true; /* the disk is full: that is something else */
    void *map = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return map != MAP_FAILED && munmap(map, LENGTH) == 0;
}

static const char *probe_folder(const char *folder)
{
    static const char pattern[] = "/.probe-XXXXXX-shm", ending[] = "-shm";
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s%s", folder, pattern) >= sizeof path)
        return NULL;
    const int fd = mkostemps(path, (int)strlen(ending), O_CLOEXEC);
    if (fd < 0)
        return NULL; /* the later write reports the reason */
    const bool locks = can_lock(fd), maps = can_map(fd);
    unlink(path);
    close(fd);
    return !locks ? "it has no locks" : !maps ? "it cannot be mapped into memory" : NULL;
}

const char *sb_database_obstacle(const char *folder)
{
    const struct file_system *found = find_file_system(folder);
    return found && found->obstacle ? found->obstacle : probe_folder(folder);
}

static int execute(sqlite3 *database, const char *sql)
{
    return sqlite3_exec(database, sql, NULL, NULL, NULL);
}

/* The first read maps the index. */
static int begin_log(sqlite3 *database)
{
    const int code = execute(database, "PRAGMA journal_mode = WAL");
    return code == SQLITE_OK ? execute(database, "SELECT count(*) FROM sqlite_schema") : code;
}

#define LOCKED_BY_FOLDERS "unix-dotfile"

static bool is_locked_by_folders(sqlite3 *database)
{
    sqlite3_vfs *vfs = NULL;
    return sqlite3_file_control(database, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) == SQLITE_OK &&
           strcmp(vfs->zName, LOCKED_BY_FOLDERS) == 0;
}

/* A write-ahead log that is left can only be read by a process that locks out all others. */
static int use_journal(sqlite3 *database)
{
    execute(database, "PRAGMA locking_mode = EXCLUSIVE");
    const int code = execute(database, "PRAGMA journal_mode = DELETE");
    execute(database, "PRAGMA locking_mode = NORMAL");
    const int released = execute(database, "SELECT count(*) FROM sqlite_schema");
    return code == SQLITE_OK ? released : code;
}

int sb_database_use_log(sqlite3 *database)
{
    if (is_locked_by_folders(database))
        return use_journal(database);
    int code = begin_log(database);
    if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY)
        return code;
    execute(database, "PRAGMA locking_mode = EXCLUSIVE");
    code = begin_log(database);
    return code == SQLITE_OK ? code : execute(database, "PRAGMA journal_mode = DELETE");
}

bool sb_database_can_lock(const char *path)
{
    return has_locks(path, SQLITE_OPEN_READONLY);
}

static int open_by(const char *vfs, const char *path, int flags, sqlite3 **database,
                   sb_database_guard *guard)
{
    int code = sqlite3_open_v2(path, database, flags, vfs);
    if (code != SQLITE_OK)
        return code;
    set_limits(*database);
    sqlite3_db_config(*database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(*database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(*database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    *guard = (sb_database_guard) { .path = path };
    sqlite3_progress_handler(*database, STEPS, check_effort, guard);
    return SQLITE_OK;
}

int sb_database_open(const char *path, int flags, sqlite3 **database, sb_database_guard *guard)
{
    return open_by(has_locks(path, flags) ? NULL : SB_DATABASE_WITHOUT_LOCKS, path, flags, database,
                   guard);
}

int sb_database_open_shared(const char *path, int flags, sqlite3 **database,
                            sb_database_guard *guard)
{
    const bool locks = has_locks(path, flags);
    if (!locks)
        sb_dot_lock_clear(path);
    return open_by(locks ? NULL : LOCKED_BY_FOLDERS, path, flags, database, guard);
}

/* SQLite copies a database as of one moment, and its mode with it. The mode is changed with the
 * index of the log in this process's own memory: no other process knows of the file. */
static int copy_pages(sqlite3 *from, sqlite3 *to)
{
    execute(to, "PRAGMA synchronous = OFF");
    execute(to, "PRAGMA locking_mode = EXCLUSIVE");
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return sqlite3_errcode(to);
    sqlite3_backup_step(backup, -1);
    const int code = sqlite3_backup_finish(backup);
    return code == SQLITE_OK ? execute(to, "PRAGMA journal_mode = DELETE") : code;
}

int sb_database_copy(sqlite3 *database, const char *path)
{
    sqlite3 *copy = NULL;
    sb_database_guard guard;
    if (unlink(path) != 0 && errno != ENOENT)
        return SQLITE_CANTOPEN;
    int code = sb_database_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &copy, &guard);
    if (code == SQLITE_OK)
        code = copy_pages(database, copy);
    sqlite3_close(copy);
    return code;
}

int sb_database_check_file(const char *path, sb_error *error)
{
    struct stat info;
    if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
        return SB_OK;
    return sb_fail(error, "%s is %s, not a database", path,
                   S_ISDIR(info.st_mode) ? "a folder" : "not a regular file");
}

/* -------------------------------------------------------------------------------------- schema */

static int open_model(const char *schema, sqlite3 **model)
{
    int code = sqlite3_open_v2(":memory:", model, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    return code == SQLITE_OK ? sqlite3_exec(*model, schema, NULL, NULL, NULL) : code;
}

static const char *text_at(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

/* The row of the same name in the other schema; finalize it. NULL if it cannot be queried. */
static sqlite3_stmt *find_entry(sqlite3 *database, const char *name)
{
    sqlite3_stmt *found = NULL;
    if (sqlite3_prepare_v2(database, "SELECT type, sql FROM sqlite_schema WHERE name = ?", -1,
                           &found, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_text(found, 1, name, -1, SQLITE_TRANSIENT);
    return found;
}

/* Does the other schema have an entry of this name, type and text? */
static bool is_equal(sqlite3 *other, sqlite3_stmt *entry)
{
    sqlite3_stmt *found = find_entry(other, text_at(entry, 1));
    bool equal = found && sqlite3_step(found) == SQLITE_ROW &&
                 strcmp(text_at(found, 0), text_at(entry, 0)) == 0 &&
                 strcmp(text_at(found, 1), text_at(entry, 2)) == 0;
    sqlite3_finalize(found);
    return equal;
}

/* Entries that a user may add, such as an index of his own, and those that SQLite itself adds.
 * Nothing here reads them. */
static bool is_harmless(sqlite3 *model, sqlite3_stmt *entry)
{
    const char *type = text_at(entry, 0), *name = text_at(entry, 1), *sql = text_at(entry, 2);
    sqlite3_stmt *ours = find_entry(model, name);
    bool harmless = strcmp(type, "table") == 0 && strncmp(sql, "CREATE TABLE", 12) == 0 && ours &&
                    sqlite3_step(ours) == SQLITE_DONE;
    sqlite3_finalize(ours);
    return harmless;
}

/* Is every entry of `a` also in `b` or, if that is allowed, harmless? */
static int compare_schemas(sqlite3 *a, sqlite3 *b, bool more_allowed, const char *path,
                           const char *says, sb_error *error)
{
    sqlite3_stmt *entries = NULL;
    int code =
        sqlite3_prepare_v2(a, "SELECT type, name, sql FROM sqlite_schema", -1, &entries, NULL);
    int rc = SB_OK;
    while (rc == SB_OK && code == SQLITE_OK && (code = sqlite3_step(entries)) == SQLITE_ROW) {
        code = SQLITE_OK;
        if (!is_equal(b, entries) && !(more_allowed && is_harmless(b, entries)))
            rc = sb_fail(error, "%s is damaged: %s the %s '%s'", path, says, text_at(entries, 0),
                         text_at(entries, 1));
    }
    sqlite3_finalize(entries);
    if (rc == SB_OK && code != SQLITE_DONE)
        rc = sb_fail(error, "%s is damaged: its schema cannot be read", path);
    return rc;
}

int sb_database_check_schema(sqlite3 *database, const char *path, const char *schema,
                             sb_error *error)
{
    sqlite3 *model = NULL;
    int rc =
        open_model(schema, &model) == SQLITE_OK ? SB_OK : sb_fail(error, "%s: out of memory", path);
    if (rc == SB_OK)
        rc = compare_schemas(model, database, false, path, "sepbench did not make", error);
    if (rc == SB_OK)
        rc = compare_schemas(database, model, true, path, "sepbench makes no such thing as", error);
    sqlite3_close(model);
    return rc;
}
