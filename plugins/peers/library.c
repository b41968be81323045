/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/library.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

int library_find(void *handle, const char *name, void *pointer)
{
    /* ISO C has no cast from an object pointer to a function pointer, so copy the bytes. */
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

bool library_exceeds(uint64_t features)
{
#if defined(__x86_64__) || defined(__i386__)
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return (avx2 && (features & SB_CPU_AVX2) == 0) || (avx512 && (features & SB_CPU_AVX512) == 0);
#else
    return (features & SB_CPU_NEON) == 0;
#endif
}

/* ----------------------------------------------------------------------------------- identity */

enum { ID_BYTES = 20 }; /* bytes of a build ID that linkers write by default */

typedef struct stamp {
    uintptr_t base; /* address of the library whose build ID is wanted */
    char text[2 * ID_BYTES + 1];
} stamp;

static void read_stamp(stamp *own, const ElfW(Nhdr) * note)
{
    const char *name = (const char *)(note + 1);
    const unsigned char *id = (const unsigned char *)name + round_up(note->n_namesz, 4);
    if (note->n_type != NT_GNU_BUILD_ID || strncmp(name, "GNU", note->n_namesz) != 0)
        return;
    for (size_t i = 0; i < note->n_descsz && i < ID_BYTES; i++)
        snprintf(own->text + 2 * i, 3, "%02x", id[i]);
}

static int find_stamp(struct dl_phdr_info *info, size_t size, void *memory)
{
    stamp *own = memory;
    (void)size;
    if (info->dlpi_addr != own->base)
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        const char *at = (const char *)(info->dlpi_addr + part->p_vaddr),
                   *end = at + part->p_filesz;
        while (part->p_type == PT_NOTE && at + sizeof(ElfW(Nhdr)) <= end) {
            const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)(const void *)at;
            read_stamp(own, note);
            at += (int64_t)sizeof *note + round_up(note->n_namesz, 4) + round_up(note->n_descsz, 4);
        }
    }
    return 1;
}

void library_identify(void *handle, const char *symbol, const char *name, char *text, size_t size)
{
    Dl_info place;
    stamp found = { 0 };
    if (dladdr(dlsym(handle, symbol), &place) == 0) {
        snprintf(text, size, "%s", name);
        return;
    }
    found.base = (uintptr_t)place.dli_fbase;
    dl_iterate_phdr(find_stamp, &found);
    const char *slash = strrchr(place.dli_fname, '/');
    snprintf(text, size, "%s %s%s%s%s", name, slash != NULL ? slash + 1 : place.dli_fname,
             found.text[0] ? " (build " : "", found.text, found.text[0] ? ")" : "");
}
