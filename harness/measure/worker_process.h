/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a worker's process, and its answers to requests. Internal to the worker. */
#ifndef SB_MEASURE_WORKER_PROCESS_H
#define SB_MEASURE_WORKER_PROCESS_H

#include "measure/protocol.h"
#include "measure/worker_memory.h"
#include "plugin/loader.h"

#include <sched.h>

/* Holds a plan between requests. */
typedef struct sb_worker_slot {
    void *plan; /* NULL: empty */
    const sb_kernel *kernel;
} sb_worker_slot;

/* A plugin in this process. */
typedef struct sb_tenant {
    const char *path;
    sb_loaded loaded;
    bool is_loaded, initialised;
    sb_why refused; /* not empty: the reason that init gave */
} sb_tenant;

/* A problem of a network that is being joined. Weights are copies. */
typedef struct sb_worker_part {
    sb_problem problem;
    sb_weights weights;
    int64_t residual;
} sb_worker_part;

typedef struct sb_worker_process {
    sb_tenant *tenants; /* one, or several if kernels of several plugins run in sequence */
    size_t tenant_count;
    sb_cpu cpu; /* its size is 0 until it was detected */
    sb_host host;
    sb_worker_memory memory;
    sb_worker_slot *slots;
    size_t slot_count;
    sb_worker_part *parts; /* owned, until they are planned */
    size_t part_count;
    sb_kernel network; /* runs networks: what the plugin's extension offers */
    cpu_set_t cpus;    /* where the harness pinned it */
    bool varied;       /* inputs may have pages of the worker's own */

    /* of the present request */
    sb_tenant *at;
    int fds[2], fd_count; /* descriptors that came with it */
    char *description;    /* to be sent after the reply; owned; NULL: none */
} sb_worker_process;

/* Each answers one request. An error is a verdict and a text in the reply. */
typedef void sb_worker_answer(sb_worker_process *w, const sb_request *q, sb_reply *reply);

/* worker_plugin.c */
sb_worker_answer sb_worker_describe, sb_worker_init, sb_worker_name_libraries;
/* A kernel of the present plugin, which is loaded and initialised first; NULL on error. */
const sb_loaded_kernel *sb_worker_kernel(sb_worker_process *w, const sb_request *q,
                                         sb_reply *reply);
void sb_tenant_unload(sb_tenant *tenant);

/* worker_ask.c */
sb_worker_answer sb_worker_validate, sb_worker_tell_ranges, sb_worker_tell_layouts;
/* Can the kernel compute the problem with the requested values? Fills the reply's values and
 * layouts. */
bool sb_worker_accepts(sb_worker_process *w, const sb_loaded_kernel *kernel, const sb_request *q,
                       sb_reply *reply);

/* worker_plan.c */
sb_worker_answer sb_worker_bind, sb_worker_plan, sb_worker_drop;
/* An empty slot; NULL if there are not so many. */
sb_worker_slot *sb_worker_empty_slot(sb_worker_process *w, uint32_t index);
/* Destroys all plans and unmaps their tensors. */
void sb_worker_unbind(sb_worker_process *w);
/* Maps a region of the bound memory; NULL if it is empty, and on error. */
float *sb_worker_map(sb_worker_process *w, sb_region region, bool output, int64_t slack,
                     sb_reply *reply);

/* worker_network.c */
sb_worker_answer sb_worker_join, sb_worker_plan_network;

/* worker_run.c */
sb_worker_answer sb_worker_run, sb_worker_evict, sb_worker_pass;

#endif
