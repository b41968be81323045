/* SPDX-License-Identifier: Apache-2.0 */
#include "config/include.h"

#include "config/keys.h"
#include "config/named.h"
#include "config/unknown_key.h"
#include "config/value.h"
#include "core/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The length of a path's folder, its last slash included; 0 for a bare name. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static char *path_beside(const char *path, const char *name)
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

/* The real path of the named file, which must lie in the includer's folder or below; NULL on
 * error. */
static char *resolve_beside(const sb_config_reading *reading, const sb_node *node, const char *name,
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
    char *path = path_beside(includer, name);
    char *real = realpath(path, NULL);
    free(path);
    struct stat status;
    if (!real || stat(real, &status) < 0) {
        sb_node_fail(node, error, "the include '%s' cannot be opened: %s", name, strerror(errno));
    } else if (strncmp(real, includer, folder_length(includer)) != 0) {
        sb_node_fail(node, error, "the include '%s' leads outside its folder, to %s", name, real);
    } else if (!S_ISREG(status.st_mode)) {
        sb_node_fail(node, error, "the include '%s' is not a file", name);
    } else {
        return real;
    }
    free(real);
    return NULL;
}

/* A file that is not beside the includer may be a configuration known by name. `shown` is its name
 * in messages. */
static char *resolve_path(const sb_config_reading *reading, const sb_node *node, const char *name,
                          char **shown, sb_error *error)
{
    char *beside = path_beside(reading->stack[reading->depth - 1], name);
    char *named = access(beside, F_OK) == 0 ? NULL : sb_named_config_find(name);
    char *path = named ? realpath(named, NULL) : resolve_beside(reading, node, name, error);
    *shown = named ? sb_copy_text(named) : path_beside(node->file, name);
    if (named && !path)
        sb_node_fail(node, error, "the include '%s' cannot be opened: %s", named, strerror(errno));
    if (!path) {
        free(*shown);
        *shown = NULL;
    }
    free(named);
    free(beside);
    return path;
}

static int check_limits(const sb_config_reading *reading, const sb_node *node, const char *path,
                        sb_error *error)
{
    for (size_t i = 0; i < reading->depth; i++)
        if (strcmp(reading->stack[i], path) == 0)
            return sb_node_fail(node, error, "include loop: %s is already being read", path);
    if (reading->depth == SB_MAX_CONFIG_DEPTH)
        return sb_node_fail(node, error, "includes nested more than %d deep", SB_MAX_CONFIG_DEPTH);
    if (reading->budget.files == 0)
        return sb_node_fail(node, error, "more than %d includes", SB_MAX_CONFIG_FILES);
    return SB_OK;
}

static int read_file(sb_config_reading *reading, const char *shown, const char *path,
                     const sb_node **root, sb_error *error)
{
    sb_document *document = sb_config_reading_add(reading);
    reading->budget.files--;
    int rc = sb_document_read(document, shown, path, &reading->budget, error);
    *root = document->root;
    return rc < 0 ? rc : sb_config_check_keys(document->root, "a configuration", error);
}

int sb_include_open(sb_config_reading *reading, const sb_node *entry, const sb_node **root,
                    const char **prefix, sb_error *error)
{
    static const char *const keys[] = { "include", "prefix", NULL };
    const sb_node *node = sb_node_get(entry, "include"), *before = sb_node_get(entry, "prefix");
    const char *name;
    *prefix = "";
    if (sb_node_check_map(entry, "an include", keys, error) < 0 ||
        sb_node_string(node, "include", 4096, &name, error) < 0 ||
        (before && sb_node_string(before, "prefix", SB_LONGEST_LAYER_NAME / 2, prefix, error) < 0))
        return SB_FAILED;
    if (reading->depth == 0)
        return sb_node_fail(node, error, "'include' cannot be used here: this text is not a file");
    char *shown;
    char *path = resolve_path(reading, node, name, &shown, error);
    if (!path)
        return SB_FAILED;
    int rc = check_limits(reading, node, path, error);
    if (rc == SB_OK)
        rc = read_file(reading, shown, path, root, error);
    free(shown);
    if (rc < 0) {
        free(path);
        return SB_FAILED;
    }
    reading->stack[reading->depth++] = path;
    return SB_OK;
}

void sb_include_close(sb_config_reading *reading)
{
    free(reading->stack[--reading->depth]);
}
