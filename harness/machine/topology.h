/* SPDX-License-Identifier: Apache-2.0 */
/* Cores, caches and the placement of threads. Only topology.c includes hwloc.h. */
#ifndef SB_MACHINE_TOPOLOGY_H
#define SB_MACHINE_TOPOLOGY_H

#include "core/error.h"

#include <stdbool.h>
#include <stdint.h>

#define SB_MAX_CPUS  1024
#define SB_MAX_KINDS 8

/* A set of identical cores: hybrid processors have several kinds. */
typedef struct sb_core_kind {
    char name[40]; /* "performance (IntelCore)" */
    int cores;     /* cores that this process may use */
} sb_core_kind;

typedef struct sb_topology {
    char model[128];                                   /* the processor's name, or "unknown" */
    int packages, numa_nodes, cores, hardware_threads; /* of the machine */
    int allowed;            /* hardware threads this process may run on (affinity, cpuset) */
    int allowed_cores;      /* cores with at least one chosen hardware thread */
    int places;             /* entries of `place`; the first allowed_cores are on different cores */
    int place[SB_MAX_CPUS]; /* OS numbers of the chosen hardware threads in the order in which
                               threads are placed: one of each core first, neighbours in a package
                               together, then the cores' second hardware threads */
    int kinds;              /* kinds of cores, the fastest first; 1 if all are alike */
    sb_core_kind kind[SB_MAX_KINDS];
    char chosen[48]; /* which cores were chosen: a kind's name, "all", "cores 0-5" */
    int node; /* the NUMA node of the first place, as the OS numbers it; -1: there is only one */
    int smt;  /* hardware threads a core */
    double cpu_quota; /* cores' worth of time that a cgroup allows; 0 if unlimited */
    uint64_t l1d_bytes, l2_bytes, l3_bytes; /* as in sb_cpu; 0 if unknown */
    int l1d_ways, line_bytes;               /* 0 if unknown */
    int l2_cores, l3_cores;                 /* cores that share one L2, one L3; 0 if unknown */
    uint64_t memory_bytes;                  /* the machine's, or the limit set by a cgroup */
} sb_topology;

/* The version of hwloc. */
const char *sb_topology_library_version(void);

/* False if the process may not see its own affinity mask, as in some sandboxes; cores and caches
 * are unknown then. */
bool sb_topology_shows_affinity(void);

/*
 * Threads are placed on cores of one kind, the fastest, unless `cores` chooses: "performance" (the
 * same), "efficiency" (the slowest kind), "all", or a list of OS numbers of hardware threads such
 * as "0-5,8". NULL: performance.
 */
int sb_topology_read(const char *cores, sb_topology *topology, sb_error *error);

/* From here on, memory that the calling thread and its children touch first is allocated on the
 * node of the first place, if there is a choice. */
void sb_topology_prefer_node(const sb_topology *topology);

/* The number of threads that "max" stands for: allowed cores (not hardware threads), limited by a
 * cgroup quota. */
int sb_max_threads(const sb_topology *topology);

#endif
