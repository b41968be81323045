/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/cgroup.h"

#include "core/text.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A mounted hierarchy, and the process's group in it. */
typedef struct hierarchy {
    const char *controller; /* of version 1; NULL for version 2, which has all controllers */
    char root[PATH_MAX];    /* the group that is mounted there */
    char point[PATH_MAX];   /* where it is mounted */
    char group[PATH_MAX];   /* the process's group */
} hierarchy;

/* Is `word` one of the comma-separated words of `list`? */
static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += length)
        if ((at == list || at[-1] == ',') && (at[length] == ',' || !at[length]))
            return true;
    return false;
}

static FILE *open_in(const char *root, const char *folder, const char *name)
{
    sb_text path = { 0 };
    sb_text_add(&path, "%s%s/%s", root, folder, name);
    FILE *file = fopen(path.data, "re");
    sb_text_free(&path);
    return file;
}

/* Finds the process's group in /proc/self/cgroup: lines of id:controllers:path. */
static bool find_group(const char *root, hierarchy *h)
{
    FILE *file = open_in(root, "/proc/self", "cgroup");
    if (!file)
        return false;
    char line[PATH_MAX + 256];
    bool found = false;
    while (!found && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':');
        char *path = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = '\0';
        controllers++;
        found = h->controller ? has_word(controllers, h->controller) : !*controllers;
        if (found)
            snprintf(h->group, sizeof h->group, "%.*s", PATH_MAX - 1, path);
    }
    fclose(file);
    return found;
}

/* One line of /proc/self/mountinfo: id parent device root point options ... - type source options
 */
static bool parse_mount(char *line, hierarchy *h)
{
    char type[64], options[1024];
    char *tail = strstr(line, " - ");
    if (!tail || sscanf(tail, " - %63s %*s %1023s", type, options) != 2)
        return false;
    if (h->controller ? strcmp(type, "cgroup") != 0 || !has_word(options, h->controller)
                      : strcmp(type, "cgroup2") != 0)
        return false;
    *tail = '\0';
    return sscanf(line, "%*s %*s %*s %4095s %4095s", h->root, h->point) == 2;
}

static bool find_mount(const char *root, hierarchy *h)
{
    FILE *file = open_in(root, "/proc/self", "mountinfo");
    if (!file)
        return false;
    char line[3 * PATH_MAX];
    bool found = false;
    while (!found && fgets(line, sizeof line, file))
        found = parse_mount(line, h);
    fclose(file);
    return found;
}

static double read_quota_v2(const char *root, const char *folder)
{
    double quota = 0, period = 0;
    FILE *file = open_in(root, folder, "cpu.max");
    if (!file)
        return 0;
    bool limited = fscanf(file, "%lf %lf", &quota, &period) == 2; /* else "max 100000" */
    fclose(file);
    return limited && quota > 0 && period > 0 ? quota / period : 0;
}

/* 0 if there is no such file or it holds a word ("max"). */
static double read_value(const char *root, const char *folder, const char *name)
{
    double value = 0;
    FILE *file = open_in(root, folder, name);
    if (!file)
        return 0;
    if (fscanf(file, "%lf", &value) != 1)
        value = 0;
    fclose(file);
    return value;
}

static double read_quota_v1(const char *root, const char *folder)
{
    double quota = read_value(root, folder, "cpu.cfs_quota_us"); /* -1: no limit */
    double period = read_value(root, folder, "cpu.cfs_period_us");
    return quota > 0 && period > 0 ? quota / period : 0;
}

static double read_memory_v2(const char *root, const char *folder)
{
    return read_value(root, folder, "memory.max");
}

/* "No limit" is stored as the largest number of pages. */
static double read_memory_v1(const char *root, const char *folder)
{
    double bytes = read_value(root, folder, "memory.limit_in_bytes");
    return bytes < 0x1p62 ? bytes : 0;
}

/* The group's path below the mount point. In a container without a cgroup namespace, the mount
 * shows only the container's group, but the process sees that group's full path. */
static const char *below_mount(const hierarchy *h)
{
    size_t length = strcmp(h->root, "/") == 0 ? 0 : strlen(h->root);
    if (strncmp(h->group, h->root, length) != 0)
        return "";
    return strcmp(h->group + length, "/") == 0 ? "" : h->group + length;
}

typedef double reader(const char *root, const char *folder);

/* The smaller of two limits; 0 means no limit. */
static double lesser_limit(double a, double b)
{
    if (a <= 0 || b <= 0)
        return a > 0 ? a : b > 0 ? b : 0;
    return a < b ? a : b;
}

/* The smallest limit from the process's group up to the mount point. */
static double least_limit(const char *root, const char *controller, reader *read)
{
    hierarchy h = { .controller = controller };
    if (!find_group(root, &h) || !find_mount(root, &h))
        return 0;
    char folder[2 * PATH_MAX];
    snprintf(folder, sizeof folder, "%s%s", h.point, below_mount(&h));
    for (double limit = 0;;) {
        limit = lesser_limit(limit, read(root, folder));
        char *slash = strrchr(folder, '/');
        if (!slash || strlen(folder) <= strlen(h.point))
            return limit;
        *slash = '\0';
    }
}

double sb_cgroup_quota(const char *root)
{
    return lesser_limit(least_limit(root, NULL, read_quota_v2),
                        least_limit(root, "cpu", read_quota_v1));
}

uint64_t sb_cgroup_memory(const char *root)
{
    return (uint64_t)lesser_limit(least_limit(root, NULL, read_memory_v2),
                                  least_limit(root, "memory", read_memory_v1));
}
