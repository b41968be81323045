/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/blas_library.h"

#include "peers/library.h"

#include <fcntl.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111 }; /* the values of every cblas.h */
enum { RACE_SIZE = 384, RACE_LAPS = 7 };
#define FAR_BEHIND 1.5              /* times the best time: a slower core type ends the race */
#define AHEAD      0.93             /* times the best time: a faster core type takes the lead */
static const int race_seconds = 10; /* time limit, in case a library hangs */

/* --------------------------------------------------------------------------------------- load */

static int load_as(const blas_library *library, const char *core, blas_loaded *loaded, sb_why *why)
{
    sgemm_function *sgemm;
    const library_symbol symbols[] = { { "cblas_sgemm", &sgemm }, { NULL, NULL } };
    void *handle;
    if (library->before != NULL && core != NULL)
        library->before(core);
    if (library_load(library->files, symbols, &handle, why) < 0)
        return -1;
    if (library->after != NULL && core != NULL && library->after(handle, core) < 0)
        return refuse(why, "the library does not know the core type %s", core);
    const char *taken = library->taken != NULL ? library->taken(handle) : core;
    if (core != NULL && taken != NULL && strcasecmp(taken, core) != 0)
        return refuse(why, "the library took the core type %s for %s", taken, core);
    const char *version = library->version != NULL ? library->version(handle) : NULL;
    if (version != NULL)
        snprintf(loaded->version, sizeof loaded->version, "%s", version);
    else
        library_identify(handle, "cblas_sgemm", library->name, loaded->version,
                         sizeof loaded->version);
    snprintf(loaded->core, sizeof loaded->core, "%s", taken != NULL ? taken : "its own choice");
    loaded->sgemm = sgemm;
    return 0;
}

/* --------------------------------------------------------------------------------------- race */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The shortest of RACE_LAPS times, in seconds, of a product of square matrices. */
static double lap_time(sgemm_function *sgemm)
{
    static float a[RACE_SIZE * RACE_SIZE], b[RACE_SIZE * RACE_SIZE], c[RACE_SIZE * RACE_SIZE];
    double best = 1e30;
    for (size_t i = 0; i < RACE_SIZE * RACE_SIZE; i++)
        a[i] = b[i] = 1;
    for (int i = 0; i < RACE_LAPS; i++) {
        double start = seconds();
        sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, RACE_SIZE, RACE_SIZE, RACE_SIZE, 1, a,
              RACE_SIZE, b, RACE_SIZE, 0, c, RACE_SIZE);
        double lap = seconds() - start;
        if (lap < best)
            best = lap;
    }
    return best;
}

/* Silences stderr. If a library aborts during the race, its message is of no use to the user. */
static void hush(void)
{
    int null = open("/dev/null", O_WRONLY);
    if (null >= 0)
        dup2(null, STDERR_FILENO);
}

/* Measures one core type and returns its time in seconds, or -1 if it did not run. Uses a process
 * of its own, because a library can be initialised only once and may abort. */
static double race_one(const blas_library *library, const char *core)
{
    int ends[2];
    double time = -1;
    if (pipe(ends) < 0)
        return time;
    pid_t child = fork();
    if (child == 0) {
        blas_loaded loaded;
        sb_why why;
        hush();
        alarm((unsigned)race_seconds);
        if (load_as(library, core, &loaded, &why) == 0)
            time = lap_time(loaded.sgemm);
        _exit(write(ends[1], &time, sizeof time) == sizeof time ? 0 : 1);
    }
    close(ends[1]);
    if (child > 0) {
        if (read(ends[0], &time, sizeof time) != sizeof time)
            time = -1;
        waitpid(child, NULL, 0);
    }
    close(ends[0]);
    return time;
}

/*
 * Returns the name of the fastest core type, or NULL if none ran. The list is ordered from the
 * newest instruction set to the oldest. Once a core type is far slower than the best, those after
 * it are not tried: they would hardly be faster, and every process that measures runs this race.
 */
static const char *fastest_core(const blas_library *library, const sb_cpu *cpu)
{
    const blas_core *fastest = NULL, *last = NULL;
    double best = 1e30;
    for (const blas_core *core = library->cores; core->name != NULL; core++) {
        if ((cpu->features & core->features) != core->features)
            continue;
        if (last != NULL && last->features == core->features)
            continue;
        double time = race_one(library, core->name);
        if (time > FAR_BEHIND * best)
            break;
        if (time > 0)
            last = core;
        if (time > 0 && time < AHEAD * best) {
            best = time;
            fastest = core;
        }
    }
    return fastest != NULL ? fastest->name : NULL;
}

int blas_library_load(const blas_library *library, const sb_cpu *cpu, blas_loaded *loaded,
                      sb_why *why)
{
    if (loaded->sgemm != NULL)
        return 0;
    return load_as(library, fastest_core(library, cpu), loaded, why);
}
