/* SPDX-License-Identifier: Apache-2.0 */
/* Asks plugins for their declarations. Declared in measure/session.h. */
#include "measure/session.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"
#include "measure/process.h"
#include "plugin/describe.h"
#include "plugin/notes.h"
#include "plugin/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_NS 10000000 /* deadline for an answer that may be there already */

/* Starts a worker and sends it the request, or records why that failed. */
static sb_worker *ask_worker(sb_plugin_info *info, sb_output *output)
{
    sb_request request = { .ask = SB_ASK_DESCRIBE };
    sb_error error;
    sb_worker *worker = NULL;
    if (sb_file_hash(info->path, &info->build, &error) == SB_OK)
        worker = sb_worker_start(
            &(sb_worker_options) {
                .plugin_path = info->path, .threads = 1, .only_describes = true, .output = output },
            &error);
    if (worker)
        sb_worker_ask(worker, &request, NULL, 0);
    else
        info->problem = sb_copy_text(error.text);
    return worker;
}

static void hear_answer(sb_worker *worker, int64_t deadline, int64_t timeout_ns,
                        sb_plugin_info *info)
{
    static char description[SB_MAX_DESCRIPTION];
    static sb_reply reply;
    sb_error error;
    const int64_t left = deadline - sb_now_ns();
    sb_verdict verdict =
        sb_worker_answer(worker, left > LEAST_NS ? left : LEAST_NS, &reply, description);
    if (verdict == SB_VERDICT_TIMEOUT)
        snprintf(reply.text, sizeof reply.text, "not loaded within %g s",
                 (double)timeout_ns * 1e-9);
    if (verdict != SB_VERDICT_OK || reply.verdict != SB_VERDICT_OK) {
        sb_text text = { 0 };
        sb_text_add(&text, "%s%s", verdict == SB_VERDICT_CRASHED ? "crashed when loaded: " : "",
                    reply.text);
        info->problem = text.data;
    } else if (sb_describe_read(description, reply.description, info, &error) < 0) {
        info->problem = sb_copy_text(error.text);
    } else if (info->absence) {
        sb_plugin_info_drop_kernels(info);
        info->problem = sb_copy_text(info->absence);
    }
    for (size_t i = 0; i < info->left_out_count; i++)
        sb_warn("plugin %s: left out: %s", info->id, info->left_out[i]);
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_known(const sb_plugin_list *list, const sb_plugin_info *info)
{
    for (size_t i = 0; info->id && i < list->count; i++) {
        const sb_plugin_info *other = &list->plugins[i];
        if (!other->id || strcmp(other->id, info->id) != 0)
            continue;
        if (other->build != info->build)
            sb_warn("plugin %s: %s hides %s", info->id, other->path, info->path);
        return true;
    }
    return false;
}

void sb_discover(const char *const *paths, size_t count, int64_t timeout_ns, sb_plugin_list *list)
{
    *list = (sb_plugin_list) { .plugins = sb_new(count, sizeof(sb_plugin_info)) };
    sb_worker **workers = sb_new(count, sizeof *workers);
    sb_plugin_info *found = sb_new(count, sizeof *found);
    sb_output *outputs = sb_new(count, sizeof *outputs);
    const int64_t deadline = sb_now_ns() + timeout_ns; /* deadline for all: they load in parallel */
    for (size_t i = 0; i < count; i++) {
        char *whole = realpath(paths[i], NULL); /* dlopen searches for names without a slash */
        found[i].path = whole ? whole : sb_copy_text(paths[i]);
        found[i].notes = sb_new(SB_MAX_NOTES, 1);
        outputs[i] = (sb_output) { .name = name_of(found[i].path) };
        workers[i] = ask_worker(&found[i], &outputs[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (workers[i])
            hear_answer(workers[i], deadline, timeout_ns, &found[i]);
        sb_worker_end(workers[i]);
        sb_output_end(&outputs[i]);
        if (is_known(list, &found[i]))
            sb_plugin_info_free(&found[i]);
        else
            list->plugins[list->count++] = found[i];
    }
    free(outputs);
    free(workers);
    free(found);
}
