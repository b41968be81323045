/* SPDX-License-Identifier: Apache-2.0 */
/* Converts YAML texts to trees of nodes, within limits. Only document.c includes yaml.h. */
#ifndef SB_CONFIG_DOCUMENT_H
#define SB_CONFIG_DOCUMENT_H

#include "config/node.h"

/* Limits that no real configuration reaches. */
#define SB_MAX_CONFIG_BYTES    ((size_t)32 << 20) /* all files of a configuration together */
#define SB_MAX_CONFIG_NODES    ((size_t)2 << 20)  /* of all files, aliases expanded */
#define SB_MAX_CONFIG_DEPTH    32                 /* nesting of lists and maps */
#define SB_MAX_CONFIG_KEYS     256                /* of one map */
#define SB_MAX_CONFIG_FILES    256 /* an included file counts each time it is named */
#define SB_MAX_CONFIG_SETTINGS 256

/* The remaining limits for the texts of one configuration. */
typedef struct sb_budget {
    size_t bytes, nodes, files;
} sb_budget;
#define SB_CONFIG_BUDGET \
    ((sb_budget) { SB_MAX_CONFIG_BYTES, SB_MAX_CONFIG_NODES, SB_MAX_CONFIG_FILES })

/* Parses `length` bytes, called `file` in messages. Free the document with sb_document_free(),
 * after a failure too. */
int sb_document_parse(sb_document *document, const char *file, const char *text, size_t length,
                      sb_budget *budget, sb_error *error);

/* The same from the file at `path`, called `file` in messages; a pipe is read to its end. */
int sb_document_read(sb_document *document, const char *file, const char *path, sb_budget *budget,
                     sb_error *error);

/* The version of libyaml. */
const char *sb_document_library_version(void);

#endif
