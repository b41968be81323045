/* SPDX-License-Identifier: Apache-2.0 */
#include "config/include.h"

#include "config/keys.h"
#include "core/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The length of a path's folder, its last slash included; 0 for a bare name. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static char *beside(const char *path, const char *name)
{
    sb_text joined = { 0 };
    sb_text_add_bytes(&joined, path, folder_length(path));
    sb_text_add(&joined, "%s", name);
    return joined.data;
}

static bool has_parent_step(const char *name)
{
    for (const char *step = name; step; step = strchr(step, '/')) {
        step += *step == '/';
        if (strncmp(step, "..", 2) == 0 && (step[2] == '/' || !step[2]))
            return true;
    }
    return false;
}

/* The real path of the file named, which lies in the includer's folder or below; NULL on error. */
static char *resolve(const sb_config_reading *reading, const sb_node *node, const char *name,
                     sb_error *error)
{
    const char *includer = reading->stack[reading->depth - 1];
    if (*name == '/' || has_parent_step(name)) {
        sb_node_fail(node, error,
                     "an include names a file beside this one, without '..' or a "
                     "leading '/', not '%s'",
                     name);
        return NULL;
    }
    char *path = beside(includer, name);
    char *real = realpath(path, NULL);
    free(path);
    struct stat status;
    if (!real || stat(real, &status) < 0) {
        sb_node_fail(node, error, "the include '%s' cannot be opened: %s", name, strerror(errno));
    } else if (strncmp(real, includer, folder_length(includer)) != 0) {
        sb_node_fail(node, error, "the include '%s' leads out of its folder, to %s", name, real);
    } else if (!S_ISREG(status.st_mode)) {
        sb_node_fail(node, error, "the include '%s' is not a file", name);
    } else {
        return real;
    }
    free(real);
    return NULL;
}

static int check_limits(const sb_config_reading *reading, const sb_node *node, const char *path,
                        sb_error *error)
{
    for (size_t i = 0; i < reading->depth; i++)
        if (strcmp(reading->stack[i], path) == 0)
            return sb_node_fail(node, error, "the include makes a loop: %s is being read", path);
    if (reading->depth == SB_MAX_CONFIG_DEPTH)
        return sb_node_fail(node, error, "includes nested more than %d deep", SB_MAX_CONFIG_DEPTH);
    if (reading->budget.files == 0)
        return sb_node_fail(node, error, "more than %d includes", SB_MAX_CONFIG_FILES);
    return SB_OK;
}

static void add_prefix(sb_layer *layer, const char *prefix)
{
    sb_text name = { 0 };
    sb_text_add(&name, "%s%s", prefix, layer->name);
    free(layer->name);
    layer->name = name.data;
}

static int read_layers(sb_config_reading *reading, const sb_node *node, const char *name,
                       const char *path, sb_layer_list *list, sb_error *error)
{
    sb_document *document = sb_new(1, sizeof *document);
    reading->documents[reading->document_count++] = document;
    reading->budget.files--;
    char *shown = beside(node->file, name);
    int rc = sb_document_read(document, shown, path, &reading->budget, error);
    free(shown);
    if (rc < 0 || sb_node_check_map(document->root, "a configuration", sb_config_keys, error) < 0)
        return SB_FAILED;
    reading->stack[reading->depth++] = path;
    rc = sb_config_layers(reading, document->root, list, error);
    reading->depth--;
    return rc;
}

int sb_config_include(sb_config_reading *reading, const sb_node *entry, sb_layer_list *list,
                      sb_error *error)
{
    static const char *const keys[] = { "include", "prefix", NULL };
    const sb_node *node = sb_node_get(entry, "include"), *prefix = sb_node_get(entry, "prefix");
    const char *name, *before = "";
    if (sb_node_check_map(entry, "an include", keys, error) < 0 ||
        sb_node_string(node, "include", 4096, &name, error) < 0 ||
        (prefix && sb_node_string(prefix, "prefix", SB_LONGEST_LAYER_NAME / 2, &before, error) < 0))
        return SB_FAILED;
    if (reading->depth == 0)
        return sb_node_fail(node, error, "no include is possible here: this text is not a file");
    char *path = resolve(reading, node, name, error);
    if (!path)
        return SB_FAILED;
    size_t first = list->count;
    int rc = check_limits(reading, node, path, error);
    if (rc == SB_OK)
        rc = read_layers(reading, node, name, path, list, error);
    for (size_t i = first; rc == SB_OK && i < list->count; i++)
        add_prefix(&list->layers[i], before);
    free(path);
    return rc;
}
