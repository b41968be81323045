/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that includes hwloc.h. */
#include "machine/topology.h"

#include "machine/cgroup.h"

#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int count_of(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    int count = hwloc_get_nbobjs_by_type(topology, type);
    return count > 0 ? count : 0;
}

/* Copies without blanks at either end: processors pad their brand string. */
static void copy_trimmed(char *target, size_t size, const char *source)
{
    source += strspn(source, " \t");
    size_t length = strcspn(source, "\n");
    while (length && strchr(" \t\r", source[length - 1]))
        length--;
    snprintf(target, size, "%.*s", (int)length, source);
}

static void model_from_file(char *model, size_t size, const char *path, const char *key)
{
    char line[256];
    FILE *file = fopen(path, "re");
    while (file && !*model && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (!key)
            copy_trimmed(model, size, line);
        else if (colon && strncmp(line, key, strlen(key)) == 0)
            copy_trimmed(model, size, colon + 1);
    }
    if (file)
        fclose(file);
}

static void read_model(hwloc_topology_t topology, sb_topology *t)
{
    hwloc_obj_t package = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PACKAGE, 0);
    const char *name = package ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
    if (!name)
        name = hwloc_obj_get_info_by_name(hwloc_get_root_obj(topology), "CPUModel");
    if (name)
        copy_trimmed(t->model, sizeof t->model, name);
    if (hwloc_topology_is_thissystem(topology)) {
        model_from_file(t->model, sizeof t->model, "/proc/cpuinfo", "model name");
        model_from_file(t->model, sizeof t->model, "/proc/device-tree/model", NULL);
    }
    if (!*t->model)
        snprintf(t->model, sizeof t->model, "unknown");
}

/* Cores that have a processor in the set; without core objects, the processors themselves. */
static int cores_within(hwloc_topology_t topology, hwloc_const_cpuset_t set)
{
    int cores = hwloc_get_nbobjs_inside_cpuset_by_type(topology, set, HWLOC_OBJ_CORE);
    return cores > 0 ? cores : hwloc_bitmap_weight(set);
}

/* The caches above one hardware thread. */
static void read_caches(hwloc_topology_t topology, int cpu, sb_topology *t)
{
    hwloc_obj_t at = hwloc_get_pu_obj_by_os_index(topology, (unsigned)cpu);
    for (; at; at = at->parent) {
        if (!hwloc_obj_type_is_dcache(at->type) || at->attr->cache.size == 0)
            continue;
        const struct hwloc_cache_attr_s *cache = &at->attr->cache;
        switch (cache->depth) {
        case 1:
            t->l1d_bytes = cache->size;
            t->l1d_ways = cache->associativity > 0 ? cache->associativity : 0;
            t->line_bytes = (int)cache->linesize;
            break;
        case 2:
            t->l2_bytes = cache->size;
            t->l2_cores = cores_within(topology, at->cpuset);
            break;
        case 3:
            t->l3_bytes = cache->size;
            t->l3_cores = cores_within(topology, at->cpuset);
            break;
        default:
            break;
        }
    }
}

/* Where hwloc has no caches (some virtual machines), the C library may know them. */
static void caches_from_system(sb_topology *t)
{
#ifdef _SC_LEVEL1_DCACHE_SIZE
    const struct {
        uint64_t *bytes;
        int name;
    } sizes[] = {
        { &t->l1d_bytes, _SC_LEVEL1_DCACHE_SIZE },
        { &t->l2_bytes, _SC_LEVEL2_CACHE_SIZE },
        { &t->l3_bytes, _SC_LEVEL3_CACHE_SIZE },
    };
    if (t->l1d_bytes || t->l2_bytes || t->l3_bytes)
        return;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        long bytes = sysconf(sizes[i].name);
        *sizes[i].bytes = bytes > 0 ? (uint64_t)bytes : 0;
    }
    long ways = sysconf(_SC_LEVEL1_DCACHE_ASSOC), line = sysconf(_SC_LEVEL1_DCACHE_LINESIZE);
    t->l1d_ways = ways > 0 ? (int)ways : 0;
    t->line_bytes = line > 0 ? (int)line : 0;
#else
    (void)t;
#endif
}

/* Places the n-th allowed hardware thread of every core that has one; returns how many. */
static int place_round(hwloc_topology_t topology, hwloc_const_cpuset_t allowed,
                       hwloc_obj_type_t type, int n, sb_topology *t)
{
    int placed = 0;
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    for (int i = 0; set && i < count_of(topology, type); i++) {
        hwloc_obj_t core = hwloc_get_obj_by_type(topology, type, (unsigned)i);
        hwloc_bitmap_and(set, core->cpuset, allowed);
        int cpu = hwloc_bitmap_first(set);
        for (int k = 0; k < n && cpu >= 0; k++)
            cpu = hwloc_bitmap_next(set, cpu);
        if (cpu < 0 || t->places == SB_MAX_CPUS)
            continue;
        t->place[t->places++] = cpu;
        placed++;
    }
    hwloc_bitmap_free(set);
    return placed;
}

/* hwloc numbers cores along the tree, so neighbours in a package come one after another. */
static void place_threads(hwloc_topology_t topology, hwloc_const_cpuset_t allowed, sb_topology *t)
{
    hwloc_obj_type_t type = count_of(topology, HWLOC_OBJ_CORE) ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
    t->allowed_cores = place_round(topology, allowed, type, 0, t);
    for (int n = 1; place_round(topology, allowed, type, n, t) > 0; n++)
        ;
}

/* hwloc 2 would ask for it for ever. */
bool sb_topology_shows_affinity(void)
{
    static unsigned long mask[SB_MAX_CPUS];
    return syscall(SYS_sched_getaffinity, 0, sizeof mask, mask) > 0;
}

/* What the administrator's cpuset and the process's affinity mask both allow. */
static void read_allowed(hwloc_topology_t topology, hwloc_bitmap_t allowed)
{
    hwloc_bitmap_t bound = hwloc_bitmap_alloc();
    hwloc_bitmap_copy(allowed, hwloc_topology_get_allowed_cpuset(topology));
    if (bound && sb_topology_shows_affinity() &&
        hwloc_get_cpubind(topology, bound, HWLOC_CPUBIND_PROCESS) == 0 &&
        hwloc_bitmap_intersects(allowed, bound))
        hwloc_bitmap_and(allowed, allowed, bound);
    hwloc_bitmap_free(bound);
}

static uint64_t read_memory(hwloc_topology_t topology)
{
    uint64_t bytes = hwloc_get_root_obj(topology)->total_memory;
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    if (bytes == 0 && pages > 0 && page > 0)
        bytes = (uint64_t)pages * (uint64_t)page;
    uint64_t limit = hwloc_topology_is_thissystem(topology) ? sb_cgroup_memory("") : 0;
    return limit > 0 && limit < bytes ? limit : bytes;
}

static void read_counts(hwloc_topology_t topology, sb_topology *t)
{
    t->hardware_threads = count_of(topology, HWLOC_OBJ_PU);
    t->cores = count_of(topology, HWLOC_OBJ_CORE);
    if (t->cores == 0)
        t->cores = t->hardware_threads;
    t->packages = count_of(topology, HWLOC_OBJ_PACKAGE);
    if (t->packages == 0)
        t->packages = 1;
    t->numa_nodes = count_of(topology, HWLOC_OBJ_NUMANODE);
    t->smt = (t->hardware_threads + t->cores - 1) / t->cores;
}

static int fill_topology(hwloc_topology_t topology, sb_topology *t, sb_error *error)
{
    hwloc_bitmap_t allowed = hwloc_bitmap_alloc();
    if (!allowed)
        return sb_fail(error, "no memory to read the topology");
    read_allowed(topology, allowed);
    read_model(topology, t);
    read_counts(topology, t);
    t->allowed = hwloc_bitmap_weight(allowed);
    place_threads(topology, allowed, t);
    if (t->places > 0)
        read_caches(topology, t->place[0], t);
    if (hwloc_topology_is_thissystem(topology)) {
        caches_from_system(t);
        t->cpu_quota = sb_cgroup_quota("");
    }
    t->memory_bytes = read_memory(topology);
    hwloc_bitmap_free(allowed);
    return t->places > 0 ? SB_OK : sb_fail(error, "hwloc finds no processor to run on");
}

int sb_topology_read(sb_topology *t, sb_error *error)
{
    hwloc_topology_t topology;
    memset(t, 0, sizeof *t);
    /* Its plugins (graphics cards, XML) tell nothing of processors, and bring in OpenCL and X11. */
    setenv("HWLOC_PLUGINS_PATH", "", 0);
    if (!sb_topology_shows_affinity()) /* processors, without cores and caches */
        setenv("HWLOC_COMPONENTS", "no_os,stop", 0);
    if (hwloc_topology_init(&topology) < 0)
        return sb_fail_errno(error, "hwloc cannot start");
    /* The machine as it is; what the process may use of it is told apart. */
    hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
    int rc = hwloc_topology_load(topology) < 0
                 ? sb_fail_errno(error, "hwloc cannot read the topology of this machine")
                 : fill_topology(topology, t, error);
    hwloc_topology_destroy(topology);
    return rc;
}

int sb_max_threads(const sb_topology *t)
{
    int threads = t->allowed_cores > 0 ? t->allowed_cores : 1;
    int quota = (int)t->cpu_quota; /* 1.5 cores' time feeds one thread without throttling */
    if (t->cpu_quota > 0 && quota < threads)
        threads = quota > 0 ? quota : 1;
    return threads;
}

const char *sb_topology_library_version(void)
{
    return HWLOC_VERSION;
}
