/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/symbols.h"

#include "core/file.h"
#include "core/visible.h"

#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 1 << 28, NAMED = 5 };

typedef struct image {
    const char *bytes;
    size_t size;
} image;

/* A part of the file, or NULL if it is out of bounds. */
static const char *part_at(const image *i, uint64_t offset, uint64_t size)
{
    return offset <= i->size && size <= i->size - offset ? i->bytes + offset : NULL;
}

/* Symbols that linkers add. */
static bool is_linkers(const char *name)
{
    static const char *const names[] = { "_init", "_fini", "_edata", "_end", "__bss_start" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool is_shown(const ElfW(Sym) * symbol)
{
    const unsigned kind = symbol->st_info & 15, visibility = symbol->st_other & 3;
    return symbol->st_info >> 4 == STB_GLOBAL && symbol->st_shndx != SHN_UNDEF &&
           (kind == STT_FUNC || kind == STT_OBJECT) &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

static void add_name(sb_text *names, size_t before, const char *name)
{
    if (before == NAMED)
        sb_text_add(names, ", ...");
    if (before >= NAMED)
        return;
    sb_text_add(names, "%s", before ? ", " : "");
    sb_text_add_visible(names, name);
}

static size_t count_shown(const char *symbols, size_t count, const char *strings, size_t length,
                          sb_text *names)
{
    size_t shown = 0;
    for (size_t i = 0; i < count; i++) {
        ElfW(Sym) symbol;
        memcpy(&symbol, symbols + i * sizeof symbol, sizeof symbol);
        if (!is_shown(&symbol) || symbol.st_name >= length)
            continue;
        const char *name = strings + symbol.st_name;
        if (strcmp(name, "sb_plugin_entry") != 0 && !is_linkers(name))
            add_name(names, shown++, name);
    }
    return shown;
}

static size_t count_in_section(const image *file, const ElfW(Shdr) * table,
                               const ElfW(Shdr) * strings, sb_text *names)
{
    const char *symbols = part_at(file, table->sh_offset, table->sh_size);
    const char *texts = part_at(file, strings->sh_offset, strings->sh_size);
    if (!symbols || !texts || strings->sh_size == 0 || texts[strings->sh_size - 1] != '\0')
        return 0;
    return count_shown(symbols, table->sh_size / sizeof(ElfW(Sym)), texts, strings->sh_size, names);
}

static size_t count_in_file(const image *file, sb_text *names)
{
    ElfW(Ehdr) head;
    ElfW(Shdr) section, strings;
    if (file->size < sizeof head || memcmp(file->bytes, ELFMAG, SELFMAG) != 0)
        return 0;
    memcpy(&head, file->bytes, sizeof head);
    if (head.e_shentsize != sizeof section)
        return 0;
    const char *sections = part_at(file, head.e_shoff, (uint64_t)head.e_shnum * sizeof section);
    for (size_t i = 0; sections && i < head.e_shnum; i++) {
        memcpy(&section, sections + i * sizeof section, sizeof section);
        if (section.sh_type != SHT_DYNSYM || section.sh_link >= head.e_shnum)
            continue;
        memcpy(&strings, sections + section.sh_link * sizeof strings, sizeof strings);
        return count_in_section(file, &section, &strings, names);
    }
    return 0;
}

size_t sb_symbols_shown(const char *path, sb_text *names)
{
    sb_error ignored;
    image file = { 0 };
    char *bytes = sb_file_read(path, MOST_BYTES, &file.size, &ignored);
    if (!bytes)
        return 0;
    file.bytes = bytes;
    const size_t shown = count_in_file(&file, names);
    free(bytes);
    return shown;
}
