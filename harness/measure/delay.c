/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/delay.h"

#include "core/file.h"

#include <dirent.h>
#include <stdio.h>

typedef struct account {
    int64_t ns, slices;
} account;

/* `name` is that of a process or thread in /proc. Its line: time on a processor, delay, slices. */
static account read_account(const char *name)
{
    char path[320], line[128];
    long long delay, slices;
    snprintf(path, sizeof path, "/proc/%s/schedstat", name);
    sb_file_first_line(path, line, sizeof line);
    if (sscanf(line, "%*u %lld %lld", &delay, &slices) != 2)
        return (account) { -1, -1 };
    return (account) { delay, slices };
}

/* A call ends when the last of its threads has had a processor. */
static account sum_threads(pid_t pid)
{
    char path[32], name[300];
    account sum = { -1, -1 };
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%d/task/%s", (int)pid, entry->d_name);
        const account one = read_account(name);
        if (one.ns < 0)
            continue;
        sum.ns = (sum.ns < 0 ? 0 : sum.ns) + one.ns;
        sum.slices = (sum.slices < 0 ? 0 : sum.slices) + one.slices;
    }
    if (folder)
        closedir(folder);
    return sum;
}

sb_delay sb_delay_read(pid_t pid)
{
    const account other = sum_threads(pid), own = read_account("thread-self");
    return (sb_delay) { other.ns, other.slices, own.ns };
}
