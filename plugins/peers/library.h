/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the libraries that peers wrap. They are loaded in `init` instead of being linked, so that
 * listing kernels does not load them, and a missing library makes a kernel refuse with a reason
 * while the plugin itself still loads. */
#ifndef SB_PEERS_LIBRARY_H
#define SB_PEERS_LIBRARY_H

#include "common/kit.h"

/* The name of a function, and the function pointer to set to it. */
typedef struct library_symbol {
    const char *name;
    void *pointer;
} library_symbol;

/* Loads the first of `files` that can be loaded and sets all `symbols`. Both lists end with NULL.
 * Other libraries do not see its symbols, and it stays loaded. Returns 0, or -1 with the reason in
 * `why`. */
int library_load(const char *const *files, const library_symbol *symbols, void **handle,
                 sb_why *why);

/* Sets the function pointer at `pointer` to a symbol of the library or of one that it depends on.
 * Returns 0, or -1 if there is no such symbol; the pointer is then NULL. */
int library_find(void *handle, const char *name, void *pointer);

/* Would a library that asks the processor itself use instructions that the user has masked off?
 * Some cannot be told to avoid them. */
bool library_exceeds(uint64_t features);

/* Identifies a library that cannot tell its version: writes "NAME FILE (build ID)", with the file
 * that `symbol` was loaded from and the build ID that its linker wrote, if there is one. */
void library_identify(void *handle, const char *symbol, const char *name, char *text, size_t size);

#endif
