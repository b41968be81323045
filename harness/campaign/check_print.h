/* SPDX-License-Identifier: Apache-2.0 */
/* The report of `sepbench check` as text, TAP or JUnit's XML. */
#ifndef SB_CAMPAIGN_CHECK_PRINT_H
#define SB_CAMPAIGN_CHECK_PRINT_H

#include "campaign/check.h"

#include <stdio.h>

void sb_check_print_text(const sb_check_report *report, FILE *stream);
void sb_check_print_tap(const sb_check_report *report, FILE *stream);
void sb_check_print_junit(const sb_check_report *report, FILE *stream);

#endif
