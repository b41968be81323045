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
    bool traced;   /* somebody may stand at a breakpoint in it */
    bool starting; /* asked to initialise; its answer has not been read */
} member;

/* What is known about a plugin, for all of its workers. */
typedef struct guest {
    const sb_plugin_info *plugin;
    sb_output output;
    int *hangs; /* of each kernel */
    int init_hangs, destroy_hangs;
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

static void end_member(member *m)
{
    sb_worker_end(m->worker);
    m->worker = NULL;
    m->starting = false;
}

/* They end together: the kernel needs milliseconds to end a namespace, most of which it waits. */
static void end_members(sb_session *s, bool traced_too)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->members[i].worker && (traced_too || !s->members[i].traced))
            sb_worker_kill(s->members[i].worker);
    for (size_t i = 0; i < s->count; i++)
        if (traced_too || !s->members[i].traced)
            end_member(&s->members[i]);
}

void sb_session_close(sb_session *session)
{
    if (!session)
        return;
    end_members(session, true);
    for (size_t i = 0; i < session->guest_count; i++)
        see_off(session->guests[i]);
    free(session->guests);
    free(session->members);
    free(session);
}

int64_t sb_session_timeout(const sb_session *session)
{
    return session->options.timeout_ns;
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

void sb_session_forgive(sb_session *session)
{
    for (size_t i = 0; i < session->guest_count; i++) {
        guest *g = session->guests[i];
        memset(g->hangs, 0, g->plugin->kernel_count * sizeof *g->hangs);
    }
}

void sb_session_renew(sb_session *session)
{
    end_members(session, false); /* a debugger or profiler is attached to the others */
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
    end_member(find_member(session, plugin, threads));
}

/* One thread a core, in the order of the topology; all workers of a group use the same cores. */
static int start_member(sb_session *s, member *m, sb_error *error)
{
    const sb_request init = { .ask = SB_ASK_INIT };
    const sb_topology *t = s->options.topology;
    sb_worker_options options = {
        .plugin_path = m->plugin->path,
        .notes = &m->plugin->notes,
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
    if (!m->worker)
        return SB_FAILED;
    sb_worker_ask(m->worker, &init, NULL, 0);
    m->starting = true;
    return SB_OK;
}

static sb_verdict await_member(sb_session *s, member *m, sb_reply *reply)
{
    const int64_t timeout_ns = m->traced ? FOREVER_NS : s->options.timeout_ns;
    const sb_verdict exchange = sb_worker_answer(m->worker, timeout_ns, reply, NULL);
    if (exchange != SB_VERDICT_OK || reply->spoilt)
        end_member(m);
    return exchange == SB_VERDICT_OK ? (sb_verdict)reply->verdict : exchange;
}

static sb_verdict exchange_with(sb_session *s, member *m, const sb_request *request, const int *fds,
                                int fd_count, sb_reply *reply)
{
    sb_worker_ask(m->worker, request, fds, fd_count);
    return await_member(s, m, reply);
}

/* Its plans are destroyed; where that has hung before, the worker is ended instead. */
static sb_verdict bind_tensors(sb_session *s, member *m, sb_reply *reply)
{
    if (!s->arena || m->binding == s->binding)
        return SB_VERDICT_OK;
    sb_request request = { .ask = SB_ASK_BIND };
    int fds[2] = { s->arena->readonly_fd, s->arena->output_fd };
    m->binding = s->binding;
    m->life = ++s->lives;
    const sb_verdict verdict = exchange_with(s, m, &request, fds, 2, reply);
    if (verdict == SB_VERDICT_TIMEOUT && !sb_session_stopping(s))
        find_guest(s, m->plugin)->destroy_hangs++;
    if (verdict != SB_VERDICT_OK)
        end_member(m);
    return verdict;
}

/* Whether init hangs must be known: it would concern every kernel. What else it answers is told
 * when a kernel is asked for. */
static sb_verdict finish_start(sb_session *s, member *m, sb_reply *reply)
{
    m->starting = false;
    const sb_verdict verdict = await_member(s, m, reply);
    if (verdict == SB_VERDICT_TIMEOUT && !sb_session_stopping(s))
        find_guest(s, m->plugin)->init_hangs++;
    return m->worker ? SB_VERDICT_OK : verdict;
}

/* It ended while none of its kernels ran, or would hang if its plans were destroyed. */
static bool must_end(sb_session *s, const member *m)
{
    const bool would_hang = s->arena && m->binding && m->binding != s->binding &&
                            find_guest(s, m->plugin)->destroy_hangs >= s->options.most_hangs;
    return m->worker && (would_hang || !sb_worker_alive(m->worker));
}

/* Gets a worker that is bound to the session's tensors. If it ends while it drops the plans of the
 * last group, the kernel that is to run now is not at fault, so a new worker is tried once. */
static sb_verdict prepare_member(sb_session *s, member *m, sb_reply *reply)
{
    sb_error error;
    sb_verdict verdict = SB_VERDICT_ERROR;
    for (int attempt = 0; attempt < 2; attempt++) {
        if (must_end(s, m))
            end_member(m);
        if (!m->worker && start_member(s, m, &error) < 0) {
            *reply = (sb_reply) { .verdict = SB_VERDICT_ERROR };
            snprintf(reply->text, sizeof reply->text, "%.200s", error.text);
            return SB_VERDICT_ERROR;
        }
        if (m->starting && (verdict = finish_start(s, m, reply)) != SB_VERDICT_OK)
            break;
        verdict = bind_tensors(s, m, reply);
        if (verdict == SB_VERDICT_OK)
            break;
    }
    return verdict;
}

/* Has the kernel, or the plugin's init, failed to return too often? Says so in the reply. */
static bool is_given_up(const sb_session *s, const guest *g, uint32_t kernel, sb_reply *reply)
{
    const bool init = g->init_hangs >= s->options.most_hangs;
    const int hangs = init ? g->init_hangs : g->hangs[kernel];
    if (hangs < s->options.most_hangs)
        return false;
    *reply = (sb_reply) { .verdict = SB_VERDICT_TIMEOUT };
    snprintf(reply->text, sizeof reply->text, "not asked again after %s %sdid not answer in time",
             init ? "the plugin's init" : "it", hangs == 1 ? "" : "repeatedly ");
    return true;
}

void sb_session_start(sb_session *session, const sb_plugin_info *plugin, int64_t threads)
{
    sb_error error; /* the next call finds it again, and reports it */
    member *m = find_member(session, plugin, threads);
    if (!m->worker && find_guest(session, plugin)->init_hangs < session->options.most_hangs)
        (void)start_member(session, m, &error);
}

void sb_session_await(sb_session *session)
{
    sb_reply reply;
    for (size_t i = 0; i < session->count; i++)
        if (session->members[i].starting)
            (void)finish_start(session, &session->members[i], &reply);
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
