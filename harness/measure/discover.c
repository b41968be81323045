/* SPDX-License-Identifier: Apache-2.0 */
/* Asks plugins what they are. Declared in measure/session.h. */
#include "measure/session.h"

#include "core/log.h"
#include "core/text.h"
#include "measure/process.h"
#include "plugin/describe.h"
#include "plugin/search.h"

#include <stdlib.h>
#include <string.h>

static void ask(sb_worker *worker, int64_t timeout_ns, sb_plugin_info *info)
{
    static char description[SB_MAX_DESCRIPTION];
    static sb_reply reply;
    sb_request request = { .ask = SB_ASK_DESCRIBE };
    sb_error error;
    sb_verdict verdict = sb_worker_call(worker, &request, NULL, 0, timeout_ns, &reply, description);
    if (verdict != SB_VERDICT_OK || reply.verdict != SB_VERDICT_OK) {
        sb_text text = { 0 };
        sb_text_add(&text, "%s%s", verdict == SB_VERDICT_CRASHED ? "crashed when loaded: " : "",
                    reply.text);
        info->problem = text.data;
    } else if (sb_describe_read(description, reply.description, info, &error) < 0) {
        info->problem = sb_copy_text(error.text);
    }
}

static bool known(const sb_plugin_list *list, const sb_plugin_info *info)
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

int sb_discover(const char *const *paths, size_t count, int64_t timeout_ns, sb_plugin_list *list,
                sb_error *error)
{
    *list = (sb_plugin_list) { .plugins = sb_new(count, sizeof(sb_plugin_info)) };
    sb_worker **workers = sb_new(count, sizeof *workers);
    sb_plugin_info *found = sb_new(count, sizeof *found);
    int rc = SB_OK;
    for (size_t i = 0; i < count && rc == SB_OK; i++) {
        found[i].path = sb_copy_text(paths[i]);
        workers[i] =
            sb_worker_start(&(sb_worker_options) { .plugin_path = paths[i], .threads = 1 }, error);
        rc = workers[i] ? sb_file_hash(paths[i], &found[i].build, error) : SB_FAILED;
    }
    for (size_t i = 0; i < count; i++) {
        if (rc == SB_OK)
            ask(workers[i], timeout_ns, &found[i]);
        sb_worker_end(workers[i]);
        if (rc == SB_OK && !known(list, &found[i]))
            list->plugins[list->count++] = found[i];
        else
            sb_plugin_info_free(&found[i]);
    }
    free(workers);
    free(found);
    if (rc < 0)
        sb_plugin_list_free(list);
    return rc;
}
