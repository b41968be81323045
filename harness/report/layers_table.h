/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the layers of a network on standard output. */
#ifndef SB_REPORT_LAYERS_TABLE_H
#define SB_REPORT_LAYERS_TABLE_H

#include "report/network.h"

void sb_layers_print_text(const sb_network *network);
void sb_layers_print_csv(const sb_network *network);
void sb_layers_print_json(const sb_network *network);

#endif
