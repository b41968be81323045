/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a new plugin. */
#ifndef SB_CLI_TEMPLATES_H
#define SB_CLI_TEMPLATES_H

typedef struct sb_template {
    const char *path;         /* within the plugin's folder; both contain @WORDS@ to be replaced */
    const char *const *lines; /* NULL-terminated */
} sb_template;

/* Ends with path NULL. */
extern const sb_template sb_templates[];

#endif
