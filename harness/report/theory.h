/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the multiplications and parameters of a network by the formulas, on standard output. */
#ifndef SB_REPORT_THEORY_H
#define SB_REPORT_THEORY_H

#include "report/network.h"

void sb_theory_print_text(const sb_network *network);
void sb_theory_print_csv(const sb_network *network);
void sb_theory_print_json(const sb_network *network);

#endif
