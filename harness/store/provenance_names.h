/* SPDX-License-Identifier: Apache-2.0 */
/* The member "measured" of run.json: the layers, numbers of threads and kernels of the run.
 * Internal to the provenance. */
#ifndef SB_STORE_PROVENANCE_NAMES_H
#define SB_STORE_PROVENANCE_NAMES_H

#include "store/provenance.h"

#include <jansson.h>

json_t *sb_pack_names(const sb_measured_names *names);

/* Adds to `to` what it lacks of `from`, in the order of `from`. Either may be NULL, or anything
 * else that a file of a stranger holds. */
void sb_names_add(json_t *to, const json_t *from);

#endif
