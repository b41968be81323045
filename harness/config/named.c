/* SPDX-License-Identifier: Apache-2.0 */
#include "config/named.h"

#include "core/file.h"
#include "core/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SUFFIX        ".yaml"
#define SUFFIX_LENGTH (sizeof SUFFIX - 1)

/* The length of the name without the suffix, if it has one. */
static size_t stem_length(const char *name)
{
    size_t length = strlen(name);
    bool suffixed = length > SUFFIX_LENGTH && strcmp(name + length - SUFFIX_LENGTH, SUFFIX) == 0;
    return suffixed ? length - SUFFIX_LENGTH : length;
}

/* Calls `visit` for each folder, until it returns a value. */
static void *visit_folders(void *(*visit)(const char *folder, void *context), void *context)
{
    const char *wanted = getenv("SEPBENCH_CONFIG_PATH");
    sb_text list = { 0 };
    char *installed = sb_path_installed(SB_CONFIG_DIR);
    sb_text_add(&list, "%s%s%s", wanted ? wanted : "", wanted ? ":" : "", installed);
    free(installed);
    char *rest = list.data, *folder;
    void *found = NULL;
    while (!found && (folder = strsep(&rest, ":")))
        if (*folder)
            found = visit(folder, context);
    sb_text_free(&list);
    return found;
}

static void *find_in(const char *folder, void *context)
{
    const char *name = context;
    struct stat status;
    sb_text path = { 0 };
    sb_text_add(&path, "%s/%.*s" SUFFIX, folder, (int)stem_length(name), name);
    if (stat(path.data, &status) == 0 && S_ISREG(status.st_mode))
        return path.data;
    sb_text_free(&path);
    return NULL;
}

char *sb_named_config_find(const char *name)
{
    if (!*name || *name == '.' || strchr(name, '/'))
        return NULL;
    return visit_folders(find_in, (void *)(uintptr_t)name);
}

/* Appends a line of the paragraph; false if the first sentence, or the paragraph, has ended. */
static bool add_comment(sb_text *summary, char *line)
{
    char *text = line + strspn(line, "# ");
    text[strcspn(text, "\r\n")] = '\0';
    if (*line != '#' || !*text)
        return summary->length == 0 && *line == '#';
    if (strncmp(text, "SPDX-", 5) == 0)
        return true;
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
    char *stop = strstr(text, ". ");
    if (stop)
        stop[1] = '\0';
    sb_text_add(summary, "%s%s", summary->length ? " " : "", text);
    return text[strlen(text) - 1] != '.';
}

/* The first sentence of the first comment other than the license. */
static char *read_summary(const char *path)
{
    char line[512];
    FILE *file = fopen(path, "re");
    sb_text summary = { 0 };
    while (file && fgets(line, sizeof line, file) && add_comment(&summary, line))
        ;
    if (file)
        fclose(file);
    return summary.data ? summary.data : sb_copy_text("");
}

static int is_config(const struct dirent *entry)
{
    return *entry->d_name != '.' && stem_length(entry->d_name) < strlen(entry->d_name);
}

static bool is_listed(const sb_named_configs *configs, const char *name)
{
    for (size_t i = 0; i < configs->count; i++)
        if (strcmp(configs->items[i].name, name) == 0)
            return true;
    return false;
}

static void add_config(sb_named_configs *configs, const char *folder, const char *file)
{
    char *name = sb_copy_text(file);
    name[stem_length(file)] = '\0';
    if (is_listed(configs, name)) {
        free(name);
        return;
    }
    configs->items = sb_grow(configs->items, configs->count + 1, sizeof *configs->items);
    sb_named_config *config = &configs->items[configs->count++];
    config->name = name;
    config->path = sb_path_join(folder, file);
    config->summary = read_summary(config->path);
}

static void *list_folder(const char *folder, void *context)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_config, NULL);
    if (count < 0)
        return NULL;
    for (int i = 0; i < count; i++) {
        add_config(context, folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return NULL;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const sb_named_config *)a)->name, ((const sb_named_config *)b)->name);
}

void sb_named_configs_list(sb_named_configs *configs)
{
    *configs = (sb_named_configs) { 0 };
    visit_folders(list_folder, configs);
    if (configs->count)
        qsort(configs->items, configs->count, sizeof *configs->items, compare_names);
}

void sb_named_configs_free(sb_named_configs *configs)
{
    for (size_t i = 0; i < configs->count; i++) {
        free(configs->items[i].name);
        free(configs->items[i].path);
        free(configs->items[i].summary);
    }
    free(configs->items);
    *configs = (sb_named_configs) { 0 };
}

static void fail_unknown(const char *name, sb_error *error)
{
    sb_named_configs configs;
    sb_named_configs_list(&configs);
    const char **names = sb_new(configs.count + 1, sizeof *names);
    for (size_t i = 0; i < configs.count; i++)
        names[i] = configs.items[i].name;
    const char *near = sb_nearest(name, names);
    sb_fail(error,
            "%s: neither a file nor the name of a configuration%s%s%s; see 'sepbench list configs'",
            name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    free(names);
    sb_named_configs_free(&configs);
}

char *sb_config_locate(const char *path, sb_error *error)
{
    struct stat status;
    const bool is_there = stat(path, &status) == 0;
    const bool is_absent = !is_there && errno == ENOENT;
    if (is_there && !S_ISDIR(status.st_mode))
        return sb_copy_text(path);
    char *named = sb_named_config_find(path);
    if (named)
        return named;
    /* Problems with a path are reported when it is opened. */
    if (!is_absent || strchr(path, '/'))
        return sb_copy_text(path);
    fail_unknown(path, error);
    return NULL;
}
