/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/templates.h"

#include "core/file.h"
#include "core/text.h"
#include "sepbench/plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The replacement for a word between two '@'. */
typedef struct word {
    const char *name, *text;
} word;

static void add_replaced(sb_text *to, const char *text, const word *words)
{
    while (*text) {
        const word *w = words;
        size_t length = 0;
        for (; *text == '@' && w->name; w++) {
            length = strlen(w->name);
            if (strncmp(text + 1, w->name, length) == 0 && text[1 + length] == '@')
                break;
        }
        const bool found = *text == '@' && w->name;
        sb_text_add(to, "%s", found ? w->text : "");
        if (!found)
            sb_text_add_bytes(to, text, 1);
        text += found ? length + 2 : 1;
    }
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), least = strlen(end);
    return length >= least && strcmp(text + length - least, end) == 0;
}

/* Creates the folders of the path, and the file; scripts become executable. */
static int write_file(const char *folder, const sb_template *file, const word *words,
                      sb_error *error)
{
    sb_text path = { 0 }, text = { 0 };
    sb_text_add(&path, "%s/", folder);
    add_replaced(&path, file->path, words);
    for (const char *const *line = file->lines; *line; line++)
        add_replaced(&text, *line, words);
    char *slash = strrchr(path.data, '/');
    *slash = '\0';
    int rc = sb_folder_make(path.data, error);
    *slash = '/';
    if (rc == SB_OK)
        rc = sb_file_write(path.data, text.data, text.length, error);
    if (rc == SB_OK && strncmp(text.data, "#!", 2) == 0 && chmod(path.data, 0755) != 0)
        rc = sb_fail_errno(error, "%s cannot be made executable", path.data);
    sb_text_free(&path);
    sb_text_free(&text);
    return rc;
}

/* The name of this program for the Makefile: "sepbench", if PATH finds it, else its path; free()
 * it. */
static char *own_path(void)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-";
    char *self = realpath("/proc/self/exe", NULL);
    const char *list = getenv("PATH");
    for (size_t length; self && list && *list; list += length + (list[length] == ':')) {
        sb_text path = { 0 };
        length = strcspn(list, ":");
        sb_text_add(&path, "%.*s/sepbench", (int)length, list);
        char *real = realpath(path.data, NULL);
        const bool same = real && strcmp(real, self) == 0;
        const bool there = real != NULL;
        free(real);
        sb_text_free(&path);
        if (same)
            break;
        if (there) /* another one would be run */
            return self;
    }
    const bool found = list && *list;
    if (self && !found && self[strspn(self, plain)] == '\0')
        return self;
    free(self);
    return sb_copy_text("sepbench");
}

int sb_templates_write(const char *name, bool cxx, sb_error *error)
{
    char *sepbench = own_path(), source[SB_MAX_ID + 8];
    snprintf(source, sizeof source, "%s.%s", name, cxx ? "cpp" : "c");
    const word words[] = {
        { "NAME", name },
        { "SOURCE", source },
        { "SEPBENCH", sepbench },
        { "COMPILER", cxx ? "CXX" : "CC" },
        { "COMPILER_DEFAULT", cxx ? "g++" : "gcc" },
        { "FLAGS", cxx ? "CXXFLAGS" : "CFLAGS" },
        { "STANDARD", cxx ? "c++17" : "c17" },
        { NULL, NULL },
    };
    int rc = SB_OK;
    for (const sb_template *file = sb_templates; file->path && rc == SB_OK; file++)
        if (!ends_with(file->path, cxx ? ".c" : ".cpp"))
            rc = write_file(name, file, words, error);
    free(sepbench);
    return rc;
}
