/* SPDX-License-Identifier: Apache-2.0 */
/* What a run was made from: a text of "key=value", one a line (store/provenance.h makes it). */
#ifndef SB_STORE_IDENTITY_H
#define SB_STORE_IDENTITY_H

#include "core/text.h"

/* The first key that the two have different values of, or that one of them lacks; false where they
 * say the same. What is appended to the texts may be shown to people. */
typedef struct sb_identity_difference {
    sb_text key, first, second; /* owned: sb_identity_difference_free() */
} sb_identity_difference;

bool sb_identity_differs(const char *first, const char *second, sb_identity_difference *difference);
void sb_identity_difference_free(sb_identity_difference *difference);

/* The value of a key; free() it. "" where it is absent. */
char *sb_identity_value(const char *identity, const char *key);

/* What all shards of a run have in common: without machine and shard; free() it. */
char *sb_identity_common(const char *identity);

#endif
