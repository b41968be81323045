/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the plugins of a worker's process, and describes them. */
#include "machine/cpu.h"
#include "measure/worker_host.h"
#include "measure/worker_process.h"
#include "measure/worker_refuse.h"
#include "plugin/describe.h"

#include <stdlib.h>
#include <string.h>

static void load_plugin(sb_worker_process *w, sb_reply *reply)
{
    sb_error error;
    sb_tenant *t = w->at;
    if (t->is_loaded)
        return;
    if (sb_loader_open(t->path, &t->loaded, &error) < 0)
        sb_reply_refuse(reply, SB_VERDICT_ERROR, error.text);
    else
        t->is_loaded = true;
}

/* `notes` are those of earlier processes; those that init keeps go into the reply. */
static void run_init(sb_worker_process *w, const char *notes, sb_reply *reply)
{
    sb_tenant *t = w->at;
    memcpy(reply->notes, notes, sizeof reply->notes);
    t->refused.size = sizeof t->refused;
    sb_worker_host_open_notes(reply->notes);
    const int rc = t->loaded.plugin.init(&w->host, &t->refused);
    sb_worker_host_open_notes(NULL);
    if (rc != 0 && !t->refused.text[0])
        sb_reply_copy_text(t->refused.text, "init failed without a reason", sizeof t->refused.text);
}

static void initialise_plugin(sb_worker_process *w, const char *notes, sb_reply *reply)
{
    sb_error error;
    sb_tenant *t = w->at;
    load_plugin(w, reply);
    if (reply->verdict != SB_VERDICT_OK)
        return;
    /* Not earlier: it takes time, and a plugin that is only listed does not need it. */
    if (w->cpu.size == 0 && sb_cpu_detect(&w->cpu, &error) < 0) {
        sb_reply_refuse(reply, SB_VERDICT_ERROR, error.text);
        return;
    }
    if (!t->initialised && t->loaded.plugin.init)
        run_init(w, notes, reply);
    t->initialised = true;
    if (t->refused.text[0])
        sb_reply_refuse_why(reply, SB_VERDICT_UNSUPPORTED, &t->refused, "");
}

const sb_loaded_kernel *sb_worker_kernel(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    initialise_plugin(w, q->notes, reply);
    if (reply->verdict != SB_VERDICT_OK)
        return NULL;
    if (q->kernel < w->at->loaded.kernel_count)
        return &w->at->loaded.kernels[q->kernel];
    sb_reply_refuse(reply, SB_VERDICT_ERROR, "no such kernel");
    return NULL;
}

void sb_worker_describe(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    (void)q;
    load_plugin(w, reply);
    if (reply->verdict != SB_VERDICT_OK)
        return;
    char *text = sb_describe(&w->at->loaded);
    size_t length = strlen(text);
    if (length <= SB_MAX_DESCRIPTION) {
        reply->description = (uint32_t)length;
        w->description = text;
        return;
    }
    free(text);
    sb_reply_refuse(reply, SB_VERDICT_ERROR,
                    "its description is too long: fewer kernels or shorter texts");
}

void sb_worker_init(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    initialise_plugin(w, q->notes, reply);
}

void sb_worker_name_libraries(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    initialise_plugin(w, q->notes, reply);
    if (reply->verdict != SB_VERDICT_OK)
        return;
    const sb_plugin *plugin = &w->at->loaded.plugin;
    const char *wrapped = plugin->libraries ? plugin->libraries() : NULL;
    if (wrapped)
        sb_reply_copy_text(reply->text, wrapped, sizeof reply->text);
    sb_worker_add_runtime(reply->text, sizeof reply->text);
}

void sb_tenant_unload(sb_tenant *t)
{
    if (t->initialised && !t->refused.text[0] && t->loaded.plugin.deinit)
        t->loaded.plugin.deinit();
    sb_loader_close(&t->loaded);
}
