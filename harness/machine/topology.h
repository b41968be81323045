/* SPDX-License-Identifier: Apache-2.0 */
/* Cores, caches and where threads are put. The only file that includes hwloc.h is topology.c. */
#ifndef SB_MACHINE_TOPOLOGY_H
#define SB_MACHINE_TOPOLOGY_H

#include "core/error.h"

#include <stdbool.h>
#include <stdint.h>

#define SB_MAX_CPUS 1024

typedef struct sb_topology {
    char model[128];                                   /* the processor's name, or "unknown" */
    int packages, numa_nodes, cores, hardware_threads; /* of the machine */
    int allowed;            /* hardware threads this process may run on (affinity, cpuset) */
    int allowed_cores;      /* cores with at least one of those */
    int places;             /* entries of `place`; the first allowed_cores are on different cores */
    int place[SB_MAX_CPUS]; /* OS numbers of the allowed hardware threads in the order threads are
                               placed: one a core first, neighbours in a package together, then
                               the cores' second hardware threads */
    int smt;                /* hardware threads a core */
    double cpu_quota;       /* cores' worth of time a cgroup allows; 0 where unlimited */
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

int sb_topology_read(sb_topology *topology, sb_error *error);

/* The threads that "max" stands for: allowed cores (not hardware threads), cut by a cgroup quota.
 */
int sb_max_threads(const sb_topology *topology);

#endif
