/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/team.h"

#include "measure/worker_host.h"
#include "plugin/loader.h"

#include <stdatomic.h>
#include <stddef.h>

/* What compilers call for `#pragma omp parallel`; the runtimes of gcc, of clang and of Intel have
 * it. It is not called by a pragma because the harness itself does not load a runtime: that would
 * obey the user's variables. */
typedef void parallel(void (*run)(void *), void *data, unsigned threads, unsigned flags);

typedef struct work {
    sb_team_part *run;
    void *context;
    int parts;
    atomic_int next; /* threads take parts from here: there may be fewer threads than parts */
} work;

static void take_parts(void *data)
{
    work *w = data;
    for (int part; (part = atomic_fetch_add(&w->next, 1)) < w->parts;)
        w->run(w->context, part, w->parts);
}

static parallel *find_parallel(void)
{
    static const char *const installed[] = { "libgomp.so.1", "libomp.so.5", "libomp.so" };
    char path[4096];
    sb_worker_find_runtime(path, sizeof path);
    sb_loader_function *found = path[0] ? sb_loader_find(path, "GOMP_parallel", false) : NULL;
    for (size_t i = 0; i < sizeof installed / sizeof *installed && !found; i++)
        found = sb_loader_find(installed[i], "GOMP_parallel", true);
    return (parallel *)found;
}

void sb_team_run(int parts, sb_team_part *run, void *context)
{
    static parallel *start;
    static bool searched;
    work w = { .run = run, .context = context, .parts = parts };
    if (parts > 1 && !searched) {
        start = find_parallel();
        searched = true;
    }
    if (parts > 1 && start)
        start(take_parts, &w, (unsigned)parts, 0);
    else
        take_parts(&w);
}
