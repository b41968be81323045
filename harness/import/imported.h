/* SPDX-License-Identifier: Apache-2.0 */
/* What an import brings home: the layers, and an account of everything that was not taken as it
 * stood. */
#ifndef SB_IMPORT_IMPORTED_H
#define SB_IMPORT_IMPORTED_H

#include "core/text.h"
#include "import/import_layer.h"

/* What became of something in the source. */
typedef enum sb_import_fate {
    SB_IMPORT_LEFT_OUT, /* it is in no layer */
    SB_IMPORT_CHANGED,  /* it is in a layer, but not quite as it was */
    SB_IMPORT_FOLDED,   /* it needs no layer of its own */
    SB_IMPORT_FATES
} sb_import_fate;

/* Things of one fate for one reason. */
typedef struct sb_import_note {
    sb_import_fate fate;
    char *reason;           /* owned */
    sb_text names;          /* the first of them, with commas */
    size_t count;           /* of things */
    size_t listed, covered; /* names in the list; things that have one of them */
    double multiply_adds;
} sb_import_note;

/* {0} is empty. */
typedef struct sb_imported {
    char *name;   /* of the configuration; owned */
    char *source; /* "model.onnx (ONNX, opset 12)"; owned */
    bool network; /* the layers are one's, in its order */
    sb_import_layer *layers;
    size_t layer_count;
    sb_import_note *notes;
    size_t note_count;
    size_t convolutions; /* taken, before equal ones were merged */
    size_t merged;       /* layers that are in another's `repeat` */
} sb_imported;

/* Says what is imported: names the configuration after the file. */
void sb_imported_start(sb_imported *imported, const char *path, const char *format);

/* Adds a layer, which takes over its texts; one that no configuration can say is left out instead,
 * with the reason. */
void sb_imported_add(sb_imported *imported, sb_import_layer layer);

/* ASCII that prints; the rest may be no UTF-8, or hold control characters of its own. */
static inline bool sb_import_is_printable(char c)
{
    return c >= 0x20 && c < 0x7f;
}

/* Adds a text from a file, at most so many bytes of it, with '?' for what does not print: it must
 * neither steer a terminal nor end a comment. */
void sb_import_add_visible(sb_text *text, const char *from, size_t most);

/* Writes down what became of one thing. `multiply_adds` is 0 where they are not known. */
void sb_imported_note(sb_imported *imported, sb_import_fate fate, const char *thing,
                      double multiply_adds, const char *reason, ...)
    __attribute__((format(printf, 5, 6)));

/* Takes biases, activations and residuals off all layers. */
void sb_imported_strip(sb_imported *imported);

/* Drops layers of which one of the same name, or lack of one, and the same shape stands before. */
void sb_imported_unique(sb_imported *imported, const char *reason);

/* Merges layers that are equal but for their names, under the first one's. */
void sb_imported_merge(sb_imported *imported);

/* Gives each layer a name that a configuration takes and no other layer has. */
void sb_imported_name(sb_imported *imported);

/* Multiply-adds of all layers, repeats counted. */
double sb_imported_multiply_adds(const sb_imported *imported);

/* Adds the account: one line a fact, each after `prefix`; with what was folded, or without. */
void sb_imported_account(const sb_imported *imported, const char *prefix, bool folded,
                         sb_text *text);

void sb_imported_free(sb_imported *imported);

#endif
