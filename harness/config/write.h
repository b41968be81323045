/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a configuration as YAML. */
#ifndef SB_CONFIG_WRITE_H
#define SB_CONFIG_WRITE_H

#include "config/config.h"
#include "core/text.h"

/* The whole configuration as one text without includes or sweeps; reading it gives the same
 * configuration. */
void sb_config_write(const sb_config *config, sb_text *text);

#endif
