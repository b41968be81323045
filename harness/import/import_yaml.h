/* SPDX-License-Identifier: Apache-2.0 */
/* Writes what was imported as a configuration. */
#ifndef SB_IMPORT_IMPORT_YAML_H
#define SB_IMPORT_IMPORT_YAML_H

#include "import/imported.h"

/* Adds the whole file: the account as a comment, then the layers, which are named already. */
void sb_import_yaml(const sb_imported *imported, sb_text *text);

/* Adds one layer as an entry of `layers`, without columns, and without an end of line. */
void sb_import_yaml_layer(const sb_import_layer *layer, sb_text *text);

#endif
