/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench new-plugin: creates a folder with a working plugin as a starting point. */
#include "cli/commands.h"
#include "cli/templates.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "sepbench/plugin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct new_plugin_options {
    bool cxx;
} new_plugin_options;

static const sb_option options[] = {
    { "cxx", 0, SB_OPTION_FLAG, offsetof(new_plugin_options, cxx), NULL, "in C++ instead of C" },
    { 0 },
};

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

static int check_name(const char *name, sb_error *error)
{
    const size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (name[0] >= 'a' && name[0] <= 'z' && !name[length] && length < SB_MAX_ID)
        return SB_OK;
    return sb_fail(error,
                   "'%s' cannot be a plugin's name: 1 to %d of a-z, 0-9 and _, a letter first",
                   name, SB_MAX_ID - 1);
}

static int write_plugin(const char *name, bool cxx, sb_error *error)
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

static int run(const sb_invocation *invocation, sb_error *error)
{
    const new_plugin_options *o = invocation->options;
    const char *name = invocation->operands[0];
    if (check_name(name, error) < 0)
        return SB_FAILED;
    if (mkdir(name, 0777) != 0)
        return errno == EEXIST ? sb_fail(error, "%s is there already; choose another name", name)
                               : sb_fail_errno(error, "%s cannot be made", name);
    if (write_plugin(name, o->cxx, error) < 0)
        return SB_FAILED;
    sb_info("%s/ is there: cd %s && make check", name, name);
    return SB_OK;
}

const sb_command sb_command_new_plugin = {
    .name = "new-plugin",
    .usage = "NAME [--cxx]",
    .summary = "Make a folder with a plugin that works, to begin with",
    .details = "It has kernels for standard and separable convolution, a Makefile (all, check, "
               "run, tune, debug, asan), a test and a README.",
    .options = options,
    .options_size = sizeof(new_plugin_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
