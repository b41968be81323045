/* SPDX-License-Identifier: Apache-2.0 */
/* The resources held while the files of a configuration are read. */
#ifndef SB_CONFIG_READING_H
#define SB_CONFIG_READING_H

#include "config/document.h"

#define SB_LONGEST_LAYER_NAME 128 /* bytes */

typedef struct sb_config_reading {
    sb_budget budget;
    sb_document **documents; /* owned, so that nodes stay valid */
    size_t document_count;
    char *stack[SB_MAX_CONFIG_DEPTH]; /* resolved paths of the files being read; owned */
    size_t depth;                     /* 0: a text that is not in a file; includes are refused */
} sb_config_reading;

/* Adds a document, {0}; borrowed from the reading. */
sb_document *sb_config_reading_add(sb_config_reading *reading);
void sb_config_reading_free(sb_config_reading *reading); /* what it owns */

#endif
