/* SPDX-License-Identifier: Apache-2.0 */
/* Values of JSON files. */
#ifndef SB_REPORT_PACK_H
#define SB_REPORT_PACK_H

#include <jansson.h>

/* null for what is not finite. */
json_t *sb_json_number(double value);

/* Bytes that are not UTF-8 are escaped. */
json_t *sb_json_text(const char *text);

#endif
