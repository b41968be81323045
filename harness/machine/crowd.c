/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/crowd.h"

#include "core/file.h"
#include "core/text.h"
#include "core/visible.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    LOOKS = 4,
    MOST_LOOKS = 3, /* in so many of them: most of the time */
    MOST_SEEN = 64, /* processes that are remembered */
    MOST_NAMED = 3
};

typedef struct seen {
    int pid;
    int looks;     /* in which it computed */
    bool measures; /* it is a sepbench with workers, which wait for their turns most of the time */
} seen;

typedef struct scan {
    const sb_topology *topology;
    int64_t places;
    seen list[MOST_SEEN];
    size_t count;
} scan;

/* ---------------------------------------------------------------------------------- arguments */

/* The program's name as it was started, without its folder, and its first argument. */
typedef struct words {
    char name[32], first[16];
} words;

static words read_words(int pid)
{
    char path[64], line[512] = "";
    words to;
    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    FILE *stream = fopen(path, "re");
    const size_t length = stream ? fread(line, 1, sizeof line - 1, stream) : 0;
    if (stream)
        fclose(stream);
    const char *slash = strrchr(line, '/');
    const size_t next = strlen(line) + 1;
    snprintf(to.name, sizeof to.name, "%.30s", slash ? slash + 1 : line);
    snprintf(to.first, sizeof to.first, "%.15s", next < length ? line + next : "");
    sb_make_visible(to.name);
    return to;
}

/* ------------------------------------------------------------------------------ who computes */

/* What proc(5) says of a process or thread. */
typedef struct status {
    char state;
    int parent, threads, processor;
    bool of_kernel;
} status;

/* The command's name, in parentheses, may hold anything. */
static bool read_status(const char *path, status *to)
{
    enum { KERNEL_THREAD = 0x200000 };
    char line[1024];
    unsigned flags;
    sb_file_first_line(path, line, sizeof line);
    const char *rest = strrchr(line, ')');
    /* Fields 3, 4, 9, 20 and 39. */
    if (!rest || sscanf(rest + 1,
                        " %c %d %*s %*s %*s %*s %u %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %d %*s "
                        "%*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %d",
                        &to->state, &to->parent, &flags, &to->threads, &to->processor) != 5)
        return false;
    to->of_kernel = flags & KERNEL_THREAD;
    return true;
}

static bool computes_here(const scan *s, const status *of)
{
    bool here = false;
    for (int64_t i = 0; i < s->places; i++)
        here |= s->topology->place[i] == of->processor;
    return here && of->state == 'R';
}

static bool any_thread_computes(const scan *s, const char *pid)
{
    char path[300];
    snprintf(path, sizeof path, "/proc/%s/task", pid);
    DIR *folder = opendir(path);
    bool found = false;
    for (const struct dirent *entry; folder && !found && (entry = readdir(folder));) {
        status of;
        char file[600];
        snprintf(file, sizeof file, "%s/%s/stat", path, entry->d_name);
        found = entry->d_name[0] != '.' && read_status(file, &of) && computes_here(s, &of);
    }
    if (folder)
        closedir(folder);
    return found;
}

static seen *note_seen(scan *s, int pid)
{
    size_t i = 0;
    while (i < s->count && s->list[i].pid != pid)
        i++;
    if (i == MOST_SEEN)
        return NULL;
    s->count += i == s->count;
    s->list[i].pid = pid;
    s->list[i].looks++;
    return &s->list[i];
}

static bool is_ours(int pid)
{
    enum { MOST_DEEP = 8 };
    const int self = (int)getpid();
    for (int i = 0; i < MOST_DEEP && pid > 1 && pid != self; i++) {
        char path[64];
        status of;
        snprintf(path, sizeof path, "/proc/%d/stat", pid);
        pid = read_status(path, &of) ? of.parent : 0;
    }
    return pid == self;
}

static bool may_run_here(const scan *s, int pid)
{
    cpu_set_t set;
    bool may = false;
    if (sched_getaffinity(pid, sizeof set, &set) != 0)
        return false;
    for (int64_t i = 0; i < s->places; i++)
        may |=
            s->topology->place[i] < CPU_SETSIZE && CPU_ISSET((size_t)s->topology->place[i], &set);
    return may;
}

/* Is it a worker? If of another run, that is noted. */
static bool take_worker(scan *s, int pid, int parent)
{
    static const char name[] = "sepbench";
    const words own = read_words(pid);
    if (strcmp(own.name, name) != 0 || strcmp(own.first, "worker") != 0)
        return false;
    const bool other =
        !is_ours(parent) && strncmp(read_words(parent).name, name, sizeof name - 1) == 0;
    seen *run = other && may_run_here(s, pid) ? note_seen(s, parent) : NULL;
    if (run)
        run->measures = true;
    return true;
}

static void look_at_process(scan *s, const char *name)
{
    char path[300];
    status of;
    const int pid = (int)strtol(name, NULL, 10);
    snprintf(path, sizeof path, "/proc/%s/stat", name);
    if (pid < 1 || !read_status(path, &of) || of.of_kernel || take_worker(s, pid, of.parent))
        return;
    if ((computes_here(s, &of) || (of.threads > 1 && any_thread_computes(s, name))) &&
        !is_ours(pid))
        note_seen(s, pid);
}

/* More threads than this one are ready to run: the second number of "0.20 0.18 0.12 1/80 11206". */
static bool others_run(void)
{
    char line[128];
    int running;
    sb_file_first_line("/proc/loadavg", line, sizeof line);
    return sscanf(line, "%*s %*s %*s %d/", &running) != 1 || running > 1;
}

static void look_around(scan *s, bool at_all)
{
    DIR *folder = at_all ? opendir("/proc") : NULL;
    for (const struct dirent *entry; folder && (entry = readdir(folder));)
        look_at_process(s, entry->d_name);
    if (folder)
        closedir(folder);
}

/* ------------------------------------------------------------------------------------- names */

static bool counts(const seen *of)
{
    return of->measures || of->looks >= MOST_LOOKS;
}

static size_t add_names(const scan *s, bool measuring, sb_text *to)
{
    size_t named = 0;
    for (size_t i = 0; i < s->count && named < MOST_NAMED; i++) {
        if (!counts(&s->list[i]) || s->list[i].measures != measuring)
            continue;
        const words of = read_words(s->list[i].pid);
        if (*of.name) /* otherwise it has ended */
            sb_text_add(to, "%s%s (process %d)", named++ ? ", " : "", of.name, s->list[i].pid);
    }
    return named;
}

static void name_them(const scan *s, sb_crowd *crowd)
{
    sb_text names = { 0 };
    crowd->sepbench = add_names(s, true, &names) > 0;
    if (!crowd->sepbench)
        add_names(s, false, &names);
    snprintf(crowd->names, sizeof crowd->names, "%s",
             names.length ? names.data : "some that have ended");
    sb_text_free(&names);
}

void sb_crowd_read(const sb_topology *topology, int64_t threads, sb_crowd *crowd)
{
    const struct timespec pause = { .tv_nsec = 5000000 };
    scan s = { .topology = topology,
               .places = threads < topology->places ? threads : topology->places };
    *crowd = (sb_crowd) { 0 };
    for (int look = 0; look < LOOKS; look++) {
        look_around(&s, look == 0 || others_run());
        if (look < LOOKS - 1)
            nanosleep(&pause, NULL);
    }
    for (size_t i = 0; i < s.count; i++)
        crowd->count += counts(&s.list[i]);
    if (crowd->count)
        name_them(&s, crowd);
}
