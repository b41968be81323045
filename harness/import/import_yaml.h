/* SPDX-License-Identifier: Apache-2.0 */
/* Writes imported layers as a configuration. */
#ifndef SB_IMPORT_IMPORT_YAML_H
#define SB_IMPORT_IMPORT_YAML_H

#include "import/imported.h"

/* Appends the whole file: the account as a comment, then the layers, which already have names. */
void sb_import_yaml(const sb_imported *imported, sb_text *text);

/* Appends one layer as an entry of `layers`, without alignment and without the end of line. */
void sb_import_yaml_layer(const sb_import_layer *layer, sb_text *text);

#endif
