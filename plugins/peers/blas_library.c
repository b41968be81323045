/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/blas_library.h"

#include "peers/library.h"

#include <fcntl.h>
#include <string.h>
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

static bool reads_past(const blas_library *library, const char *name)
{
    for (const blas_core *core = library->cores; core->name != NULL; core++)
        if (strcasecmp(core->name, name) == 0)
            return core->reads_past;
    return false;
}

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
    loaded->reads_past = reads_past(library, loaded->core);
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

/* Asks something about a library with a core type; writes the answer. */
typedef void blas_question(const blas_library *library, const char *core, void *answer);

/* Asks in a process of its own, because a library can be initialised only once and may abort. If
 * that fails, `answer` stays as it is. */
static void ask_child(const blas_library *library, const char *core, blas_question *question,
                      void *answer, size_t size)
{
    char heard[64];
    int ends[2];
    if (pipe(ends) < 0)
        return;
    pid_t child = fork();
    if (child == 0) {
        hush();
        alarm((unsigned)race_seconds);
        question(library, core, answer);
        _exit(write(ends[1], answer, size) == (ssize_t)size ? 0 : 1);
    }
    close(ends[1]);
    if (child > 0) {
        if (read(ends[0], heard, size) == (ssize_t)size)
            memcpy(answer, heard, size);
        waitpid(child, NULL, 0);
    }
    close(ends[0]);
}

static void find_time(const blas_library *library, const char *core, void *time)
{
    blas_loaded loaded;
    sb_why why;
    if (load_as(library, core, &loaded, &why) == 0)
        *(double *)time = lap_time(loaded.sgemm);
}

/* Measures one core type and returns its time in seconds, or -1 if it did not run. */
static double race_one(const blas_library *library, const char *core)
{
    double time = -1;
    ask_child(library, core, find_time, &time, sizeof time);
    return time;
}

/*
 * Returns the name of the fastest core type, or NULL if none ran. The list is ordered from the
 * newest instruction set to the oldest. Once a core type is far slower than the best, those after
 * it are not tried: they would hardly be faster.
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

/* -------------------------------------------------------------------------------------- choice */

/* The notes: the fastest core type and, since another version may be faster with another one, which
 * library it is of. In a run, `seen` says that the library is still that one. */
static const char core_note[] = "core", library_note[] = "library", seen_note[] = "seen";

enum { IDENTITY = 17 }; /* bytes of a library's identity: a hash of its version */

/* The core type of that name, if the processor can run it; NULL if there is none. */
static const char *core_named(const blas_library *library, const sb_cpu *cpu, const char *name)
{
    for (const blas_core *core = library->cores; core->name != NULL; core++)
        if (strcmp(core->name, name) == 0 && (cpu->features & core->features) == core->features)
            return core->name;
    return NULL;
}

/* FNV-1a */
static void identify(const char *version, char identity[IDENTITY])
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (const char *c = version; *c != 0; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    snprintf(identity, IDENTITY, "%016llx", (unsigned long long)hash);
}

static void find_identity(const blas_library *library, const char *core, void *identity)
{
    blas_loaded loaded;
    sb_why why;
    if (load_as(library, core, &loaded, &why) == 0)
        identify(loaded.version, identity);
}

/* Is the library, with this core type, the one of the note? */
static bool is_same_library(const blas_library *library, const char *core, const char *kept)
{
    char identity[IDENTITY] = "";
    ask_child(library, core, find_identity, identity, sizeof identity);
    return kept != NULL && strcmp(kept, identity) == 0;
}

static const char *find_note(const sb_host_notes *notes, const sb_host *host, const char *name)
{
    return notes != NULL ? notes->find(host, name) : NULL;
}

static void keep_note(const sb_host_notes *notes, const sb_host *host, const char *name,
                      const char *text)
{
    if (notes != NULL)
        (void)notes->keep(host, name, text); /* without it, a later process chooses for itself */
}

/*
 * The core type of which an earlier process of this run, or of an earlier run, found that it is
 * fastest; the first one of all finds out. It is kept, because core types differ in the last bits
 * of their results, and noise would decide between those that are about as fast.
 */
static const char *choose_core(const blas_library *library, const sb_host *host)
{
    const sb_host_notes *run = host->get_extension(host, SB_HOST_NOTES);
    const sb_host_notes *lasting = host->get_extension(host, SB_HOST_LASTING_NOTES);
    const char *kept = find_note(run, host, seen_note);
    const char *core = kept != NULL ? core_named(library, host->cpu, kept) : NULL;
    if (core != NULL)
        return core;
    kept = find_note(lasting, host, core_note);
    core = kept != NULL ? core_named(library, host->cpu, kept) : NULL;
    if (core == NULL || !is_same_library(library, core, find_note(lasting, host, library_note))) {
        char identity[IDENTITY] = "";
        core = fastest_core(library, host->cpu);
        if (core == NULL)
            return NULL;
        ask_child(library, core, find_identity, identity, sizeof identity);
        keep_note(lasting, host, core_note, core);
        keep_note(lasting, host, library_note, identity);
    }
    keep_note(run, host, seen_note, core);
    return core;
}

int blas_library_load(const blas_library *library, const sb_host *host, blas_loaded *loaded,
                      sb_why *why)
{
    if (loaded->sgemm != NULL)
        return 0;
    return load_as(library, choose_core(library, host), loaded, why);
}
