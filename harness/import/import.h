/* SPDX-License-Identifier: Apache-2.0 */
/* Reads networks and lists of layers written by other programs. */
#ifndef SB_IMPORT_IMPORT_H
#define SB_IMPORT_IMPORT_H

#include "import/imported.h"

/* Which consecutive convolutions become one layer. */
typedef enum sb_import_join {
    SB_IMPORT_JOIN_NONE,
    SB_IMPORT_JOIN_PAIRS,
    SB_IMPORT_JOIN_BOTTLENECKS
} sb_import_join;

/* The user's options. Borrowed for the call. */
typedef struct sb_import_options {
    sb_import_join join;       /* ONNX */
    bool fully_connected;      /* ONNX: treat them as 1x1 convolutions of a 1x1 image */
    const char *const *shapes; /* ONNX: "1x3x224x224" or "input=1x3x224x224"; NULL-terminated */
    const char *columns;       /* CSV: meanings of the columns; NULL: by their names */
    const char *preset;        /* CSV: the program whose columns these are; NULL: none */
} sb_import_options;

/* Each reads a file into an empty `imported`, which is empty again after a failure. */
typedef int sb_import_reader(const char *path, const sb_import_options *options,
                             sb_imported *imported, sb_error *error);

sb_import_reader sb_import_onnx, sb_import_tflite, sb_import_benchdnn, sb_import_csv;

#endif
