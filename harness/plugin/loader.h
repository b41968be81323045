/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a plugin and checks what it declares. Runs the plugin's code (the dynamic linker does), so
 * it is called in worker processes only. The only file that includes dlfcn.h is loader.c.
 */
#ifndef SB_PLUGIN_LOADER_H
#define SB_PLUGIN_LOADER_H

#include "core/error.h"
#include "sepbench/plugin.h"

#include <stdbool.h>

#define SB_MAX_KERNELS 256

/* A kernel's descriptor, brought to this host's size: members that the plugin does not know are 0.
 */
typedef struct sb_loaded_kernel {
    sb_kernel kernel;
    sb_parameter parameters[SB_MAX_PARAMETERS];
    size_t parameter_count;
} sb_loaded_kernel;

/* Owned by the caller until sb_loader_close(). Text in it belongs to the shared object. */
typedef struct sb_loaded {
    void *handle;
    sb_plugin plugin;
    sb_loaded_kernel *kernels;
    size_t kernel_count;
    char **left_out; /* kernels that ask more of a host than this one knows: why not, each */
    size_t left_out_count;
} sb_loaded;

/* Fails with what is wrong: no such symbol, another ABI, a declaration against the rules of
 * sepbench/plugin.h (the member is named). A kernel whose arithmetic class, kinds of parameters or
 * needs this version does not know is left out alone. Does not call `init`. */
int sb_loader_open(const char *path, sb_loaded *loaded, sb_error *error);
void sb_loader_close(sb_loaded *loaded);

/* Which loaded file the address lies in, and how far from its start, as debuggers count. Borrowed;
 * false where it is in none. */
bool sb_loader_place(const void *address, const char **file, uintptr_t *offset);

#endif
