/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a plugin and checks its declarations. This runs the plugin's code (the dynamic linker
 * does), so only worker processes call it. Only loader.c includes dlfcn.h.
 */
#ifndef SB_PLUGIN_LOADER_H
#define SB_PLUGIN_LOADER_H

#include "core/error.h"
#include "sepbench/plugin.h"

#include <stdbool.h>

#define SB_MAX_KERNELS 256

/* A kernel's descriptor, extended to this host's size: members that the plugin does not know are
 * 0. */
typedef struct sb_loaded_kernel {
    sb_kernel kernel;
    sb_parameter parameters[SB_MAX_PARAMETERS];
    size_t parameter_count;
} sb_loaded_kernel;

/* Owned by the caller until sb_loader_close(). The texts belong to the shared object. */
typedef struct sb_loaded {
    void *handle;
    sb_plugin plugin;
    sb_loaded_kernel *kernels;
    size_t kernel_count;
    char **left_out; /* kernels that need a newer host, each with the reason */
    size_t left_out_count;
} sb_loaded;

/* Fails with the reason: no such symbol, another ABI, or a declaration that breaks a rule of
 * sepbench/plugin.h (the member is named). A kernel whose arithmetic class, kinds of parameters or
 * needs this version does not know is left out; the others load. Does not call `init`. */
int sb_loader_open(const char *path, sb_loaded *loaded, sb_error *error);
void sb_loader_close(sb_loaded *loaded);

/* Which loaded file the address lies in, and how far from its start, as debuggers count. Borrowed;
 * false where it is in none. */
bool sb_loader_place(const void *address, const char **file, uintptr_t *offset);

/* A function of a shared library, by the library's path or name; NULL if there is none. Loads the
 * library if `loads`; without, only one that is loaded already is searched. */
typedef void sb_loader_function(void);
sb_loader_function *sb_loader_find(const char *library, const char *function, bool loads);

#endif
