/* SPDX-License-Identifier: Apache-2.0 */
#include "report/machine_report.h"

#include "core/text.h"
#include "measure/fence.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* -------------------------------------------------------------------------------------- text */

/* "48 KiB", "1 MiB", "1.5 GiB"; "unknown" for 0. */
static const char *size_text(uint64_t bytes, char *buffer, size_t size)
{
    static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
    double value = (double)bytes;
    size_t unit = 0;
    for (; value >= 1024 && unit + 1 < sizeof units / sizeof *units; unit++)
        value /= 1024;
    snprintf(buffer, size, value < 10 && value > (double)(int)value ? "%.1f %s" : "%.0f %s", value,
             units[unit]);
    if (bytes == 0)
        snprintf(buffer, size, "unknown");
    return buffer;
}

static void add_plural(sb_text *text, int count, const char *noun)
{
    sb_text_add(text, "%d %s%s", count, noun, sb_plural(count));
}

static void add_cache(sb_text *text, const char *name, uint64_t bytes, int cores)
{
    char size[32];
    sb_text_add(text, "  %-12s %s", name, size_text(bytes, size, sizeof size));
    if (bytes && cores > 1)
        sb_text_add(text, ", shared by %d cores", cores);
}

/* For hybrid processors. */
static void add_kinds(sb_text *text, const sb_topology *t)
{
    if (t->kinds < 2)
        return;
    sb_text_add(text, "\n  %-12s", "kinds");
    for (int kind = 0; kind < t->kinds; kind++)
        sb_text_add(text, "%s %d %s", kind ? "," : "", t->kind[kind].cores, t->kind[kind].name);
    sb_text_add(text, "\n  %-12s %s", "chosen", t->chosen);
}

static void add_processor(sb_text *text, const sb_machine_facts *f)
{
    const sb_topology *t = &f->machine.topology;
    char features[64];
    sb_text_add(text, "Processor\n  %-12s %s\n  %-12s ", "model", t->model, "cores");
    add_plural(text, t->cores, "core");
    sb_text_add(text, " in ");
    add_plural(text, t->packages, "package");
    sb_text_add(text, ", ");
    add_plural(text, t->hardware_threads, "hardware thread");
    sb_text_add(text, ", ");
    add_plural(text, t->numa_nodes, "NUMA node");
    sb_text_add(text, "\n  %-12s %d of %d hardware threads", "allowed", t->allowed,
                t->hardware_threads);
    if (t->cpu_quota > 0)
        sb_text_add(text, ", the time of %.2f cores", t->cpu_quota);
    add_kinds(text, t);
    sb_text_add(text, "\n  %-12s 1..%d, on cpu", "threads", sb_max_threads(t));
    int shown = sb_max_threads(t) < 32 ? sb_max_threads(t) : 32;
    for (int i = 0; i < shown; i++)
        sb_text_add(text, " %d", t->place[i]);
    sb_text_add(text, "%s\n  %-12s %s\n", shown < sb_max_threads(t) ? " ..." : "", "vectors",
                sb_cpu_features_text(&f->machine.cpu, features, sizeof features));
}

static void add_memory(sb_text *text, const sb_machine_facts *f)
{
    const sb_topology *t = &f->machine.topology;
    const uint64_t found = f->machine.peaks.level_bytes[SB_LEVEL_L3];
    char size[32];
    sb_text_add(text, "\nMemory\n");
    add_cache(text, "L1 data", t->l1d_bytes, 1);
    if (t->l1d_ways > 0)
        sb_text_add(text, ", %d ways", t->l1d_ways);
    if (t->line_bytes > 0)
        sb_text_add(text, ", lines of %d B", t->line_bytes);
    sb_text_add(text, "\n");
    add_cache(text, "L2", t->l2_bytes, t->l2_cores);
    sb_text_add(text, "\n");
    add_cache(text, "L3", found, t->l3_cores);
    if (found != t->l3_bytes)
        sb_text_add(text, " by measuring (the system says %s)",
                    size_text(t->l3_bytes, size, sizeof size));
    sb_text_add(text, "\n");
    add_cache(text, "main", t->memory_bytes, 1);
    sb_text_add(text, "\n");
}

static void date_text(int64_t moment, char *buffer, size_t size)
{
    time_t when = (time_t)moment;
    struct tm local;
    buffer[0] = '\0';
    if (localtime_r(&when, &local))
        strftime(buffer, size, "%Y-%m-%d %H:%M", &local);
}

/* With many threads, only the counts that were probed: up to 4, powers of two, the last. */
static bool is_shown(int threads, int last)
{
    return threads <= 4 || threads == last || (threads & (threads - 1)) == 0;
}

static void add_bandwidth(sb_text *text, const char *what,
                          const double gbytes[SB_LEVELS][SB_MAX_PROBED_THREADS + 1], int threads)
{
    sb_text_add(text, "  %-6s", what);
    for (int level = 0; level < SB_LEVELS; level++) {
        if (gbytes[level][threads] > 0)
            sb_text_add(text, "  %10.1f", gbytes[level][threads]);
        else
            sb_text_add(text, "  %10s", "-");
    }
    sb_text_add(text, "\n");
}

static void add_peaks(sb_text *text, const sb_peaks *p)
{
    sb_text_add(text, "\nPeaks, measured (%s; the best of many windows of a millisecond)\n",
                p->loops);
    sb_text_add(text, "  %7s  %14s  %6s", "threads", "fp32 GFLOP/s", "");
    for (int level = 0; level < SB_LEVELS; level++)
        sb_text_add(text, "  %5s GB/s", sb_level_name((sb_level)level));
    sb_text_add(text, "\n");
    for (int n = 1; n <= p->threads; n++) {
        if (!is_shown(n, p->threads))
            continue;
        sb_text_add(text, "  %7d  %14.1f", n, p->gflops[n]);
        add_bandwidth(text, "loads", p->gbytes, n);
        sb_text_add(text, "  %7s  %14s", "", "");
        add_bandwidth(text, "stores", p->stores, n);
        sb_text_add(text, "  %7s  %14s", "", "");
        add_bandwidth(text, "copies", p->copies, n);
    }
    if (p->clock_ghz > 0)
        sb_text_add(text,
                    "  One thread: clock %.2f GHz, %.1f fp32 operations and %.1f bytes from L1 a "
                    "cycle.\n",
                    p->clock_ghz, p->gflops[1] / p->clock_ghz,
                    p->gbytes[SB_LEVEL_L1][1] / p->clock_ghz);
    char date[32];
    date_text(p->probed_at, date, sizeof date);
    sb_text_add(text, "  Copies load as much as they store; both count. Probed %s", date);
    if (p->load >= 0)
        sb_text_add(text, " at a load of %.2f", p->load);
    sb_text_add(text, "; --refresh probes again.\n");
}

static void add_fact(sb_text *text, const char *name, const char *value)
{
    sb_text_add(text, "  %-12s %s\n", name, *value ? value : "unknown");
}

static void add_conditions(sb_text *text, const sb_machine_facts *f)
{
    const sb_conditions *c = &f->machine.conditions;
    char number[32] = "";
    sb_text_add(text, "\nConditions\n");
    add_fact(text, "kernel", c->kernel);
    add_fact(text, "hypervisor", c->hypervisor);
    add_fact(text, "governor", c->governor);
    add_fact(text, "boost", c->boost);
    if (c->limits.full_mhz > 0)
        snprintf(number, sizeof number, "%.0f of %.0f MHz", c->limits.clock_mhz,
                 c->limits.full_mhz);
    add_fact(text, "clock limit", number);
    *number = '\0';
    add_fact(text, "SMT", f->machine.topology.smt > 1 ? "on" : "off");
    if (c->load >= 0)
        snprintf(number, sizeof number, "%.2f", c->load);
    add_fact(text, "load", number);
    snprintf(number, sizeof number, "%" PRId64 " ticks since boot", c->steal_ticks);
    add_fact(text, "steal", c->steal_ticks >= 0 ? number : "");
    for (int i = 0; i < SB_POWERS; i++)
        add_fact(text, sb_power_name((sb_power)i), c->powers[i] ? "allowed" : "refused");
    add_fact(text, "counters", c->counters ? "available" : "not available");
    if (c->advice_count > 0)
        sb_text_add(text, "\nAdvice\n");
    for (int i = 0; i < c->advice_count; i++)
        sb_text_add(text, "  - %s.\n", c->advice[i]);
}

static void add_noise(sb_text *text, const sb_machine_facts *f)
{
    char date[32];
    sb_text_add(text, "\nNoise: how much two measurements of one kernel differ\n");
    if (!f->noise_count) {
        sb_text_add(text, "  not measured; --noise SECONDS does\n");
        return;
    }
    sb_text_add(text, "  threads     floor  interval  called different    us/call  measured\n");
    for (int i = 0; i < f->noise_count; i++) {
        const sb_noise *n = &f->noise[i];
        date_text(n->measured_at, date, sizeof date);
        sb_text_add(text, "  %7d  %6.2f %%  %6.2f %%  %4" PRId64 " of %6" PRId64 "  %11.0f  %s\n",
                    n->threads, 100 * n->floor, 100 * n->half_width, n->different, n->pairs,
                    n->call_ns / 1000, date);
    }
    sb_text_add(text, "  Differences below the floor cannot be detected in the default time; "
                      "interval is the half-width.\n");
}

static void add_fences(sb_text *text, const sb_machine_facts *f)
{
    sb_text_add(text, "Fences around plugins\n");
    for (int i = 0; i < SB_FENCES; i++)
        sb_text_add(text, "  %-12s %s %s\n", sb_fence_name((sb_fence)i),
                    f->fences & 1u << i ? "keeps them from" : "MISSING, would keep them from",
                    sb_fence_purpose((sb_fence)i));
}

char *sb_machine_as_text(const sb_machine_facts *f)
{
    sb_text text = { 0 };
    add_processor(&text, f);
    add_memory(&text, f);
    add_peaks(&text, &f->machine.peaks);
    add_noise(&text, f);
    add_conditions(&text, f);
    add_fences(&text, f);
    return text.data;
}

/* -------------------------------------------------------------------------------------- JSON */

/* null for an unknown fact */
static json_t *text_or_null(const char *value)
{
    return *value ? json_string(value) : json_null();
}

static json_t *size_or_null(uint64_t bytes)
{
    return bytes ? json_integer((json_int_t)bytes) : json_null();
}

static json_t *topology_json(const sb_machine_facts *f)
{
    const sb_topology *t = &f->machine.topology;
    char features[64];
    json_t *places = json_array();
    for (int i = 0; i < t->places; i++)
        json_array_append_new(places, json_integer(t->place[i]));
    json_t *kinds = json_array();
    for (int i = 0; i < t->kinds; i++)
        json_array_append_new(
            kinds, json_pack("{s:s, s:i}", "name", t->kind[i].name, "cores", t->kind[i].cores));
    return json_pack("{s:o, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:f, s:i, s:o, s:s, s:o, "
                     "s:o, s:o, s:o, s:o}",
                     "kinds", kinds, "chosen", t->chosen, "model", t->model, "packages",
                     t->packages, "numa_nodes", t->numa_nodes, "cores", t->cores,
                     "hardware_threads", t->hardware_threads, "smt", t->smt, "allowed", t->allowed,
                     "allowed_cores", t->allowed_cores, "cpu_quota", t->cpu_quota, "max_threads",
                     sb_max_threads(t), "places", places, "features",
                     sb_cpu_features_text(&f->machine.cpu, features, sizeof features), "l1d_bytes",
                     size_or_null(t->l1d_bytes), "l2_bytes", size_or_null(t->l2_bytes), "l3_bytes",
                     size_or_null(t->l3_bytes), "l3_measured_bytes",
                     size_or_null(f->machine.peaks.level_bytes[SB_LEVEL_L3]), "memory_bytes",
                     size_or_null(t->memory_bytes));
}

static json_t *values_json(const double *values, int threads)
{
    json_t *array = json_array();
    for (int n = 1; n <= threads; n++)
        json_array_append_new(array, values[n] > 0 ? json_real(values[n]) : json_null());
    return array;
}

static json_t *levels_json(const double gbytes[SB_LEVELS][SB_MAX_PROBED_THREADS + 1], int threads)
{
    json_t *object = json_object();
    for (int level = 0; level < SB_LEVELS; level++)
        json_object_set_new(object, sb_level_name((sb_level)level),
                            values_json(gbytes[level], threads));
    return object;
}

/* Item n - 1 of each array is for n threads. */
static json_t *peaks_json(const sb_peaks *p)
{
    return json_pack("{s:s, s:i, s:f, s:I, s:o, s:o, s:o, s:o, s:o}", "loops", p->loops, "threads",
                     p->threads, "clock_ghz", p->clock_ghz, "probed_at", (json_int_t)p->probed_at,
                     "load", p->load >= 0 ? json_real(p->load) : json_null(), "gflops",
                     values_json(p->gflops, p->threads), "gbytes_per_second",
                     levels_json(p->gbytes, p->threads), "stores_gbytes_per_second",
                     levels_json(p->stores, p->threads), "copies_gbytes_per_second",
                     levels_json(p->copies, p->threads));
}

/* One object for each number of threads that was measured. */
static json_t *noise_json(const sb_machine_facts *f)
{
    json_t *array = json_array();
    for (int i = 0; i < f->noise_count; i++) {
        const sb_noise *n = &f->noise[i];
        json_array_append_new(
            array, json_pack("{s:i, s:I, s:I, s:f, s:f, s:f, s:I}", "threads", n->threads, "pairs",
                             (json_int_t)n->pairs, "different", (json_int_t)n->different, "floor",
                             n->floor, "half_width", n->half_width, "call_ns", n->call_ns,
                             "measured_at", (json_int_t)n->measured_at));
    }
    return array;
}

static json_t *limits_json(const sb_limits *l)
{
    return json_pack("{s:o, s:o, s:o}", "clock_mhz",
                     l->clock_mhz > 0 ? json_real(l->clock_mhz) : json_null(), "full_mhz",
                     l->full_mhz > 0 ? json_real(l->full_mhz) : json_null(), "granted_cores",
                     l->granted ? json_integer(l->granted) : json_null());
}

static json_t *conditions_json(const sb_conditions *c)
{
    json_t *advice = json_array();
    for (int i = 0; i < c->advice_count; i++)
        json_array_append_new(advice, json_string(c->advice[i]));
    json_t *powers = json_object();
    for (int i = 0; i < SB_POWERS; i++)
        json_object_set_new(powers, sb_power_name((sb_power)i), json_boolean(c->powers[i]));
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "kernel", text_or_null(c->kernel),
        "hypervisor", text_or_null(c->hypervisor), "governor", text_or_null(c->governor), "boost",
        text_or_null(c->boost), "load", c->load >= 0 ? json_real(c->load) : json_null(),
        "steal_ticks", c->steal_ticks >= 0 ? json_integer(c->steal_ticks) : json_null(), "counters",
        (int)c->counters, "powers", powers, "advice", advice, "limits", limits_json(&c->limits));
}

static json_t *fences_json(unsigned fences)
{
    json_t *object = json_object();
    for (int i = 0; i < SB_FENCES; i++)
        json_object_set_new(object, sb_fence_name((sb_fence)i), json_boolean(fences & 1u << i));
    return object;
}

char *sb_machine_as_json(const sb_machine_facts *f)
{
    json_t *root =
        json_pack("{s:o, s:o, s:o, s:o, s:o}", "processor", topology_json(f), "peaks",
                  peaks_json(&f->machine.peaks), "noise", noise_json(f), "conditions",
                  conditions_json(&f->machine.conditions), "fences", fences_json(f->fences));
    char *dump = root ? json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(root);
    sb_text text = { 0 };
    if (dump)
        sb_text_add(&text, "%s\n", dump);
    free(dump);
    return text.data;
}
