/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/loader.h"

#include "core/text.h"
#include "plugin/rules.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

/* The sizes that version 1.0 promised: no valid struct was ever shorter. */
#define LEAST(type, member) ((uint32_t)(offsetof(type, member) + sizeof((type *)0)->member))
enum {
    LEAST_PLUGIN = LEAST(sb_plugin, get_extension),
    LEAST_KERNEL = LEAST(sb_kernel, destroy),
    LEAST_PARAMETER = LEAST(sb_parameter, choices)
};

/* Copies at most what both sides know; the rest is zero. */
static void adopt_struct(void *to, size_t known, const void *from, uint32_t theirs)
{
    memset(to, 0, known);
    memcpy(to, from, theirs < known ? theirs : known);
}

static int adopt_parameters(sb_loaded_kernel *to, sb_error *error)
{
    const sb_parameter *const *list = to->kernel.parameters;
    for (; list && *list; list++) {
        if (to->parameter_count == SB_MAX_PARAMETERS)
            return sb_fail(error, "more than %d parameters", SB_MAX_PARAMETERS);
        if ((*list)->size < LEAST_PARAMETER)
            return sb_fail(error, "a parameter's size is %u; it must be sizeof(sb_parameter)",
                           (*list)->size);
        sb_parameter *p = &to->parameters[to->parameter_count];
        adopt_struct(p, sizeof *p, *list, (*list)->size);
        if (sb_rules_parameter(p, error) < 0)
            return SB_FAILED;
        for (size_t i = 0; i < to->parameter_count; i++)
            if (strcmp(to->parameters[i].id, p->id) == 0)
                return sb_fail(error, "duplicate parameter %s", p->id);
        to->parameter_count++;
    }
    return SB_OK;
}

static int adopt_kernel(sb_loaded_kernel *to, const sb_kernel *from, sb_error *error)
{
    if (from->size < LEAST_KERNEL)
        return sb_fail(error, "a kernel's size is %u; it must be sizeof(sb_kernel)", from->size);
    sb_kernel *k = &to->kernel;
    adopt_struct(k, sizeof *k, from, from->size);
    if (sb_rules_kernel(k, error) < 0)
        return SB_FAILED;
    if (k->input_slack > 65536)
        return sb_fail(error, "kernel %s: input_slack is over 65536 bytes", k->id);
    if (!k->supports || !k->plan || !k->run || !k->destroy)
        return sb_fail(error, "kernel %s: supports, plan, run and destroy must be set", k->id);
    if (adopt_parameters(to, error) < 0)
        return sb_fail_within(error, "kernel %s", k->id);
    return SB_OK;
}

static bool has_kernel(const sb_loaded *loaded, const char *id)
{
    for (size_t i = 0; i < loaded->kernel_count; i++)
        if (strcmp(loaded->kernels[i].kernel.id, id) == 0)
            return true;
    return false;
}

/* Does the kernel need something that this version does not know? Then stores the reason. */
static bool leave_out(sb_loaded *loaded, const sb_loaded_kernel *kernel)
{
    sb_error why;
    if (sb_rules_known(&kernel->kernel, kernel->parameters, kernel->parameter_count, &why) == SB_OK)
        return false;
    loaded->left_out =
        sb_grow(loaded->left_out, loaded->left_out_count + 1, sizeof *loaded->left_out);
    loaded->left_out[loaded->left_out_count++] = sb_copy_text(why.text);
    return true;
}

static int adopt_kernels(sb_loaded *loaded, sb_error *error)
{
    const sb_kernel *const *list = loaded->plugin.kernels;
    for (size_t n = 0; list[n]; n++) {
        if (n == SB_MAX_KERNELS)
            return sb_fail(error, "more than %d kernels", SB_MAX_KERNELS);
        sb_loaded_kernel kernel = { 0 };
        if (adopt_kernel(&kernel, list[n], error) < 0)
            return SB_FAILED;
        if (has_kernel(loaded, kernel.kernel.id))
            return sb_fail(error, "duplicate kernel %s", kernel.kernel.id);
        if (leave_out(loaded, &kernel))
            continue;
        loaded->kernels =
            sb_grow(loaded->kernels, loaded->kernel_count + 1, sizeof *loaded->kernels);
        loaded->kernels[loaded->kernel_count++] = kernel;
    }
    if (loaded->kernel_count == 0)
        return sb_fail(error, "offers no kernel%s%s",
                       loaded->left_out_count ? " that this version can use: " : "",
                       loaded->left_out_count ? loaded->left_out[0] : "");
    return SB_OK;
}

static int adopt_plugin(sb_loaded *loaded, const sb_plugin *entry, sb_error *error)
{
    if (entry->abi_major != SB_ABI_MAJOR)
        return sb_fail(
            error,
            "was built for plugin ABI %u.%u; this sepbench supports %d.%d; rebuild the plugin",
            entry->abi_major, entry->abi_minor, SB_ABI_MAJOR, SB_ABI_MINOR);
    if (entry->size < LEAST_PLUGIN)
        return sb_fail(error,
                       "its table has %u bytes, fewer than the %d of ABI 1.0: it was built with a "
                       "header older than 1.0; rebuild it with this version's sepbench/plugin.h",
                       entry->size, (int)LEAST_PLUGIN);
    sb_plugin *p = &loaded->plugin;
    adopt_struct(p, sizeof *p, entry, entry->size);
    if (sb_rules_plugin(p, error) < 0)
        return SB_FAILED;
    if (!p->kernels)
        return sb_fail(error, "offers no kernel");
    return adopt_kernels(loaded, error);
}

int sb_loader_open(const char *path, sb_loaded *loaded, sb_error *error)
{
    *loaded = (sb_loaded) { 0 };
    loaded->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!loaded->handle)
        return sb_fail(error, "cannot be loaded: %s", dlerror());
    const sb_plugin *entry = dlsym(loaded->handle, "sb_plugin_entry");
    if (!entry)
        sb_fail(error, "not a sepbench plugin: it has no symbol sb_plugin_entry");
    else if (adopt_plugin(loaded, entry, error) == SB_OK)
        return SB_OK;
    sb_loader_close(loaded);
    return SB_FAILED;
}

/* Libraries that were loaded with a plugin stay loaded when it is closed: their threads may still
 * be running (OpenMP's spin for a while after a region), and to unmap their code would crash the
 * process. */
static void keep_libraries(void *handle)
{
    struct link_map *plugin = NULL;
    if (dlinfo(handle, RTLD_DI_LINKMAP, &plugin) != 0)
        return;
    for (const struct link_map *at = plugin->l_next; at; at = at->l_next)
        if (at->l_name[0])
            dlopen(at->l_name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

bool sb_loader_place(const void *address, const char **file, uintptr_t *offset)
{
    Dl_info place;
    if (!dladdr(address, &place))
        return false;
    *file = place.dli_fname;
    *offset = (uintptr_t)address - (uintptr_t)place.dli_fbase;
    return true;
}

sb_loader_function *sb_loader_find(const char *library, const char *function, bool loads)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL | (loads ? 0 : RTLD_NOLOAD));
    void *address = handle ? dlsym(handle, function) : NULL;
    sb_loader_function *found = NULL;
    memcpy(&found, &address, sizeof found);
    return found;
}

void sb_loader_close(sb_loaded *loaded)
{
    free(loaded->kernels);
    for (size_t i = 0; i < loaded->left_out_count; i++)
        free(loaded->left_out[i]);
    free(loaded->left_out);
    if (loaded->handle) {
        keep_libraries(loaded->handle);
        dlclose(loaded->handle);
    }
    *loaded = (sb_loaded) { 0 };
}
