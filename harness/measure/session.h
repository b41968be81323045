/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The workers of a sweep: one for each plugin and thread count, started when first needed, kept
 * from group to group, replaced when it crashes or hangs. The session also knows the machine.
 */
#ifndef SB_MEASURE_SESSION_H
#define SB_MEASURE_SESSION_H

#include "machine/peaks.h"
#include "measure/arena.h"
#include "measure/protocol.h"
#include "plugin/info.h"

#include <signal.h>

typedef struct sb_session sb_session;

typedef struct sb_session_options {
    const sb_topology *topology;       /* borrowed; NULL: workers are not pinned */
    int64_t timeout_ns;                /* for any one request */
    const volatile sig_atomic_t *stop; /* borrowed; non-zero: the user wants to end. NULL: never */
    const char *plugin_log; /* borrowed; where plugins' output goes that is not shown; or NULL */
    const char *attach; /* borrowed; kernels that are attached to (measure/attach.h); NULL: none */
    /* A kernel that did not answer in time so often is not asked again: its calls have the verdict
     * timeout at once. 0: twice. */
    int most_hangs;
    bool free_running, random_layout; /* see sb_worker_options */
} sb_session_options;

sb_session *sb_session_open(const sb_session_options *options);
void sb_session_close(sb_session *session); /* NULL is allowed */

int64_t sb_session_timeout(const sb_session *session);             /* as in the options */
const sb_topology *sb_session_topology(const sb_session *session); /* as in the options */
bool sb_session_stopping(const sb_session *session);

/* Was a request abandoned because the user wants to stop? Then it has no result. */
bool sb_session_cut(const sb_session *session);

/* Binds the workers to these tensors. Earlier plans are destroyed. `arena` is borrowed until the
 * next call; NULL for none. */
void sb_session_bind(sb_session *session, const sb_arena *arena);

/* Forgets how often kernels have hung: on another layer they may not. */
void sb_session_forgive(sb_session *session);

/* Ends all workers but those that somebody is attached to: the next calls start others, without
 * plans. */
void sb_session_renew(sb_session *session);

/*
 * Starts the worker of this plugin and thread count, unless it runs, without waiting until it has
 * loaded and initialised the plugin: several do so at the same time. sb_session_await() waits for
 * all. A worker that fails is found by its next call, which starts another.
 */
void sb_session_start(sb_session *session, const sb_plugin_info *plugin, int64_t threads);
void sb_session_await(sb_session *session);

/* Ends the worker of this plugin and thread count, so that damage done by a kernel that was wrong
 * does not affect another kernel. */
void sb_session_discard(sb_session *session, const sb_plugin_info *plugin, int64_t threads);

/*
 * Sends a request to the worker of a plugin with `threads` threads, starting it if necessary.
 * Returns the verdict, whether the exchange failed (crashed, timeout: the worker is gone and the
 * next call starts another) or the worker refused; the reason is in reply->text. `life` (may be
 * NULL) is set to a number that changes whenever the worker's plans are lost.
 */
sb_verdict sb_session_call(sb_session *session, const sb_plugin_info *plugin, int64_t threads,
                           const sb_request *request, sb_reply *reply, uint64_t *life);

/* Asks the plugins that have a worker for the libraries that they have loaded, unless known. If one
 * does not answer, its entry is unchanged. */
void sb_session_ask_libraries(sb_session *session, sb_plugin_list *list);

/*
 * Fills the list with the declarations of the plugins at `paths`, each loaded in a worker of its
 * own, several at a time. A plugin that cannot be loaded is listed with its `problem`; one whose id
 * is already listed is left out with a warning.
 */
void sb_discover(const char *const *paths, size_t count, int64_t timeout_ns, sb_plugin_list *list);

#endif
