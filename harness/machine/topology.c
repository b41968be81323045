/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that includes hwloc.h. */
#include "machine/topology.h"

#include "core/text.h"
#include "machine/cgroup.h"

#include <hwloc.h>
#include <hwloc/cpukinds.h>
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

/* Copies without surrounding blanks: processors pad their brand string. */
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

/* Counts the cores that have a processor in the set; without core objects, the processors
 * themselves. */
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

/* On some virtual machines hwloc finds no caches, but the C library does. */
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

/* ------------------------------------------------------------------------------- placement */

/* The allowed hardware threads, one core after the other. */
typedef struct thread_list {
    int cpu[SB_MAX_CPUS], core[SB_MAX_CPUS], kind[SB_MAX_CPUS];
    int count;
} thread_list;

/* The kind of a hardware thread, 0 for the fastest; hwloc numbers the kinds the other way. */
static int kind_of(hwloc_topology_t topology, int cpu, int kinds)
{
    hwloc_obj_t thread = hwloc_get_pu_obj_by_os_index(topology, (unsigned)cpu);
    const int kind = thread ? hwloc_cpukinds_get_by_cpuset(topology, thread->cpuset, 0) : -1;
    return kind >= 0 && kind < kinds ? kinds - 1 - kind : 0;
}

/* Adds the n-th allowed hardware thread of every core that has one; returns how many. */
static int list_round(hwloc_topology_t topology, hwloc_const_cpuset_t allowed, int kinds, int n,
                      thread_list *list)
{
    const hwloc_obj_type_t type =
        count_of(topology, HWLOC_OBJ_CORE) ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
    const int before = list->count;
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    for (int i = 0; set && i < count_of(topology, type); i++) {
        hwloc_obj_t core = hwloc_get_obj_by_type(topology, type, (unsigned)i);
        hwloc_bitmap_and(set, core->cpuset, allowed);
        int cpu = hwloc_bitmap_first(set);
        for (int k = 0; k < n && cpu >= 0; k++)
            cpu = hwloc_bitmap_next(set, cpu);
        if (cpu < 0 || list->count == SB_MAX_CPUS)
            continue;
        list->cpu[list->count] = cpu;
        list->core[list->count] = i;
        list->kind[list->count++] = kind_of(topology, cpu, kinds);
    }
    hwloc_bitmap_free(set);
    return list->count - before;
}

/* hwloc's own ranking; if it has none, all cores count as alike. */
static int count_kinds(hwloc_topology_t topology)
{
    const int kinds = hwloc_cpukinds_get_nr(topology, 0);
    int efficiency;
    if (kinds < 2 || kinds > SB_MAX_KINDS ||
        hwloc_cpukinds_get_info(topology, 0, NULL, &efficiency, NULL, NULL, 0) < 0 ||
        efficiency < 0)
        return 1;
    return kinds;
}

static const char *core_type(hwloc_topology_t topology, int kinds, int kind)
{
    struct hwloc_info_s *infos = NULL;
    unsigned count = 0;
    if (hwloc_cpukinds_get_info(topology, (unsigned)(kinds - 1 - kind), NULL, NULL, &count, &infos,
                                0) < 0)
        return NULL;
    for (unsigned i = 0; i < count; i++)
        if (strcmp(infos[i].name, "CoreType") == 0)
            return infos[i].value;
    return NULL;
}

static void name_kind(hwloc_topology_t topology, int kind, sb_topology *t)
{
    const char *type = core_type(topology, t->kinds, kind);
    const char *rank = kind == 0 ? "performance" : kind == t->kinds - 1 ? "efficiency" : "middle";
    sb_core_kind *k = &t->kind[kind];
    if (t->kinds < 2)
        snprintf(k->name, sizeof k->name, "alike");
    else
        snprintf(k->name, sizeof k->name, type ? "%s (%.24s)" : "%s", rank, type);
}

static void count_cores(const thread_list *list, sb_topology *t)
{
    for (int i = 0; i < list->count; i++) {
        bool first = true;
        for (int j = 0; j < i && first; j++)
            first = list->core[j] != list->core[i];
        t->kind[list->kind[i]].cores += first;
    }
}

/* For a list such as "0-5,8": 1 if it has the number, 0 if not, -1 if it is not a list. */
static int is_listed(const char *text, int cpu)
{
    int found = 0;
    for (const char *at = text;; at++) {
        char *end;
        if (*at < '0' || *at > '9')
            return -1;
        const long first = strtol(at, &end, 10);
        long last = first;
        if (*end == '-' && end[1] >= '0' && end[1] <= '9')
            last = strtol(end + 1, &end, 10);
        found = found || (cpu >= first && cpu <= last);
        if (*end == '\0')
            return found;
        if (*end != ',')
            return -1;
        at = end;
    }
}

/* The kind that a word names, SB_MAX_KINDS for all of them; -1 if it names none. */
static int kind_meant(const char *cores, const thread_list *list)
{
    int best = SB_MAX_KINDS, worst = 0;
    for (int i = 0; i < list->count; i++) {
        best = list->kind[i] < best ? list->kind[i] : best;
        worst = list->kind[i] > worst ? list->kind[i] : worst;
    }
    return strcmp(cores, "performance") == 0  ? best
           : strcmp(cores, "efficiency") == 0 ? worst
           : strcmp(cores, "all") == 0        ? SB_MAX_KINDS
                                              : -1;
}

static bool is_chosen(const char *cores, int kind, const thread_list *list, int i)
{
    if (kind >= 0)
        return kind == SB_MAX_KINDS || list->kind[i] == kind;
    return is_listed(cores, list->cpu[i]) == 1;
}

static bool core_has_place(const thread_list *list, const bool *placed, int i)
{
    for (int j = 0; j < i; j++)
        if (placed[j] && list->core[j] == list->core[i])
            return true;
    return false;
}

/* The chosen hardware threads of the list: first one of each core, then the others. */
static void place_chosen(const char *cores, int kind, const thread_list *list, sb_topology *t)
{
    bool placed[SB_MAX_CPUS] = { false };
    for (int i = 0; i < list->count; i++)
        if (is_chosen(cores, kind, list, i) && !core_has_place(list, placed, i)) {
            placed[i] = true;
            t->place[t->places++] = list->cpu[i];
        }
    t->allowed_cores = t->places;
    for (int i = 0; i < list->count; i++)
        if (!placed[i] && is_chosen(cores, kind, list, i))
            t->place[t->places++] = list->cpu[i];
}

static void name_choice(const char *cores, int kind, sb_topology *t)
{
    if (kind < 0)
        snprintf(t->chosen, sizeof t->chosen, "cores %.40s", cores);
    else
        snprintf(t->chosen, sizeof t->chosen, "%s",
                 kind < t->kinds && t->kinds > 1 ? t->kind[kind].name : "all");
}

/* hwloc numbers cores along the tree, so that neighbours in a package are consecutive. */
static int place_threads(hwloc_topology_t topology, hwloc_const_cpuset_t allowed, const char *cores,
                         sb_topology *t, sb_error *error)
{
    thread_list *list = sb_new(1, sizeof *list);
    t->kinds = count_kinds(topology);
    for (int n = 0; list_round(topology, allowed, t->kinds, n, list) > 0; n++)
        ;
    for (int kind = 0; kind < t->kinds; kind++)
        name_kind(topology, kind, t);
    count_cores(list, t);
    const int kind = kind_meant(cores, list);
    int rc = SB_OK;
    if (kind < 0 && is_listed(cores, 0) < 0)
        rc = sb_fail(error,
                     "cores: %.40s: expected performance, efficiency, all, or a list as 0-5,8",
                     cores);
    place_chosen(cores, kind, list, t);
    name_choice(cores, kind, t);
    if (rc == SB_OK && t->places == 0)
        rc = sb_fail(error,
                     kind < 0 ? "cores: %.40s: this process may use none of them"
                              : "hwloc finds no processor to run on",
                     cores);
    free(list);
    return rc;
}

/* The NUMA node of the first place. */
static int node_of(hwloc_topology_t topology, int cpu)
{
    hwloc_obj_t thread = hwloc_get_pu_obj_by_os_index(topology, (unsigned)cpu);
    return thread && hwloc_bitmap_weight(thread->nodeset) == 1 ? hwloc_bitmap_first(thread->nodeset)
                                                               : -1;
}

/* ------------------------------------------------------------------------------------- whole */

/* hwloc 2 would loop for ever */
bool sb_topology_shows_affinity(void)
{
    static unsigned long mask[SB_MAX_CPUS];
    return syscall(SYS_sched_getaffinity, 0, sizeof mask, mask) > 0;
}

/* What both the administrator's cpuset and the process's affinity mask allow. */
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

static int fill_topology(hwloc_topology_t topology, const char *cores, sb_topology *t,
                         sb_error *error)
{
    hwloc_bitmap_t allowed = hwloc_bitmap_alloc();
    if (!allowed)
        return sb_fail(error, "no memory to read the topology");
    read_allowed(topology, allowed);
    read_model(topology, t);
    read_counts(topology, t);
    t->allowed = hwloc_bitmap_weight(allowed);
    const int rc = place_threads(topology, allowed, cores, t, error);
    if (t->places > 0)
        read_caches(topology, t->place[0], t);
    t->node = t->places > 0 && t->numa_nodes > 1 ? node_of(topology, t->place[0]) : -1;
    if (hwloc_topology_is_thissystem(topology)) {
        caches_from_system(t);
        t->cpu_quota = sb_cgroup_quota("");
    }
    t->memory_bytes = read_memory(topology);
    hwloc_bitmap_free(allowed);
    return rc;
}

int sb_topology_read(const char *cores, sb_topology *t, sb_error *error)
{
    hwloc_topology_t topology;
    memset(t, 0, sizeof *t);
    /* hwloc's plugins (graphics cards, XML) add nothing about processors, and load OpenCL and
     * X11. */
    setenv("HWLOC_PLUGINS_PATH", "", 0);
    if (!sb_topology_shows_affinity()) /* processors, without cores and caches */
        setenv("HWLOC_COMPONENTS", "no_os,stop", 0);
    if (hwloc_topology_init(&topology) < 0)
        return sb_fail_errno(error, "hwloc cannot start");
    /* Reads the whole machine; what the process may use of it is determined separately. */
    hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
    int rc = hwloc_topology_load(topology) < 0
                 ? sb_fail_errno(error, "hwloc cannot read the topology of this machine")
                 : fill_topology(topology, cores ? cores : "performance", t, error);
    hwloc_topology_destroy(topology);
    return rc;
}

int sb_max_threads(const sb_topology *t)
{
    int threads = t->allowed_cores > 0 ? t->allowed_cores : 1;
    int quota = (int)t->cpu_quota; /* 1.5 cores' time is enough for one thread without throttling */
    if (t->cpu_quota > 0 && quota < threads)
        threads = quota > 0 ? quota : 1;
    return threads;
}

const char *sb_topology_library_version(void)
{
    return HWLOC_VERSION;
}

void sb_topology_prefer_node(const sb_topology *t)
{
#ifdef SYS_set_mempolicy
    enum { PREFERRED = 1, BITS = 8 * sizeof(unsigned long) };
    unsigned long nodes[16] = { 0 };
    if (t->node < 0 || t->node >= (int)(sizeof nodes / sizeof *nodes * BITS))
        return;
    nodes[t->node / BITS] = 1UL << t->node % BITS;
    (void)syscall(SYS_set_mempolicy, PREFERRED, nodes, 8 * sizeof nodes);
#else
    (void)t;
#endif
}
