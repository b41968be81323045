/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/conditions.h"

#include "core/file.h"
#include "core/text.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/perf_event.h>
#include <sys/syscall.h>
#endif
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

/* ------------------------------------------------------------------------------------- facts */

static void read_governor(const sb_topology *t, sb_conditions *c)
{
    char path[96];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor",
             t->places ? t->place[0] : 0);
    sb_file_first_line(path, c->governor, sizeof c->governor);
}

static void read_boost(sb_conditions *c)
{
    static const struct {
        const char *path;
        char on; /* the digit that stands for it */
    } switches[] = {
        { "/sys/devices/system/cpu/cpufreq/boost", '1' },
        { "/sys/devices/system/cpu/intel_pstate/no_turbo", '0' },
    };
    char line[16];
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        sb_file_first_line(switches[i].path, line, sizeof line);
        if (*line)
            snprintf(c->boost, sizeof c->boost, "%s", *line == switches[i].on ? "on" : "off");
    }
}

#if defined(__x86_64__) || defined(__i386__)
/* Hypervisors identify themselves in leaf 0x40000000; bit 31 of leaf 1's ecx says that there is
 * one. */
static void read_hypervisor(sb_conditions *c)
{
    static const struct {
        const char *signature, *name;
    } known[] = {
        { "KVMKVMKVM", "KVM" },           { "Microsoft Hv", "Hyper-V" },
        { "VMwareVMware", "VMware" },     { "XenVMMXenVMM", "Xen" },
        { "TCGTCGTCGTCG", "QEMU" },       { "bhyve bhyve ", "bhyve" },
        { "VBoxVBoxVBox", "VirtualBox" },
    };
    unsigned a, b, words[3] = { 0 };
    char signature[sizeof words + 1] = "";
    snprintf(c->hypervisor, sizeof c->hypervisor, "none");
    if (!__get_cpuid(1, &a, &b, &words[0], &words[1]) || !(words[0] & (1U << 31)))
        return;
    __cpuid(0x40000000, a, words[0], words[1], words[2]);
    memcpy(signature, words, sizeof words);
    for (char *at = signature; *at; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';
    snprintf(c->hypervisor, sizeof c->hypervisor, "%s", *signature ? signature : "unnamed");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(signature, known[i].signature) == 0)
            snprintf(c->hypervisor, sizeof c->hypervisor, "%s", known[i].name);
}
#else
static void read_hypervisor(sb_conditions *c)
{
    sb_file_first_line("/sys/hypervisor/type", c->hypervisor, sizeof c->hypervisor);
    if (!*c->hypervisor)
        sb_file_first_line("/proc/device-tree/hypervisor/compatible", c->hypervisor,
                           sizeof c->hypervisor);
}
#endif

static void read_kernel(sb_conditions *c)
{
    struct utsname name;
    if (uname(&name) == 0)
        snprintf(c->kernel, sizeof c->kernel, "%.31s %.63s %.30s", name.sysname, name.release,
                 name.machine);
}

/* Time stolen by the hypervisor, summed over all processors: the eighth number of the first
 * line. */
static int64_t read_steal(void)
{
    char line[512];
    long long steal;
    sb_file_first_line("/proc/stat", line, sizeof line);
    return sscanf(line, "cpu %*s %*s %*s %*s %*s %*s %*s %lld", &steal) == 1 ? steal : -1;
}

static bool can_open_counters(void)
{
#if defined(__linux__) && defined(SYS_perf_event_open)
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof attributes,
        .config = PERF_COUNT_HW_CPU_CYCLES,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    long fd = syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0UL);
    if (fd < 0)
        return false;
    close((int)fd);
    return true;
#else
    return false;
#endif
}

static bool can_pin(void)
{
    cpu_set_t set;
    /* If the old mask is unknown, sets all processors; the system ignores those that do not
     * exist. */
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        memset(&set, 0xff, sizeof set);
    return sched_setaffinity(0, sizeof set, &set) == 0;
}

/* Pins itself as workers do, and back. */
static bool can_fix_layout(void)
{
    const int before = personality(0xffffffff);
    const bool fixed = before >= 0 && personality((unsigned long)before | ADDR_NO_RANDOMIZE) >= 0;
    if (fixed)
        personality((unsigned long)before);
    return fixed;
}

static const struct {
    const char *name;
    bool (*has)(void);
    const char *price;
} powers[SB_POWERS] = {
    [SB_POWER_PIN] = { "pinning", can_pin,
                       "Threads may not be pinned (sched_setaffinity is refused): the system moves "
                       "them between cores in the middle of a call, and times vary more" },
    [SB_POWER_SEE] = { "affinity", sb_topology_shows_affinity,
                       "The system does not say where this process may run (sched_getaffinity "
                       "fails): cores and caches are unknown, and 'max' counts hardware threads" },
    [SB_POWER_LAYOUT] = { "fixed layout", can_fix_layout,
                          "Workers get random addresses (personality is refused, as by default in "
                          "containers): one kernel differs from process to process by up to 5 %, "
                          "and intervals are less sure. Allow it, or set measure.processes=12" },
};

const char *sb_power_name(sb_power power)
{
    return powers[power].name;
}

const char *sb_power_price(sb_power power)
{
    return powers[power].price;
}

/* ------------------------------------------------------------------------------------ advice */

__attribute__((format(printf, 2, 3))) static void advise(sb_conditions *c, const char *format, ...)
{
    if (c->advice_count == SB_MAX_ADVICE)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(c->advice[c->advice_count++], sizeof c->advice[0], format, arguments);
    va_end(arguments);
}

static void on_governor(const sb_topology *t, sb_conditions *c)
{
    (void)t;
    if (*c->governor && strcmp(c->governor, "performance") != 0)
        advise(c,
               "The frequency governor is '%s': clocks follow the load. Set it while measuring: "
               "sudo cpupower frequency-set -g performance",
               c->governor);
}

static void on_boost(const sb_topology *t, sb_conditions *c)
{
    (void)t;
    if (strcmp(c->boost, "on") == 0)
        advise(c,
               "Boost is on: the clock depends on heat and on the number of busy cores. For "
               "steadier times turn it off (echo 0 > /sys/devices/system/cpu/cpufreq/boost, or 1 "
               "> .../intel_pstate/no_turbo)");
}

static void on_smt(const sb_topology *t, sb_conditions *c)
{
    if (t->smt > 1)
        advise(c,
               "SMT is on (%d hardware threads a core): sepbench uses one a core; keep the others "
               "idle, or turn it off: echo off > /sys/devices/system/cpu/smt/control",
               t->smt);
}

static void on_hypervisor(const sb_topology *t, sb_conditions *c)
{
    (void)t;
    if (*c->hypervisor && strcmp(c->hypervisor, "none") != 0)
        advise(c,
               "A virtual machine (%s): neighbours take time that this machine cannot see. Compare "
               "within one run, not between runs, and trust the intervals",
               c->hypervisor);
}

static void on_affinity(const sb_topology *t, sb_conditions *c)
{
    if (t->allowed < t->hardware_threads)
        advise(c,
               "Only %d of %d hardware threads may be used (affinity mask or cpuset): look at "
               "taskset -p $$ and at the container's limits",
               t->allowed, t->hardware_threads);
}

static void on_quota(const sb_topology *t, sb_conditions *c)
{
    if (t->cpu_quota > 0)
        advise(
            c,
            "A control group limits this process to the time of %.2f cores: beyond it all threads "
            "are stopped for tens of milliseconds. 'max' means %d thread%s here",
            t->cpu_quota, sb_max_threads(t), sb_plural(sb_max_threads(t)));
}

static bool is_shared(const sb_topology *t, const sb_conditions *c)
{
    return c->limits.granted > 0 && c->limits.granted < t->cores;
}

static void on_shared_node(const sb_topology *t, sb_conditions *c)
{
    if (is_shared(t, c))
        advise(c,
               "The scheduler gave this job %d of %d cores: others may run on the node, and share "
               "caches, memory and clocks with it. Ask for all of it (--exclusive)",
               c->limits.granted, t->cores);
}

/* Files of the system are rounded to what clocks there are. */
static bool is_capped(const sb_limits *l)
{
    return l->clock_mhz > 0 && l->clock_mhz < 0.99 * l->full_mhz;
}

static void on_cap(const sb_topology *t, sb_conditions *c)
{
    (void)t;
    if (is_capped(&c->limits))
        advise(c,
               "The clock is capped at %.0f of %.0f MHz (scaling_max_freq, or intel_pstate's "
               "max_perf_pct): fine for steady times, but peaks and times are those of a slower "
               "processor",
               c->limits.clock_mhz, c->limits.full_mhz);
}

static bool is_loaded(const sb_conditions *c)
{
    return c->load > 0.5;
}

static void on_load(const sb_topology *t, sb_conditions *c)
{
    (void)t;
    if (is_loaded(c))
        advise(c,
               "The load average is %.2f: other processes run. Stop them, or wait: measuring takes "
               "longer and is less precise",
               c->load);
}

static void on_counters(const sb_topology *t, sb_conditions *c)
{
    (void)t;
    if (!c->counters)
        advise(c, "No hardware performance counters: nothing that sepbench reports needs them "
                  "(virtual machines often hide them; else sysctl kernel.perf_event_paranoid=2)");
}

static void on_powers(const sb_topology *t, sb_conditions *c)
{
    (void)t;
    for (int i = 0; i < SB_POWERS; i++)
        if (!c->powers[i])
            advise(c, "%s", powers[i].price);
}

/* The most harmful condition first: the list is cut at SB_MAX_ADVICE. */
static void (*const rules[])(const sb_topology *, sb_conditions *) = {
    on_load, on_shared_node, on_powers, on_quota,      on_affinity, on_governor,
    on_cap,  on_boost,       on_smt,    on_hypervisor, on_counters,
};

void sb_conditions_advise(const sb_topology *topology, sb_conditions *conditions)
{
    conditions->advice_count = 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        rules[i](topology, conditions);
}

static void add_doubt(sb_text *doubts, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add_doubt(sb_text *doubts, const char *format, ...)
{
    va_list arguments;
    sb_text_add(doubts, "%s", doubts->length ? "; " : "");
    va_start(arguments, format);
    sb_text_add_list(doubts, format, arguments);
    va_end(arguments);
}

char *sb_conditions_doubts(const sb_topology *t, const sb_conditions *c)
{
    const sb_limits *l = &c->limits;
    sb_text doubts = { 0 };
    sb_text_add_bytes(&doubts, "", 0); /* nothing to say is an empty text */
    if (is_shared(t, c))
        add_doubt(&doubts, "node shared (%d of %d cores)", l->granted, t->cores);
    if (t->allowed < t->hardware_threads)
        add_doubt(&doubts, "%d of %d hardware threads", t->allowed, t->hardware_threads);
    if (t->cpu_quota > 0)
        add_doubt(&doubts, "the time of %.2f cores", t->cpu_quota);
    if (is_capped(l))
        add_doubt(&doubts, "clock capped at %.0f of %.0f MHz", l->clock_mhz, l->full_mhz);
    if (is_loaded(c))
        add_doubt(&doubts, "load %.2f", c->load);
    if (!c->powers[SB_POWER_PIN])
        add_doubt(&doubts, "threads not pinned");
    return doubts.data;
}

void sb_conditions_read(const sb_topology *topology, sb_conditions *conditions)
{
    memset(conditions, 0, sizeof *conditions);
    read_governor(topology, conditions);
    read_boost(conditions);
    sb_limits_read("", topology->places ? topology->place[0] : 0, &conditions->limits);
    read_hypervisor(conditions);
    read_kernel(conditions);
    if (getloadavg(&conditions->load, 1) != 1)
        conditions->load = -1;
    conditions->steal_ticks = read_steal();
    for (int i = 0; i < SB_POWERS; i++)
        conditions->powers[i] = powers[i].has();
    conditions->counters = can_open_counters();
    sb_conditions_advise(topology, conditions);
}
