/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/worker.h"

#include "core/text.h"
#include "measure/worker_host.h"
#include "measure/worker_process.h"
#include "measure/worker_refuse.h"
#include "measure/worker_socket.h"
#include "measure/worker_state.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void rest(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    (void)w;
    (void)reply;
    nanosleep(&(struct timespec) { q->warm_ns / 1000000000, q->warm_ns % 1000000000 }, NULL);
}

static sb_worker_answer *const answers[] = {
    [SB_ASK_DESCRIBE] = sb_worker_describe,
    [SB_ASK_INIT] = sb_worker_init,
    [SB_ASK_BIND] = sb_worker_bind,
    [SB_ASK_PLAN] = sb_worker_plan,
    [SB_ASK_RUN] = sb_worker_run,
    [SB_ASK_EVICT] = sb_worker_evict,
    [SB_ASK_DROP] = sb_worker_drop,
    [SB_ASK_VALID] = sb_worker_validate,
    [SB_ASK_RANGES] = sb_worker_tell_ranges,
    [SB_ASK_REST] = rest,
    [SB_ASK_LIBRARIES] = sb_worker_name_libraries,
    [SB_ASK_LAYOUTS] = sb_worker_tell_layouts,
    [SB_ASK_JOIN] = sb_worker_join,
    [SB_ASK_NETWORK] = sb_worker_plan_network,
    [SB_ASK_PASS] = sb_worker_pass,
};

static void serve_request(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    if (q->plugin >= w->tenant_count) {
        sb_reply_refuse(reply, SB_VERDICT_ERROR, "no such plugin");
        return;
    }
    w->at = &w->tenants[q->plugin];
    if (q->ask < sizeof answers / sizeof *answers && answers[q->ask])
        answers[q->ask](w, q, reply);
    else
        sb_reply_refuse(reply, SB_VERDICT_ERROR, "unknown request");
}

int sb_worker_main(int socket, const char *const *paths, size_t count)
{
    sb_worker_process w = {
        .tenants = sb_new(count, sizeof *w.tenants),
        .tenant_count = count,
        .memory = SB_WORKER_MEMORY_NONE,
    };
    static sb_request request;
    static sb_reply reply;
    for (size_t i = 0; i < count; i++)
        w.tenants[i].path = paths[i];
    sb_worker_settle(socket, &w.cpus);
    sb_worker_host(&w.host, &w.cpu);
    for (;;) {
        w.fd_count = sb_worker_receive(socket, &request, w.fds);
        if (w.fd_count < 0)
            break;
        sb_worker_tidy(&w.cpus);
        memset(&reply, 0, sizeof reply);
        reply.token = request.token;
        request.token = 0;
        serve_request(&w, &request, &reply);
        sb_worker_check_limits(&reply);
        int rc = sb_worker_send(socket, &reply, w.description);
        free(w.description);
        w.description = NULL;
        if (rc < 0)
            break;
    }
    sb_worker_unbind(&w);
    for (size_t i = count; i-- > 0;)
        sb_tenant_unload(&w.tenants[i]);
    free(w.slots);
    sb_worker_memory_free(&w.memory);
    free(w.tenants);
    return 0;
}
