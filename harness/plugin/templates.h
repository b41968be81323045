/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a new plugin, and how they are written. */
#ifndef SB_PLUGIN_TEMPLATES_H
#define SB_PLUGIN_TEMPLATES_H

#include "core/error.h"

#include <stdbool.h>

typedef struct sb_template {
    const char *path;         /* within the plugin's folder; both contain @WORDS@ to be replaced */
    const char *const *lines; /* NULL-terminated */
} sb_template;

/* Ends with path NULL. */
extern const sb_template sb_templates[];

/* Writes them to the folder `name`, which is the plugin's name too, in C or C++. */
int sb_templates_write(const char *name, bool cxx, sb_error *error);

#endif
