/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/session.h"

#include "core/text.h"
#include "measure/attach.h"
#include "measure/process.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_HANGS = 2 };
#define FOREVER_NS (INT64_MAX / 4)

typedef struct member {
    const sb_plugin_info *plugin;
    int64_t threads;
    sb_worker *worker; /* NULL: not started yet */
    uint64_t binding;  /* the session's at the time it was last bound */
    uint64_t life;
    bool traced; /* somebody may stand at a breakpoint in it */
} member;

/* What is known about a plugin, for all of its workers. */
typedef struct guest {
    const sb_plugin_info *plugin;
    sb_output output;
    int *hangs; /* of each kernel */
    bool *held; /* each kernel: was it attached to? */
} guest;

struct sb_session {
    sb_session_options options;
    const sb_arena *arena;
    uint64_t binding, lives;
    member *members;
    size_t count;
    guest **guests;
    size_t guest_count;
    bool cut;
};

sb_session *sb_session_open(const sb_session_options *options)
{
    sb_session *session = sb_new(1, sizeof *session);
    session->options = *options;
    if (session->options.most_hangs == 0)
        session->options.most_hangs = MOST_HANGS;
    return session;
}

static guest *find_guest(sb_session *s, const sb_plugin_info *plugin)
{
    for (size_t i = 0; i < s->guest_count; i++)
        if (s->guests[i]->plugin == plugin)
            return s->guests[i];
    guest *made = sb_new(1, sizeof *made);
    *made = (guest) {
        .plugin = plugin,
        .output = { .name = plugin->id, .log_path = s->options.plugin_log },
        .hangs = sb_new(plugin->kernel_count + 1, sizeof *made->hangs),
        .held = sb_new(plugin->kernel_count + 1, sizeof *made->held),
    };
    s->guests = sb_grow(s->guests, s->guest_count + 1, sizeof(guest *));
    return s->guests[s->guest_count++] = made;
}

static void see_off(guest *g)
{
    sb_output_end(&g->output);
    free(g->hangs);
    free(g->held);
    free(g);
}

void sb_session_close(sb_session *session)
{
    if (!session)
        return;
    for (size_t i = 0; i < session->count; i++)
        sb_worker_end(session->members[i].worker);
    for (size_t i = 0; i < session->guest_count; i++)
        see_off(session->guests[i]);
    free(session->guests);
    free(session->members);
    free(session);
}

const sb_topology *sb_session_topology(const sb_session *session)
{
    return session->options.topology;
}

bool sb_session_stopping(const sb_session *session)
{
    return session->options.stop && *session->options.stop;
}

bool sb_session_cut(const sb_session *session)
{
    return session->cut;
}

void sb_session_bind(sb_session *session, const sb_arena *arena)
{
    session->arena = arena;
    session->binding++;
}

void sb_session_renew(sb_session *session)
{
    for (size_t i = 0; i < session->count; i++) {
        if (session->members[i].traced)
            continue; /* whoever is attached to it would be left with nothing */
        sb_worker_end(session->members[i].worker);
        session->members[i].worker = NULL;
    }
}

static member *find_member(sb_session *s, const sb_plugin_info *plugin, int64_t threads)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->members[i].plugin == plugin && s->members[i].threads == threads)
            return &s->members[i];
    s->members = sb_grow(s->members, s->count + 1, sizeof *s->members);
    s->members[s->count] = (member) {
        .plugin = plugin,
        .threads = threads,
        .traced = sb_attach_concerns(s->options.attach, plugin),
    };
    return &s->members[s->count++];
}

void sb_session_discard(sb_session *session, const sb_plugin_info *plugin, int64_t threads)
{
    member *m = find_member(session, plugin, threads);
    sb_worker_end(m->worker);
    m->worker = NULL;
}

/* One thread a core, in the order of the topology; all workers of a group use the same cores. */
static int start_member(sb_session *s, member *m, sb_error *error)
{
    const sb_topology *t = s->options.topology;
    sb_worker_options options = {
        .plugin_path = m->plugin->path,
        .threads = (int)m->threads,
        .free_running = s->options.free_running || m->traced,
        .traceable = m->traced,
        .random_layout = s->options.random_layout,
        .cpus = t ? t->place : NULL,
        .cpu_count = t ? (m->threads < t->places ? (int)m->threads : t->places) : 0,
        .output = &find_guest(s, m->plugin)->output,
        .stop = s->options.stop,
    };
    m->worker = sb_worker_start(&options, error);
    m->binding = 0;
    return m->worker ? SB_OK : SB_FAILED;
}

static sb_verdict exchange_with(sb_session *s, member *m, const sb_request *request, const int *fds,
                                int fd_count, sb_reply *reply)
{
    const int64_t timeout_ns = m->traced ? FOREVER_NS : s->options.timeout_ns;
    sb_verdict verdict = sb_worker_call(m->worker, request, fds, fd_count, timeout_ns, reply);
    if (verdict == SB_VERDICT_OK)
        return (sb_verdict)reply->verdict;
    sb_worker_end(m->worker);
    m->worker = NULL;
    return verdict;
}

static sb_verdict bind_tensors(sb_session *s, member *m, sb_reply *reply)
{
    if (!s->arena || m->binding == s->binding)
        return SB_VERDICT_OK;
    sb_request request = { .ask = SB_ASK_BIND };
    int fds[2] = { s->arena->readonly_fd, s->arena->output_fd };
    m->binding = s->binding;
    m->life = ++s->lives;
    return exchange_with(s, m, &request, fds, 2, reply);
}

/* Gets a worker that is bound to the session's tensors. If it ends while it drops the plans of the
 * last group, the kernel that is to run now is not at fault, so a new worker is tried once. */
static sb_verdict prepare_member(sb_session *s, member *m, sb_reply *reply)
{
    sb_error error;
    sb_verdict verdict = SB_VERDICT_ERROR;
    for (int attempt = 0; attempt < 2; attempt++) {
        if (m->worker && !sb_worker_alive(m->worker)) { /* it ended while none of its kernels ran */
            sb_worker_end(m->worker);
            m->worker = NULL;
        }
        if (!m->worker && start_member(s, m, &error) < 0) {
            *reply = (sb_reply) { .verdict = SB_VERDICT_ERROR };
            snprintf(reply->text, sizeof reply->text, "%.200s", error.text);
            return SB_VERDICT_ERROR;
        }
        verdict = bind_tensors(s, m, reply);
        if (verdict == SB_VERDICT_OK)
            break;
    }
    return verdict;
}

/* Has the kernel failed to return too often? Says so in the reply. */
static bool is_given_up(const sb_session *s, const guest *g, uint32_t kernel, sb_reply *reply)
{
    if (g->hangs[kernel] < s->options.most_hangs)
        return false;
    *reply = (sb_reply) { .verdict = SB_VERDICT_TIMEOUT };
    snprintf(reply->text, sizeof reply->text, "not asked again after %s",
             g->hangs[kernel] == 1 ? "it did not answer in time"
                                   : "it repeatedly did not answer in time");
    return true;
}

static void hold_once(sb_session *s, const member *m, guest *g, const sb_request *request)
{
    if (!m->traced || request->ask != SB_ASK_RUN || g->held[request->kernel] ||
        !sb_attach_matches(s->options.attach, g->plugin, request->kernel))
        return;
    g->held[request->kernel] = true;
    sb_attach_await(sb_worker_pid(m->worker), g->plugin, request->kernel, s->options.stop);
}

sb_verdict sb_session_call(sb_session *session, const sb_plugin_info *plugin, int64_t threads,
                           const sb_request *request, sb_reply *reply, uint64_t *life)
{
    assert(request->kernel < plugin->kernel_count);
    guest *g = find_guest(session, plugin);
    if (is_given_up(session, g, request->kernel, reply))
        return SB_VERDICT_TIMEOUT;
    member *m = find_member(session, plugin, threads);
    sb_verdict verdict = prepare_member(session, m, reply);
    if (life)
        *life = m->life;
    if (verdict == SB_VERDICT_OK) {
        hold_once(session, m, g, request);
        verdict = exchange_with(session, m, request, NULL, 0, reply);
    }
    if (verdict == SB_VERDICT_TIMEOUT && sb_session_stopping(session))
        session->cut = true;
    else if (verdict == SB_VERDICT_TIMEOUT)
        g->hangs[request->kernel]++;
    return verdict;
}

static const member *find_worker(const sb_session *s, const sb_plugin_info *plugin)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->members[i].plugin == plugin && s->members[i].worker)
            return &s->members[i];
    return NULL;
}

void sb_session_ask_libraries(sb_session *session, sb_plugin_list *list)
{
    const sb_request request = { .ask = SB_ASK_LIBRARIES };
    for (size_t i = 0; i < list->count; i++) {
        sb_plugin_info *plugin = &list->plugins[i];
        sb_reply reply;
        const member *m = plugin->libraries ? NULL : find_worker(session, plugin);
        if (m &&
            sb_session_call(session, plugin, m->threads, &request, &reply, NULL) == SB_VERDICT_OK)
            plugin->libraries = sb_copy_text(reply.text);
    }
}
