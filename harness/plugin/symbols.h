/* SPDX-License-Identifier: Apache-2.0 */
/* Lists the symbols that a shared object exports, read from the file: no code runs. */
#ifndef SB_PLUGIN_SYMBOLS_H
#define SB_PLUGIN_SYMBOLS_H

#include "core/text.h"

#include <stddef.h>

/*
 * Returns how many functions and variables the ELF file exports besides sb_plugin_entry, and
 * appends the names of the first of them to the text, separated by commas. Weak symbols, which are
 * C++'s, are not counted: the standard library exports its templates whatever a plugin does. 0 for
 * any other file.
 */
size_t sb_symbols_shown(const char *path, sb_text *names);

#endif
