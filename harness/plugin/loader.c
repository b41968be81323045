/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/loader.h"

#include "core/text.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Copies at most what both sides know; the rest stays zero. */
static void adopt(void *to, size_t known, const void *from, uint32_t theirs)
{
    memset(to, 0, known);
    memcpy(to, from, theirs < known ? theirs : known);
}

static bool id_valid(const char *id)
{
    if (!id || id[0] < 'a' || id[0] > 'z')
        return false;
    size_t length = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return id[length] == '\0' && length < SB_MAX_ID;
}

static bool text_valid(const char *text)
{
    return text && strnlen(text, 1024) < 1024;
}

static int64_t choice_total(const sb_parameter *parameter)
{
    int64_t count = 0;
    if (parameter->choices)
        while (count < 1024 && parameter->choices[count])
            count++;
    return count;
}

static bool power_of_two(int64_t value)
{
    return value > 0 && (value & (value - 1)) == 0;
}

static int check_choices(const sb_parameter *p, sb_error *error)
{
    int64_t count = choice_total(p);
    if (count < 1 || count >= 1024)
        return sb_fail(error, "parameter %s: needs 1 to 1023 choices", p->id);
    for (int64_t i = 0; i < count; i++) {
        if (!id_valid(p->choices[i]))
            return sb_fail(error, "parameter %s: choice %d is no valid id", p->id, (int)i);
        for (int64_t j = 0; j < i; j++)
            if (strcmp(p->choices[i], p->choices[j]) == 0)
                return sb_fail(error, "parameter %s: choice %s stands twice", p->id, p->choices[i]);
    }
    if (p->initial < 0 || p->initial >= count)
        return sb_fail(error, "parameter %s: initial is no index of a choice", p->id);
    return SB_OK;
}

static int check_parameter(const sb_parameter *p, sb_error *error)
{
    if (!id_valid(p->id))
        return sb_fail(error, "a parameter's id is not of the form [a-z][a-z0-9_]*");
    if (!text_valid(p->summary))
        return sb_fail(error, "parameter %s: no summary", p->id);
    switch (p->kind) {
    case SB_FLAG:
        if (p->initial != 0 && p->initial != 1)
            return sb_fail(error, "parameter %s: initial of a flag must be 0 or 1", p->id);
        return SB_OK;
    case SB_CHOICE:
        return check_choices(p, error);
    case SB_POWER_OF_TWO:
        if (!power_of_two(p->min) || p->max < p->min || p->max > INT64_MAX / 4)
            return sb_fail(error, "parameter %s: min must be a power of two, at most max", p->id);
        if (!power_of_two(p->initial) || p->initial < p->min || p->initial > p->max)
            return sb_fail(error, "parameter %s: initial is no legal value", p->id);
        return SB_OK;
    case SB_INTEGER:
        if (p->min > p->max || p->step < 1 || p->min < -INT64_MAX / 4 || p->max > INT64_MAX / 4)
            return sb_fail(error, "parameter %s: needs min <= max and step >= 1", p->id);
        if (p->initial < p->min || p->initial > p->max || (p->initial - p->min) % p->step != 0)
            return sb_fail(error, "parameter %s: initial is no legal value", p->id);
        return SB_OK;
    default:
        return sb_fail(error, "parameter %s: unknown kind %u", p->id, p->kind);
    }
}

static int adopt_parameters(sb_loaded_kernel *to, sb_error *error)
{
    const sb_parameter *const *list = to->kernel.parameters;
    for (; list && *list; list++) {
        if (to->parameter_count == SB_MAX_PARAMETERS)
            return sb_fail(error, "more than %d parameters", SB_MAX_PARAMETERS);
        if ((*list)->size < sizeof(sb_parameter))
            return sb_fail(error, "a parameter's size is %u; it must be sizeof(sb_parameter)",
                           (*list)->size);
        sb_parameter *p = &to->parameters[to->parameter_count];
        adopt(p, sizeof *p, *list, (*list)->size);
        if (check_parameter(p, error) < 0)
            return SB_FAILED;
        for (size_t i = 0; i < to->parameter_count; i++)
            if (strcmp(to->parameters[i].id, p->id) == 0)
                return sb_fail(error, "parameter %s stands twice", p->id);
        to->parameter_count++;
    }
    return SB_OK;
}

static int adopt_kernel(sb_loaded_kernel *to, const sb_kernel *from, sb_error *error)
{
    if (from->size < sizeof(sb_kernel))
        return sb_fail(error, "a kernel's size is %u; it must be sizeof(sb_kernel)", from->size);
    sb_kernel *k = &to->kernel;
    adopt(k, sizeof *k, from, from->size);
    if (!id_valid(k->id))
        return sb_fail(error, "a kernel's id is not of the form [a-z][a-z0-9_]*");
    if (!id_valid(k->technique))
        return sb_fail(error, "kernel %s: technique is not of the form [a-z][a-z0-9_]*", k->id);
    if (!text_valid(k->summary))
        return sb_fail(error, "kernel %s: no summary", k->id);
    if (k->operation > SB_SEPARABLE)
        return sb_fail(error, "kernel %s: unknown operation %u", k->id, k->operation);
    if (k->arithmetic > SB_STRASSEN)
        return sb_fail(error, "kernel %s: unknown arithmetic class %u", k->id, k->arithmetic);
    if (k->input_slack > 65536)
        return sb_fail(error, "kernel %s: input_slack is over 65536 bytes", k->id);
    if (!k->supports || !k->plan || !k->run || !k->destroy)
        return sb_fail(error, "kernel %s: supports, plan, run and destroy must be there", k->id);
    if (adopt_parameters(to, error) < 0)
        return sb_fail_within(error, "kernel %s", k->id);
    return SB_OK;
}

static int adopt_kernels(sb_loaded *loaded, sb_error *error)
{
    const sb_kernel *const *list = loaded->plugin.kernels;
    for (size_t n = 0; list[n]; n++) {
        if (n == SB_MAX_KERNELS)
            return sb_fail(error, "more than %d kernels", SB_MAX_KERNELS);
        loaded->kernels = sb_grow(loaded->kernels, n + 1, sizeof *loaded->kernels);
        memset(&loaded->kernels[n], 0, sizeof *loaded->kernels);
        if (adopt_kernel(&loaded->kernels[n], list[n], error) < 0)
            return SB_FAILED;
        for (size_t i = 0; i < n; i++)
            if (strcmp(loaded->kernels[i].kernel.id, list[n]->id) == 0)
                return sb_fail(error, "kernel %s stands twice", list[n]->id);
        loaded->kernel_count = n + 1;
    }
    if (loaded->kernel_count == 0)
        return sb_fail(error, "offers no kernel");
    return SB_OK;
}

static int adopt_plugin(sb_loaded *loaded, const sb_plugin *entry, sb_error *error)
{
    if (entry->abi_major != SB_ABI_MAJOR)
        return sb_fail(error,
                       "was built for plugin ABI %u.%u; this sepbench speaks %d.%d: rebuild it",
                       entry->abi_major, entry->abi_minor, SB_ABI_MAJOR, SB_ABI_MINOR);
    if (entry->size < sizeof(sb_plugin))
        return sb_fail(error, "its size is %u; it must be sizeof(sb_plugin)", entry->size);
    sb_plugin *p = &loaded->plugin;
    adopt(p, sizeof *p, entry, entry->size);
    if (!id_valid(p->id))
        return sb_fail(error, "its id is not of the form [a-z][a-z0-9_]*");
    if (!text_valid(p->version) || !text_valid(p->summary) || !text_valid(p->license))
        return sb_fail(error, "version, summary and license must be there");
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
        sb_fail(error, "has no symbol sb_plugin_entry: it is no sepbench plugin");
    else if (adopt_plugin(loaded, entry, error) == SB_OK)
        return SB_OK;
    sb_loader_close(loaded);
    return SB_FAILED;
}

void sb_loader_close(sb_loaded *loaded)
{
    free(loaded->kernels);
    if (loaded->handle)
        dlclose(loaded->handle);
    *loaded = (sb_loaded) { 0 };
}
