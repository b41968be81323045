/* SPDX-License-Identifier: Apache-2.0 */
/* A wrapped library is loaded in `init`, not linked: listing kernels then costs nothing, and a
 * library that has gone is a reason to refuse rather than a plugin that does not load. */
#ifndef SB_PEERS_LIBRARY_H
#define SB_PEERS_LIBRARY_H

#include "common/kit.h"

/* A function that is wanted, and the function pointer that is to hold it. */
typedef struct library_symbol {
    const char *name;
    void *pointer;
} library_symbol;

/* Loads the first of `files` that is there, its symbols visible to nobody else, and stays loaded.
 * Both lists end with NULL. 0, or -1 with the reason. */
int library_load(const char *const *files, const library_symbol *symbols, void **handle,
                 sb_why *why);

/* Sets the function pointer at `pointer` to the symbol, NULL where there is none. Looks in the
 * library and in those that it depends on. 0 or -1. */
int library_find(void *handle, const char *name, void *pointer);

/* For a library that cannot tell its version: "NAME FILE (build ID)", the file that the symbol was
 * loaded from, and the stamp of its linker where it has one. */
void library_identify(void *handle, const char *symbol, const char *name, char *text, size_t size);

#endif
