/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/tasks.h"

#include "core/file.h"
#include "core/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

/* The first number of the thread's line; negative if there is none. */
static int64_t read_ran(pid_t pid, pid_t id)
{
    char path[64], line[128];
    long long ran;
    snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", (int)pid, (int)id);
    sb_file_first_line(path, line, sizeof line);
    return sscanf(line, "%lld", &ran) == 1 ? ran : -1;
}

static void add_task(sb_tasks *tasks, pid_t id, int64_t ran_ns)
{
    enum { FIRST = 16 };
    if (tasks->count == tasks->room) {
        tasks->room = tasks->room ? 2 * tasks->room : FIRST;
        tasks->list = sb_grow(tasks->list, tasks->room, sizeof *tasks->list);
    }
    tasks->list[tasks->count++] = (struct sb_task) { id, ran_ns };
}

void sb_tasks_read(sb_tasks *tasks, pid_t pid)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    tasks->count = 0;
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        const pid_t id = (pid_t)strtol(entry->d_name, NULL, 10);
        const int64_t ran = id > 0 ? read_ran(pid, id) : -1;
        if (ran >= 0)
            add_task(tasks, id, ran);
    }
    if (folder)
        closedir(folder);
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
