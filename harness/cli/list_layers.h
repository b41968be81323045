/* SPDX-License-Identifier: Apache-2.0 */
/* `sepbench list layers CONFIG` */
#ifndef SB_CLI_LIST_LAYERS_H
#define SB_CLI_LIST_LAYERS_H

#include "cli/format.h"
#include "config/config.h"

/* Prints the layers of a configuration on standard output, sweeps and includes expanded. */
void sb_list_layers(const sb_config *config, sb_format format);

#endif
