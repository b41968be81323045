/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/library.h"

#include <dlfcn.h>
#include <string.h>

int library_find(void *handle, const char *name, void *pointer)
{
    /* Copied, since ISO C knows no cast from an object pointer to a function pointer. */
    void *symbol = dlsym(handle, name);
    memcpy(pointer, &symbol, sizeof symbol);
    return symbol != NULL ? 0 : -1;
}

int library_load(const char *const *files, const library_symbol *symbols, void **handle,
                 sb_why *why)
{
    void *found = NULL;
    for (size_t i = 0; found == NULL && files[i] != NULL; i++)
        found = dlopen(files[i], RTLD_NOW | RTLD_LOCAL);
    if (found == NULL)
        return refuse(why, "the library cannot be loaded: %s", dlerror());
    for (; symbols->name != NULL; symbols++) {
        if (library_find(found, symbols->name, symbols->pointer) < 0) {
            dlclose(found);
            return refuse(why, "the library has no %s", symbols->name);
        }
    }
    *handle = found;
    return 0;
}
