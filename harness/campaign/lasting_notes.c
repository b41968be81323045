/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/lasting_notes.h"

#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "machine/cache.h"
#include "plugin/notes.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT     1
#define FILE_LIMIT ((size_t)1 << 16)

/* The file of a plugin's notes. */
static int find_place(const sb_topology *topology, const sb_plugin_info *plugin,
                      sb_cache_place *place, sb_error *error)
{
    sb_text more = { 0 };
    sb_text_add(&more, "; plugin %s %s", plugin->id, plugin->version);
    const int rc = sb_cache_find(topology, "notes", more.data, place, error);
    sb_text_free(&more);
    return rc;
}

/* ---------------------------------------------------------------------------------------- files */

/* The lasting notes as an object, which the caller releases. */
static json_t *pack_notes(const char *notes)
{
    char name[SB_MAX_NOTES], text[SB_MAX_NOTES];
    json_t *object = json_object();
    while (sb_notes_next_lasting(&notes, name, text))
        json_object_set_new(object, name, json_string(text));
    return object;
}

/* The object of a file, which the caller releases; an empty one if there is none for this key. */
static json_t *read_notes(const sb_cache_place *p)
{
    size_t length;
    int format = 0;
    const char *stored = NULL;
    json_t *notes = NULL;
    char *text = sb_file_read(p->path, FILE_LIMIT, &length, NULL);
    json_t *root = text ? json_loadb(text, length, 0, NULL) : NULL;
    if (root &&
        json_unpack(root, "{s:i, s:s, s:o}", "format", &format, "key", &stored, "notes", &notes) ==
            0 &&
        format == FORMAT && strcmp(stored, p->key) == 0 && json_is_object(notes))
        json_incref(notes);
    else
        notes = json_object();
    json_decref(root);
    free(text);
    return notes;
}

static int write_notes(const sb_cache_place *p, json_t *notes, sb_error *error)
{
    json_t *root = json_pack("{s:i, s:s, s:O}", "format", FORMAT, "key", p->key, "notes", notes);
    char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
    json_decref(root);
    if (!text)
        return sb_fail(error, "%s: the notes cannot be written as JSON", p->path);
    const int rc = sb_file_write(p->path, text, strlen(text), error);
    free(text);
    return rc;
}

/* -------------------------------------------------------------------------------------- plugins */

static void recall_notes(const sb_topology *topology, const sb_plugin_info *plugin)
{
    sb_error ignored;
    sb_cache_place p;
    const char *name;
    json_t *value;
    if (find_place(topology, plugin, &p, &ignored) < 0)
        return;
    json_t *notes = read_notes(&p);
    json_object_foreach(notes, name, value)
    {
        if (json_is_string(value)) /* what is not legal as a note is left out */
            (void)sb_notes_keep_lasting(plugin->notes, name, json_string_value(value));
    }
    json_decref(notes);
    sb_cache_place_free(&p);
}

static int keep_notes(const sb_topology *topology, const sb_plugin_info *plugin, sb_error *error)
{
    sb_cache_place p;
    int rc = SB_OK;
    json_t *now = pack_notes(plugin->notes);
    if (json_object_size(now) > 0) {
        rc = find_place(topology, plugin, &p, error);
        json_t *before = rc == SB_OK ? read_notes(&p) : NULL;
        if (before && !json_equal(before, now))
            rc = write_notes(&p, now, error);
        json_decref(before);
        sb_cache_place_free(&p);
    }
    json_decref(now);
    return rc;
}

void sb_lasting_notes_recall(const sb_topology *topology, const sb_plugin_list *plugins)
{
    for (size_t i = 0; i < plugins->count; i++)
        if (!plugins->plugins[i].problem)
            recall_notes(topology, &plugins->plugins[i]);
}

void sb_lasting_notes_keep(const sb_topology *topology, const sb_plugin_list *plugins)
{
    sb_error error;
    int rc = SB_OK;
    for (size_t i = 0; i < plugins->count && rc == SB_OK; i++)
        if (!plugins->plugins[i].problem)
            rc = keep_notes(topology, &plugins->plugins[i], &error);
    if (rc < 0)
        sb_warn("what plugins found out about this machine is not kept for later runs: %s",
                error.text);
}
