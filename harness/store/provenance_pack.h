/* SPDX-License-Identifier: Apache-2.0 */
/* Values and parts of run.json, as JSON that the caller owns. Unknown values become null. */
#ifndef SB_STORE_PROVENANCE_PACK_H
#define SB_STORE_PROVENANCE_PACK_H

#include "store/provenance.h"

#include <jansson.h>
#include <time.h>

/* Bytes that are not UTF-8 are replaced: jansson refuses them, and paths and arguments may hold
 * any. NULL and "" become null. */
json_t *sb_pack_text(const char *bytes);
json_t *sb_pack_number(double value); /* null if not finite */
json_t *sb_pack_integer(int64_t value);

/* As text: many JSON readers hold numbers as doubles, which 64 bits do not fit. */
json_t *sb_pack_hexadecimal(uint64_t value);
json_t *sb_pack_utc(time_t moment); /* "2026-01-31T12:00:00Z" */

json_t *sb_pack_machine(const sb_provenance *provenance);
json_t *sb_pack_system(const sb_system *system);             /* NULL: null */
json_t *sb_pack_conditions(const sb_conditions *conditions); /* NULL: null */
json_t *sb_pack_noise(const sb_provenance *provenance);
json_t *sb_pack_peaks(const sb_peaks *peaks); /* one entry a thread count; NULL: null */

#endif
