/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations that are known by name: those of SEPBENCH_CONFIG_PATH and the installed ones. */
#ifndef SB_CONFIG_NAMED_H
#define SB_CONFIG_NAMED_H

#include "core/error.h"

#include <stddef.h>

/* A file NAME.yaml of one of the folders. */
typedef struct sb_named_config {
    char *name, *path; /* owned */
    char *summary;     /* the first sentence of its first comment; "" where there is none; owned */
} sb_named_config;

typedef struct sb_named_configs {
    sb_named_config *items; /* by name; of two with one name the one that is found first */
    size_t count;
} sb_named_configs;

/* All of them. A folder that is not there has none. */
void sb_named_configs_list(sb_named_configs *configs);
void sb_named_configs_free(sb_named_configs *configs);

/* The path of the configuration called `name`, with or without ".yaml"; free() it. NULL where there
 * is none. A name is no path: it has no '/'. */
char *sb_named_config_find(const char *name);

/*
 * What the user means: the file at `path`, where there is one (or a pipe), else the configuration
 * of that name; free() it. NULL where there is neither: the error names the nearest name.
 */
char *sb_config_locate(const char *path, sb_error *error);

#endif
