/* SPDX-License-Identifier: Apache-2.0 */
/* Cores, caches and where threads are put. The only file that includes hwloc.h is topology.c. */
#ifndef SB_MACHINE_TOPOLOGY_H
#define SB_MACHINE_TOPOLOGY_H

#include "core/error.h"

#include <stdbool.h>
#include <stdint.h>

#define SB_MAX_CPUS  1024
#define SB_MAX_KINDS 8

/* Cores that are alike: hybrid processors have several kinds. */
typedef struct sb_core_kind {
    char name[40]; /* "performance (IntelCore)" */
    int cores;     /* that this process may use */
} sb_core_kind;

typedef struct sb_topology {
    char model[128];                                   /* the processor's name, or "unknown" */
    int packages, numa_nodes, cores, hardware_threads; /* of the machine */
    int allowed;            /* hardware threads this process may run on (affinity, cpuset) */
    int allowed_cores;      /* cores with at least one of those that are chosen */
    int places;             /* entries of `place`; the first allowed_cores are on different cores */
    int place[SB_MAX_CPUS]; /* OS numbers of the chosen hardware threads in the order threads are
                               placed: one a core first, neighbours in a package together, then
                               the cores' second hardware threads */
    int kinds;              /* of cores; 1 where all are alike; the fastest first */
    sb_core_kind kind[SB_MAX_KINDS];
    char chosen[48];  /* what was chosen of them: a kind's name, "all", "cores 0-5" */
    int node;         /* the NUMA node of the first place, as the OS numbers it; -1: only one */
    int smt;          /* hardware threads a core */
    double cpu_quota; /* cores' worth of time a cgroup allows; 0 where unlimited */
    uint64_t l1d_bytes, l2_bytes, l3_bytes; /* as in sb_cpu; 0 where unknown */
    int l1d_ways, line_bytes;               /* 0 where unknown */
    int l2_cores, l3_cores;                 /* cores that share one L2, one L3; 0 where unknown */
    uint64_t memory_bytes;                  /* of the machine, or what a cgroup leaves of it */
} sb_topology;

/* The version of hwloc. */
const char *sb_topology_library_version(void);

/* False where the process may not see its own affinity mask, as in some sandboxes; cores and caches
 * are unknown then. */
bool sb_topology_shows_affinity(void);

/*
 * Threads are placed on cores of one kind, the fastest, unless `cores` chooses: "performance" (the
 * same), "efficiency" (the slowest kind), "all", or a list of OS numbers of hardware threads as
 * "0-5,8". NULL: performance.
 */
int sb_topology_read(const char *cores, sb_topology *topology, sb_error *error);

/* From here on the memory that the calling thread and its children touch first comes, where there
 * is a choice, from the node of the first place. */
void sb_topology_prefer_node(const sb_topology *topology);

/* The threads that "max" stands for: allowed cores (not hardware threads), cut by a cgroup quota.
 */
int sb_max_threads(const sb_topology *topology);

#endif
