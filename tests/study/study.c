/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Validates the measuring method with the real code: runs many trials, each of which compares two
 * workers whose work has a known ratio. docs/method.md has the commands and their results.
 *
 *     study [--trials N] [--units U] [--ratio R] [--threads T] [--time SECONDS] [--rounds N]
 *           [--precision P] [--processes N] [--burner MS] [--arrangement
 * product|randomized|unpinned|free|sequential] [--seed S]
 *
 * With --burner, another process alternately loads the first core in use for MS milliseconds and
 * sleeps for as long.
 *
 * Prints one line: how often the two were found different, how often the interval contained the
 * true ratio, the half-width of the interval, and the measuring time of a trial.
 */
#include "core/clock.h"
#include "core/text.h"
#include "measure/group.h"
#include "measure/session.h"
#include "measure/worker.h"
#include "plugin/paths.h"

#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

typedef struct study {
    double trials, units, ratio, threads, time, rounds, precision, processes, burner, seed;
    const char *arrangement;
    sb_plugin_list plugins;
    sb_topology topology;
    sb_layer layer;
} study;

typedef struct outcome {
    int different, covered;
    double *widths, *ratios, measured_s;
} outcome;

static void fail(const char *text)
{
    fprintf(stderr, "study: %s\n", text);
    exit(2);
}

static bool is(const study *s, const char *arrangement)
{
    return strcmp(s->arrangement, arrangement) == 0;
}

static void parse(study *s, int argc, char **argv)
{
    const struct {
        const char *name;
        double *value;
    } numbers[] = {
        { "--trials", &s->trials },       { "--units", &s->units },
        { "--ratio", &s->ratio },         { "--threads", &s->threads },
        { "--time", &s->time },           { "--rounds", &s->rounds },
        { "--seed", &s->seed },           { "--precision", &s->precision },
        { "--processes", &s->processes }, { "--burner", &s->burner },
    };
    for (int i = 1; i + 1 < argc; i += 2) {
        bool known = strcmp(argv[i], "--arrangement") == 0;
        if (known)
            s->arrangement = argv[i + 1];
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
            if (strcmp(argv[i], numbers[n].name) == 0)
                known = sb_parse_number(argv[i + 1], numbers[n].value);
        if (!known)
            fail(argv[i]);
    }
    if (argc % 2 == 0)
        fail("every option takes a value");
}

static void find_plugins(study *s)
{
    const char *dir = getenv("STUDY_PLUGINS");
    sb_text a = { 0 }, b = { 0 };
    sb_text_add(&a, "%s/work_a.so", dir ? dir : ".");
    sb_text_add(&b, "%s/work_b.so", dir ? dir : ".");
    sb_discover((const char *const[]) { a.data, b.data }, 2, INT64_C(10000000000), &s->plugins);
    for (size_t i = 0; i < s->plugins.count; i++)
        if (s->plugins.plugins[i].problem)
            fail(s->plugins.plugins[i].problem);
    if (s->plugins.count != 2)
        fail("work_a.so and work_b.so must stand in the folder STUDY_PLUGINS");
    sb_text_free(&a);
    sb_text_free(&b);
}

static sb_candidate candidate(const study *s, size_t which)
{
    return (sb_candidate) {
        .plugin = &s->plugins.plugins[which],
        .label = which ? "b" : "a",
        .origin = "study",
        .given = 1,
        .values = { (int64_t)lround(s->units * (which ? s->ratio : 1)) },
    };
}

static sb_measure_options options(const study *s, int trial)
{
    return (sb_measure_options) {
        .confidence = 0.95,
        .precision = s->precision,
        .min_samples = (int64_t)s->rounds,
        .processes = (int64_t)s->processes,
        .max_time_ns = (int64_t)(s->time * 0.5e9), /* for each of the two */
        .seed = (uint64_t)s->seed * 1000003 + (uint64_t)trial,
        .reference_threads = 1,
    };
}

static void measure(const study *s, sb_session *session, int trial, size_t from, size_t count,
                    sb_group *group)
{
    sb_candidate both[2] = { candidate(s, 0), candidate(s, 1) };
    sb_measure_options o = options(s, trial);
    sb_error error;
    if (sb_measure_group(session, &s->layer, (int64_t)s->threads, both + from, count, &o, group,
                         &error) < 0)
        fail(error.text);
    for (size_t i = 0; i < count; i++)
        if (group->results[i].verdict != SB_VERDICT_OK)
            fail(group->results[i].detail);
}

/* Returns the confidence interval of time(b) / time(a). */
static sb_interval compare(const study *s, const sb_series *a, const sb_series *b, int trial)
{
    return sb_ratio(b, a, sb_estimator_for(SB_ESTIMATE_AUTO, a->count), 0.95, 1,
                    (uint64_t)s->seed + (uint64_t)trial);
}

static void run_trial(const study *s, int trial, outcome *o)
{
    sb_session *session = sb_session_open(&(sb_session_options) {
        .topology = is(s, "unpinned") || is(s, "free") ? NULL : &s->topology,
        .timeout_ns = INT64_C(60000000000),
        .free_running = is(s, "free"),
        .random_layout = is(s, "free") || is(s, "unpinned") || is(s, "randomized"),
    });
    sb_group first = { 0 }, second = { 0 };
    sb_interval ratio;
    if (is(s, "sequential")) {
        measure(s, session, trial, 0, 1, &first);
        measure(s, session, trial, 1, 1, &second);
        ratio = compare(s, &first.results[0].series, &second.results[0].series, trial);
    } else {
        measure(s, session, trial, 0, 2, &first);
        ratio = compare(s, &first.results[0].series, &first.results[1].series, trial);
    }
    o->measured_s += (double)(first.sample_ns + second.sample_ns) * 1e-9;
    o->different += ratio.low > 1 || ratio.high < 1;
    o->covered += ratio.low <= s->ratio && ratio.high >= s->ratio;
    o->widths[trial] = (ratio.high - ratio.low) / 2 / ratio.value;
    o->ratios[trial] = ratio.value;
    if (getenv("STUDY_VERBOSE"))
        fprintf(stderr, "%4d  %.5f [%.5f, %.5f]\n", trial, ratio.value, ratio.low, ratio.high);
    sb_group_free(&first);
    sb_group_free(&second);
    sb_session_close(session);
}

/* Starts the burner and returns its process id, or 0 if none is wanted. It ends with the study. */
static pid_t start_burner(const study *s)
{
    pid_t parent = getpid(), child = s->burner > 0 ? fork() : 0;
    if (s->burner <= 0 || child > 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    cpu_set_t core;
    CPU_ZERO(&core);
    CPU_SET((size_t)s->topology.place[0], &core);
    sched_setaffinity(0, sizeof core, &core);
    while (child == 0 && getppid() == parent) {
        for (int64_t end = sb_now_ns() + (int64_t)(s->burner * 1e6); sb_now_ns() < end;)
            ;
        usleep((useconds_t)(s->burner * 1e3));
    }
    _exit(1);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, ascending);
    return values[count / 2];
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0)
        return sb_worker_main(atoi(argv[2]), (const char *const *)argv + 3, 1);
    study s = { .trials = 100,
                .units = 100,
                .ratio = 1,
                .threads = 1,
                .time = 1,
                .rounds = 30,
                .precision = 0.0001,
                .seed = 1,
                .arrangement = "product" };
    sb_error error;
    parse(&s, argc, argv);
    find_plugins(&s);
    s.layer = (sb_layer) {
        .name = (char[]) { "pixel" },
        .shape = sb_geometry_square(1, 1, 1, 1),
        .operations = { true, false },
        .repeat = 1,
    };
    if (sb_layer_finish(&s.layer, &error) < 0 || sb_topology_read(NULL, &s.topology, &error) < 0)
        fail(error.text);
    int trials = (int)s.trials;
    outcome o = { .widths = sb_new((size_t)trials, sizeof(double)),
                  .ratios = sb_new((size_t)trials, sizeof(double)) };
    pid_t burner = start_burner(&s);
    for (int t = 0; t < trials; t++)
        run_trial(&s, t, &o);
    if (burner > 0)
        kill(burner, SIGKILL);
    printf("%s, %g units, ratio %g, %g threads, %d trials: different %.1f %%, covers %.1f %%, "
           "median half-width %.2f %%, median ratio %.4f, %.2f s a trial\n",
           s.arrangement, s.units, s.ratio, s.threads, trials, 100.0 * o.different / trials,
           100.0 * o.covered / trials, 100 * median(o.widths, trials), median(o.ratios, trials),
           o.measured_s / trials);
    free(o.widths);
    free(o.ratios);
    sb_plugin_list_free(&s.plugins);
    return 0;
}
