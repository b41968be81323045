/* SPDX-License-Identifier: Apache-2.0 */
/* The identity of a run: the inputs that it was made from, as text, one "key=value" a line
 * (store/provenance.h makes it). */
#ifndef SB_STORE_IDENTITY_H
#define SB_STORE_IDENTITY_H

#include "core/text.h"

/* Finds the first key whose values differ, or that one of the texts lacks; false if there is none.
 * The texts in the result may be shown to users. */
typedef struct sb_identity_difference {
    sb_text key, first, second; /* owned: sb_identity_difference_free() */
} sb_identity_difference;

bool sb_identity_differs(const char *first, const char *second, sb_identity_difference *difference);
void sb_identity_difference_free(sb_identity_difference *difference);

/* The value of a key; free() it. "" if it is absent. */
char *sb_identity_value(const char *identity, const char *key);

/* The part that all shards of a run have in common: without machine and shard; free() it. */
char *sb_identity_common(const char *identity);

#endif
