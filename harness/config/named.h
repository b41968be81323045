/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations known by name: those of SEPBENCH_CONFIG_PATH and the installed ones. */
#ifndef SB_CONFIG_NAMED_H
#define SB_CONFIG_NAMED_H

#include "core/error.h"

#include <stddef.h>

/* A file NAME.yaml in one of the folders. */
typedef struct sb_named_config {
    char *name, *path; /* owned */
    char *summary;     /* the first sentence of its first comment; "" if there is none; owned */
} sb_named_config;

typedef struct sb_named_configs {
    sb_named_config *items; /* by name; of two with the same name, the one found first */
    size_t count;
} sb_named_configs;

/* All of them. A folder that does not exist has none. */
void sb_named_configs_list(sb_named_configs *configs);
void sb_named_configs_free(sb_named_configs *configs);

/* The path of the configuration called `name`, with or without ".yaml"; free() it. NULL if there is
 * none. A name is not a path: it has no '/'. */
char *sb_named_config_find(const char *name);

/*
 * Resolves a user's argument: the file at `path`, if it exists (or is a pipe), else the
 * configuration of that name; free() it. NULL if there is neither: the error names the nearest
 * name.
 */
char *sb_config_locate(const char *path, sb_error *error);

#endif
