/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/tasks.h"

#include "core/file.h"
#include "core/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

/* What a thread has run and waited for a processor. */
typedef struct account {
    int64_t ran;
    sb_waits waits;
} account;

/* `name` is that of a thread in /proc. Numbers that are not there are negative. */
static account read_account(const char *name)
{
    char path[320], line[128];
    long long ran, waited, slices;
    snprintf(path, sizeof path, "/proc/%s/schedstat", name);
    sb_file_first_line(path, line, sizeof line);
    if (sscanf(line, "%lld %lld %lld", &ran, &waited, &slices) != 3)
        return (account) { -1, { -1, -1 } };
    return (account) { ran, { waited, slices } };
}

/* Calls `visit` for each thread of the process whose account can be read. */
static void visit_threads(pid_t pid, void (*visit)(void *to, pid_t id, const account *of), void *to)
{
    char path[32], name[300];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        const pid_t id = (pid_t)strtol(entry->d_name, NULL, 10);
        snprintf(name, sizeof name, "%d/task/%s", (int)pid, entry->d_name);
        const account one = id > 0 ? read_account(name) : (account) { -1, { -1, -1 } };
        if (one.ran >= 0)
            visit(to, id, &one);
    }
    if (folder)
        closedir(folder);
}

static void add_task(void *to, pid_t id, const account *of)
{
    enum { FIRST = 16 };
    sb_tasks *tasks = to;
    if (tasks->count == tasks->room) {
        tasks->room = tasks->room ? 2 * tasks->room : FIRST;
        tasks->list = sb_grow(tasks->list, tasks->room, sizeof *tasks->list);
    }
    tasks->list[tasks->count++] = (struct sb_task) { id, of->ran };
}

void sb_tasks_read(sb_tasks *tasks, pid_t pid)
{
    tasks->count = 0;
    visit_threads(pid, add_task, tasks);
}

/* What the thread had run before; 0 if it is new. */
static int64_t ran_before(const sb_tasks *before, pid_t id)
{
    for (size_t i = 0; i < before->count; i++)
        if (before->list[i].id == id)
            return before->list[i].ran_ns;
    return 0;
}

int64_t sb_tasks_count_ran(const sb_tasks *before, const sb_tasks *after)
{
    enum { SHARE = 16 };
    int64_t longest = 0, count = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < after->count; i++) {
            const int64_t ran = after->list[i].ran_ns - ran_before(before, after->list[i].id);
            if (pass == 0)
                longest = ran > longest ? ran : longest;
            else
                count += longest > 0 && ran >= longest / SHARE;
        }
    return before->count ? count : 0;
}

void sb_tasks_free(sb_tasks *tasks)
{
    free(tasks->list);
    *tasks = (sb_tasks) { 0 };
}

static void add_waits(void *to, pid_t id, const account *of)
{
    (void)id;
    sb_waits *sum = to;
    sum->ns = (sum->ns < 0 ? 0 : sum->ns) + of->waits.ns;
    sum->slices = (sum->slices < 0 ? 0 : sum->slices) + of->waits.slices;
}

/* Of all threads: a call ends when the last of them has had a processor. */
sb_waits sb_tasks_waits(pid_t pid)
{
    sb_waits sum = { -1, -1 };
    visit_threads(pid, add_waits, &sum);
    return sum;
}

int64_t sb_tasks_own_wait_ns(void)
{
    return read_account("thread-self").waits.ns;
}
