/* SPDX-License-Identifier: Apache-2.0 */
/* A series of samples as bytes, for one database field: four to eight bytes a sample instead of the
 * 24 of a plain struct. Lossless: decoding gives the encoded values bit for bit. */
#ifndef SB_STORE_SAMPLES_H
#define SB_STORE_SAMPLES_H

#include "core/text.h"
#include "measure/stats.h"

/* Appends the encoded series to `bytes`. */
void sb_samples_encode(const sb_series *series, sb_text *bytes);

/* Fills an empty series; false if sb_samples_encode() cannot have written the bytes. */
bool sb_samples_decode(const unsigned char *bytes, size_t count, sb_series *series);

#endif
