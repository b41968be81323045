/* SPDX-License-Identifier: Apache-2.0 */
#include "core/file.h"
#include "core/text.h"
#include "machine/cgroup.h"
#include "machine/topology.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Synthetic machines of hwloc. `place` lists the first places. */
static const struct {
    const char *synthetic;
    int packages, numa_nodes, cores, hardware_threads, smt, l3_cores;
    int place[9];
} machines[] = {
    { "pack:2 l3:1 core:4 pu:2", 2, 1, 8, 16, 2, 4, { 0, 2, 4, 6, 8, 10, 12, 14, 1 } },
    { "numa:2 core:2 pu:1", 1, 2, 4, 4, 1, 0, { 0, 1, 2, 3 } },
    { "pu:3", 1, 1, 3, 3, 1, 0, { 0, 1, 2 } },
    { "core:1 pu:1", 1, 1, 1, 1, 1, 0, { 0 } },
    { "l3:2(size=1000000) core:2 pu:2(indexes=0,4,1,5,2,6,3,7)",
      1,
      1,
      4,
      8,
      2,
      2,
      { 0, 1, 2, 3, 4, 5, 6, 7 } },
};

static void read_synthetic(const char *description, sb_topology *t)
{
    sb_error error;
    setenv("HWLOC_SYNTHETIC", description, 1);
    setenv("HWLOC_THISSYSTEM", "0", 1);
    assert_int_equal(sb_topology_read(NULL, t, &error), SB_OK);
    unsetenv("HWLOC_SYNTHETIC");
    unsetenv("HWLOC_THISSYSTEM");
}

static void synthetic_machines(void **state)
{
    (void)state;
    static sb_topology t;
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        read_synthetic(machines[i].synthetic, &t);
        assert_int_equal(t.packages, machines[i].packages);
        assert_int_equal(t.numa_nodes, machines[i].numa_nodes);
        assert_int_equal(t.cores, machines[i].cores);
        assert_int_equal(t.hardware_threads, machines[i].hardware_threads);
        assert_int_equal(t.allowed, machines[i].hardware_threads);
        assert_int_equal(t.allowed_cores, machines[i].cores);
        assert_int_equal(t.smt, machines[i].smt);
        assert_int_equal(t.l3_cores, machines[i].l3_cores);
        assert_int_equal(t.places, machines[i].hardware_threads);
        assert_int_equal(sb_max_threads(&t), machines[i].cores);
        for (int k = 0; k < 9 && k < t.places; k++)
            assert_int_equal(t.place[k], machines[i].place[k]);
    }
}

/* ------------------------------------------------------------------------- kinds of cores */

static int read_recorded(const char *file, const char *cores, sb_topology *t, sb_error *error)
{
    const char *folder = getenv("srcdir");
    sb_text path = { 0 };
    sb_text_add(&path, "%s/tests/fixtures/topology/%s.xml", folder ? folder : ".", file);
    setenv("HWLOC_XMLFILE", path.data, 1);
    setenv("HWLOC_THISSYSTEM", "0", 1);
    const int rc = sb_topology_read(cores, t, error);
    unsetenv("HWLOC_XMLFILE");
    unsetenv("HWLOC_THISSYSTEM");
    sb_text_free(&path);
    return rc;
}

/* Six fast cores with two threads each and eight slow ones; slow cores that come first; three
 * kinds. */
static const struct {
    const char *file, *cores, *chosen;
    int kinds, fast_cores, max_threads, places;
    int place[8]; /* the first ones */
} hybrids[] = {
    { "p6_e8", NULL, "performance (IntelCore)", 2, 6, 6, 12, { 0, 2, 4, 6, 8, 10, 1, 3 } },
    { "p6_e8",
      "efficiency",
      "efficiency (IntelAtom)",
      2,
      6,
      8,
      8,
      { 12, 13, 14, 15, 16, 17, 18, 19 } },
    { "p6_e8", "all", "all", 2, 6, 14, 20, { 0, 2, 4, 6, 8, 10, 12, 13 } },
    { "p6_e8", "0-3,12", "cores 0-3,12", 2, 6, 3, 5, { 0, 2, 12, 1, 3 } },
    { "p6_e8", "1", "cores 1", 2, 6, 1, 1, { 1 } },
    { "little_first", NULL, "performance (Cortex-A72)", 2, 2, 2, 2, { 4, 5 } },
    { "three", "performance", "performance (X3)", 3, 1, 1, 1, { 7 } },
    { "three", "efficiency", "efficiency (A510)", 3, 1, 4, 4, { 0, 1, 2, 3 } },
};

static void threads_stay_on_cores_of_one_kind(void **state)
{
    (void)state;
    static sb_topology t;
    for (size_t i = 0; i < sizeof hybrids / sizeof *hybrids; i++) {
        sb_error error = { "" };
        if (read_recorded(hybrids[i].file, hybrids[i].cores, &t, &error) < 0)
            fail_msg("%s", error.text);
        assert_int_equal(t.kinds, hybrids[i].kinds);
        assert_int_equal(t.kind[0].cores, hybrids[i].fast_cores);
        assert_string_equal(t.chosen, hybrids[i].chosen);
        assert_int_equal(sb_max_threads(&t), hybrids[i].max_threads);
        assert_int_equal(t.places, hybrids[i].places);
        for (int k = 0; k < 8 && k < t.places; k++)
            assert_int_equal(t.place[k], hybrids[i].place[k]);
    }
}

/* The caches are those of the chosen cores. */
static void caches_are_of_the_kind(void **state)
{
    (void)state;
    static sb_topology t;
    sb_error error;
    assert_int_equal(read_recorded("p6_e8", NULL, &t, &error), SB_OK);
    assert_true(t.l1d_bytes == 49152 && t.l2_bytes == 1310720 && t.l2_cores == 1);
    assert_int_equal(read_recorded("p6_e8", "efficiency", &t, &error), SB_OK);
    assert_true(t.l1d_bytes == 32768 && t.l2_bytes == 2097152 && t.l2_cores == 4);
}

static void wrong_choices_of_cores_are_told(void **state)
{
    (void)state;
    static sb_topology t;
    static const char *const wrong[] = { "fast", "", "0-", "-1", "0,,1", "1 2", "0x1" };
    sb_error error;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(sb_topology_read(wrong[i], &t, &error), SB_FAILED);
        assert_non_null(strstr(error.text, "expected performance, efficiency, all"));
    }
    assert_int_equal(sb_topology_read("9999", &t, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "may use none of them"));
}

static void every_place_is_a_different_processor(void **state)
{
    (void)state;
    static sb_topology t;
    static bool seen[SB_MAX_CPUS];
    read_synthetic("pack:2 l3:2 l2:4 core:1 pu:2", &t);
    assert_int_equal(t.places, 32);
    assert_int_equal(t.l2_cores, 1);
    for (int i = 0; i < t.places; i++) {
        assert_in_range(t.place[i], 0, 31);
        assert_false(seen[t.place[i]]);
        seen[t.place[i]] = true;
    }
}

/* A machine with more processors than there are places is truncated. */
static void huge_machine(void **state)
{
    (void)state;
    static sb_topology t;
    read_synthetic("pack:8 core:128 pu:2", &t);
    assert_int_equal(t.hardware_threads, 2048);
    assert_int_equal(t.places, SB_MAX_CPUS);
    assert_int_equal(sb_max_threads(&t), 1024);
}

static void this_machine(void **state)
{
    (void)state;
    static sb_topology t;
    sb_error error;
    assert_int_equal(sb_topology_read(NULL, &t, &error), SB_OK);
    assert_true(t.cores >= 1 && t.hardware_threads >= t.cores);
    assert_true(t.allowed >= 1 && t.places == t.allowed);
    assert_true(t.memory_bytes > 0);
    assert_true(strlen(t.model) > 0);
}

static void affinity_mask_is_obeyed(void **state)
{
    (void)state;
    static sb_topology t;
    sb_error error;
    cpu_set_t before, one;
    if (getenv("EMULATOR"))
        skip(); /* it has threads of its own, which keep their masks */
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    int last = CPU_SETSIZE - 1;
    while (!CPU_ISSET((size_t)last, &before))
        last--;
    CPU_ZERO(&one);
    CPU_SET((size_t)last, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    int rc = sb_topology_read(NULL, &t, &error);
    sched_setaffinity(0, sizeof before, &before);
    assert_int_equal(rc, SB_OK);
    assert_int_equal(t.allowed, 1);
    assert_int_equal(t.places, 1);
    assert_int_equal(t.place[0], last);
    assert_int_equal(sb_max_threads(&t), 1);
}

static void quota_cuts_max_threads(void **state)
{
    (void)state;
    static const struct {
        int cores;
        double quota;
        int threads;
    } cases[] = { { 8, 0, 8 }, { 8, 2.5, 2 }, { 8, 0.3, 1 }, { 2, 16, 2 }, { 0, 0, 1 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_topology t = { .allowed_cores = cases[i].cores, .cpu_quota = cases[i].quota };
        assert_int_equal(sb_max_threads(&t), cases[i].threads);
    }
}

/* ---------------------------------------------------------------------------- control groups */

#define V2_MOUNT "30 22 0:27 / /cg rw,relatime shared:9 - cgroup2 cgroup2 rw\n"
#define V1_MOUNT                                                                \
    "31 30 0:28 / /v1/cpuset rw - cgroup cgroup rw,cpuset\n"                    \
    "32 30 0:29 /docker/x /v1/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct\n" \
    "33 30 0:30 / /v1/memory rw - cgroup cgroup rw,memory\n"

static const struct group_case {
    const char *name, *groups, *mounts;
    const char *files[7]; /* path, content, path, content, ..., NULL */
    double quota;
    uint64_t memory;
} groups[] = {
    { "no control groups", "", "", { NULL }, 0, 0 },
    { "v2 without limit", "0::/a\n", V2_MOUNT, { "cg/a/cpu.max", "max 100000\n" }, 0, 0 },
    { "v2",
      "0::/a\n",
      V2_MOUNT,
      { "cg/a/cpu.max", "150000 100000\n", "cg/a/memory.max", "268435456\n" },
      1.5,
      268435456 },
    { "v2, the group above is tighter",
      "0::/a/b\n",
      V2_MOUNT,
      { "cg/a/cpu.max", "50000 100000\n", "cg/a/b/cpu.max", "200000 100000\n", "cg/a/b/memory.max",
        "max\n" },
      0.5,
      0 },
    { "v2, the container's root", "0::/\n", V2_MOUNT, { "cg/cpu.max", "300000 100000\n" }, 3, 0 },
    { "v1 in a container that sees its path from outside",
      "5:cpuset:/\n4:cpu,cpuacct:/docker/x\n3:memory:/docker/x\n",
      V1_MOUNT,
      { "v1/cpu/cpu.cfs_quota_us", "25000\n", "v1/cpu/cpu.cfs_period_us", "50000\n",
        "v1/memory/docker/x/memory.limit_in_bytes", "1073741824\n" },
      0.5,
      1073741824 },
    { "v1 without limit",
      "4:cpu,cpuacct:/docker/x\n3:memory:/docker/x\n",
      V1_MOUNT,
      { "v1/cpu/cpu.cfs_quota_us", "-1\n", "v1/cpu/cpu.cfs_period_us", "100000\n",
        "v1/memory/docker/x/memory.limit_in_bytes", "9223372036854771712\n" },
      0,
      0 },
    { "damaged files", "nonsense\n0:\n0::/a\n", "x - \n" V2_MOUNT, { "cg/a/cpu.max", "\n" }, 0, 0 },
};

static void write_at(const char *root, const char *path, const char *content)
{
    sb_error error;
    char *full = sb_path_join(root, path);
    char *slash = strrchr(full, '/');
    *slash = '\0';
    assert_int_equal(sb_folder_make(full, &error), SB_OK);
    *slash = '/';
    assert_int_equal(sb_file_write(full, content, strlen(content), &error), SB_OK);
    free(full);
}

static void control_groups(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        char root[] = "/tmp/sepbench-cgroup-XXXXXX";
        assert_non_null(mkdtemp(root));
        write_at(root, "proc/self/cgroup", groups[i].groups);
        write_at(root, "proc/self/mountinfo", groups[i].mounts);
        for (const char *const *file = groups[i].files; *file; file += 2)
            write_at(root, file[0], file[1]);
        double quota = sb_cgroup_quota(root);
        uint64_t memory = sb_cgroup_memory(root);
        sb_text command = { 0 };
        sb_text_add(&command, "rm -r %s", root);
        assert_int_equal(system(command.data), 0);
        sb_text_free(&command);
        if (quota != groups[i].quota || memory != groups[i].memory)
            fail_msg("%s: quota %g, memory %llu", groups[i].name, quota,
                     (unsigned long long)memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(synthetic_machines),
        cmocka_unit_test(threads_stay_on_cores_of_one_kind),
        cmocka_unit_test(caches_are_of_the_kind),
        cmocka_unit_test(wrong_choices_of_cores_are_told),
        cmocka_unit_test(every_place_is_a_different_processor),
        cmocka_unit_test(huge_machine),
        cmocka_unit_test(this_machine),
        cmocka_unit_test(affinity_mask_is_obeyed),
        cmocka_unit_test(quota_cuts_max_threads),
        cmocka_unit_test(control_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
