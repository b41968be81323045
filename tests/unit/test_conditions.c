/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include "core/file.h"
#include "machine/conditions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const sb_topology quiet_machine = {
    .cores = 4, .hardware_threads = 4, .allowed = 4, .smt = 1
};
static const sb_conditions quiet = {
    .governor = "performance",
    .boost = "off",
    .hypervisor = "none",
    .powers = { true, true, true },
    .counters = true,
};

static void assert_doubts(const sb_topology *t, const sb_conditions *c, const char *expected)
{
    char *doubts = sb_conditions_doubts(t, c);
    assert_string_equal(doubts, expected);
    free(doubts);
}

static void nothing_to_say(void **state)
{
    (void)state;
    sb_conditions c = quiet;
    sb_conditions_advise(&quiet_machine, &c);
    assert_int_equal(c.advice_count, 0);
    assert_doubts(&quiet_machine, &c, "");
}

/* A condition that is not known gives no advice. */
static void unknown_is_not_bad(void **state)
{
    (void)state;
    sb_conditions c = {
        .load = -1, .steal_ticks = -1, .powers = { true, true, true }, .counters = true
    };
    sb_conditions_advise(&quiet_machine, &c);
    assert_int_equal(c.advice_count, 0);
}

static void one_line_for_each_trouble(void **state)
{
    (void)state;
    const sb_topology t = { .cores = 4,
                            .hardware_threads = 8,
                            .allowed = 2,
                            .allowed_cores = 2,
                            .smt = 2,
                            .cpu_quota = 1.5 };
    sb_conditions c = { .governor = "powersave",
                        .boost = "on",
                        .hypervisor = "KVM",
                        .load = 3.25,
                        .limits = { .clock_mhz = 2100, .full_mhz = 3500, .granted = 1 },
                        .counters = false };
    static const char *const expected[] = { "3.25",
                                            "1 of 4 cores",
                                            "pinned",
                                            "sched_getaffinity",
                                            "measure.processes",
                                            "1.50 cores",
                                            "2 of 8",
                                            "powersave",
                                            "2100 of 3500 MHz",
                                            "Boost",
                                            "SMT is on",
                                            "(KVM)",
                                            "perf_event_paranoid" };
    const int count = sizeof expected / sizeof *expected;
    sb_conditions_advise(&t, &c);
    assert_int_equal(c.advice_count, count);
    for (int i = 0; i < count; i++) {
        assert_non_null(strstr(c.advice[i], expected[i]));
        assert_true(strlen(c.advice[i]) < sizeof c.advice[i] - 1); /* not truncated */
    }
    sb_conditions_advise(&t, &c);
    assert_int_equal(c.advice_count, count);
    assert_doubts(&t, &c,
                  "node shared (1 of 4 cores); 2 of 8 hardware threads; the time of 1.50 cores; "
                  "clock capped at 2100 of 3500 MHz; load 3.25; threads not pinned");
}

/* Files and environment variables as found on real systems. */
static const struct recorded {
    const char *name, *scaling, *full, *percent, *job, *granted; /* NULL: there is none */
    double clock_mhz, full_mhz;
    int cores;
} recorded[] = {
    { "acpi-cpufreq", "3500000\n", "3500000\n", NULL, NULL, NULL, 3500, 3500, 0 },
    { "cpupower frequency-set -u 2.1GHz", "2100000\n", "3500000\n", NULL, NULL, NULL, 2100, 3500,
      0 },
    { "intel_pstate", "4000000\n", "4000000\n", "100\n", NULL, NULL, 4000, 4000, 0 },
    { "intel_pstate, 50 %", "4000000\n", "4000000\n", "50\n", NULL, NULL, 2000, 4000, 0 },
    { "both", "1500000\n", "4000000\n", "50\n", NULL, NULL, 1500, 4000, 0 },
    { "a virtual machine", NULL, NULL, NULL, NULL, NULL, 0, 0, 0 },
    { "garbage", "<unsupported>\n", "\n", "x", NULL, NULL, 0, 0, 0 },
    { "Slurm", NULL, NULL, NULL, "17", "2", 0, 0, 2 },
    { "Slurm, garbage", NULL, NULL, NULL, "17", "2(x3)", 0, 0, 0 },
    { "a variable that stayed", NULL, NULL, NULL, NULL, "2", 0, 0, 0 },
};

static void write_file(const char *root, const char *name, const char *text)
{
    sb_error error;
    char *path = sb_path_join(root, name), *folder = sb_path_folder(path);
    assert_int_equal(sb_folder_make(folder, &error), SB_OK);
    if (text)
        assert_int_equal(sb_file_write(path, text, strlen(text), &error), SB_OK);
    free(folder);
    free(path);
}

static void set_or_unset(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

static void limits_of_recorded_systems(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
        const struct recorded *r = &recorded[i];
        char *root = make_folder();
        sb_limits l;
        write_file(root, "sys/devices/system/cpu/cpu3/cpufreq/scaling_max_freq", r->scaling);
        write_file(root, "sys/devices/system/cpu/cpu3/cpufreq/cpuinfo_max_freq", r->full);
        write_file(root, "sys/devices/system/cpu/intel_pstate/max_perf_pct", r->percent);
        set_or_unset("SLURM_JOB_ID", r->job);
        set_or_unset("SLURM_CPUS_ON_NODE", r->granted);
        sb_limits_read(root, 3, &l);
        if (l.clock_mhz != r->clock_mhz || l.full_mhz != r->full_mhz || l.granted != r->cores)
            fail_msg("%s: %g of %g MHz, %d cores", r->name, l.clock_mhz, l.full_mhz, l.granted);
        remove_folder(root);
    }
    unsetenv("SLURM_JOB_ID");
    unsetenv("SLURM_CPUS_ON_NODE");
}

/* Values that are as they should be, apart from the rounding of clocks, raise no doubt. */
static void limits_that_are_none(void **state)
{
    (void)state;
    sb_conditions c = quiet;
    c.limits = (sb_limits) { .clock_mhz = 3490, .full_mhz = 3500, .granted = 4 };
    assert_doubts(&quiet_machine, &c, "");
    sb_conditions_advise(&quiet_machine, &c);
    assert_int_equal(c.advice_count, 0);
}

static void this_machine(void **state)
{
    (void)state;
    static sb_topology t;
    sb_conditions c;
    sb_error error;
    assert_int_equal(sb_topology_read(NULL, &t, &error), SB_OK);
    sb_conditions_read(&t, &c);
    assert_true(strlen(c.kernel) > 0);
    assert_true(c.load >= -1 && c.steal_ticks >= -1);
    assert_in_range(c.advice_count, 0, SB_MAX_ADVICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_to_say),
        cmocka_unit_test(unknown_is_not_bad),
        cmocka_unit_test(one_line_for_each_trouble),
        cmocka_unit_test(limits_of_recorded_systems),
        cmocka_unit_test(limits_that_are_none),
        cmocka_unit_test(this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
