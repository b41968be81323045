/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/system.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The value in "key: value" or "key=value", without surrounding blanks and quotes; NULL for another
 * key. */
static char *value_of(char *line, const char *key)
{
    const size_t length = strlen(key);
    if (strncmp(line, key, length) != 0)
        return NULL;
    char *value = line + length + strspn(line + length, " \t");
    if (*value != ':' && *value != '=')
        return NULL;
    value++;
    value += strspn(value, " \t\"'");
    for (size_t end = strlen(value); end > 0 && strchr(" \t\n\"'", value[end - 1]);)
        value[--end] = '\0';
    return value;
}

typedef struct member {
    const char *key;
    size_t offset, size; /* offset in the struct */
} member;

#define MEMBER(key, name)                                            \
    {                                                                \
        key, offsetof(sb_system, name), sizeof((sb_system *)0)->name \
    }

/* Reads the first line of each key. */
static void read_keys(const char *path, const member *members, size_t count, sb_system *s)
{
    char line[512];
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        for (size_t i = 0; i < count; i++) {
            char *to = (char *)s + members[i].offset;
            const char *value = *to ? NULL : value_of(line, members[i].key);
            if (value)
                snprintf(to, members[i].size, "%s", value);
        }
    if (file)
        fclose(file);
}

static void read_libc(sb_system *s)
{
#ifdef _CS_GNU_LIBC_VERSION
    if (confstr(_CS_GNU_LIBC_VERSION, s->libc, sizeof s->libc) == 0)
        s->libc[0] = '\0';
#else
    (void)s;
#endif
}

/* "always [madvise] never": the word in brackets. */
static void read_huge_pages(sb_system *s)
{
    char line[128] = "";
    FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");
    if (file && fgets(line, sizeof line, file)) {
        const char *open = strchr(line, '[');
        if (open)
            snprintf(s->huge_pages, sizeof s->huge_pages, "%.*s", (int)strcspn(open + 1, "]"),
                     open + 1);
    }
    if (file)
        fclose(file);
}

static void read_numa_policy(sb_system *s)
{
#ifdef SYS_get_mempolicy
    static const char *const names[] = { "default",    "preferred", "bind",
                                         "interleave", "local",     "preferred many" };
    int policy = -1;
    if (syscall(SYS_get_mempolicy, &policy, NULL, 0UL, NULL, 0UL) != 0)
        return;
    policy &= 0xff; /* the bits above are flags */
    if ((size_t)policy < sizeof names / sizeof *names)
        snprintf(s->numa_policy, sizeof s->numa_policy, "%s", names[policy]);
#else
    (void)s;
#endif
}

static void read_layout(sb_system *s)
{
    static const char *const names[] = { "fixed", "randomized but for the heap", "randomized" };
    unsigned value;
    FILE *file = fopen("/proc/sys/kernel/randomize_va_space", "re");
    if (file && fscanf(file, "%u", &value) == 1 && value < sizeof names / sizeof *names)
        snprintf(s->layout, sizeof s->layout, "%s", names[value]);
    if (file)
        fclose(file);
}

void sb_system_read(sb_system *system)
{
    static const member release[] = { MEMBER("PRETTY_NAME", name) };
    static const member processor[] = {
        MEMBER("vendor_id", vendor),
        MEMBER("cpu family", family),
        MEMBER("model", model),
        MEMBER("stepping", stepping),
        MEMBER("microcode", microcode),
        MEMBER("CPU implementer", vendor),
        MEMBER("CPU architecture", family),
        MEMBER("CPU part", model),
        MEMBER("CPU revision", stepping),
    };
    *system = (sb_system) { 0 };
    read_keys("/etc/os-release", release, sizeof release / sizeof *release, system);
    read_keys("/proc/cpuinfo", processor, sizeof processor / sizeof *processor, system);
    read_libc(system);
    read_huge_pages(system);
    read_numa_policy(system);
    read_layout(system);
}
