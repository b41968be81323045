/* SPDX-License-Identifier: Apache-2.0 */
/* What a shared object shows to the process that loads it, read from the file: no code runs. */
#ifndef SB_PLUGIN_SYMBOLS_H
#define SB_PLUGIN_SYMBOLS_H

#include "core/text.h"

#include <stddef.h>

/*
 * How many functions and variables the ELF file shows beside sb_plugin_entry; the names of the
 * first of them are added to the text, with commas. Weak ones, which are C++'s, are not counted:
 * the standard library shows its templates whatever a plugin says. 0 for anything that is not such
 * a file.
 */
size_t sb_symbols_shown(const char *path, sb_text *names);

#endif
