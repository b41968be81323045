/* SPDX-License-Identifier: Apache-2.0 */
/* The result of an import: the layers, and an account of everything that was not imported as it
 * was. */
#ifndef SB_IMPORT_IMPORTED_H
#define SB_IMPORT_IMPORTED_H

#include "core/text.h"
#include "import/import_layer.h"

/* The fate of something in the source. */
typedef enum sb_import_fate {
    SB_IMPORT_LEFT_OUT, /* it is in no layer */
    SB_IMPORT_CHANGED,  /* it is in a layer, but not exactly as it was */
    SB_IMPORT_FOLDED,   /* it needs no layer of its own */
    SB_IMPORT_FATES
} sb_import_fate;

/* Things with the same fate for the same reason. */
typedef struct sb_import_note {
    sb_import_fate fate;
    char *reason;           /* owned */
    sb_text names;          /* the first of them, separated by commas */
    size_t count;           /* number of things */
    size_t listed, covered; /* number of names in the list; things with one of them */
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
    size_t convolutions; /* number of convolutions, before equal ones were merged */
    size_t merged;       /* layers counted in another layer's `repeat` */
} sb_imported;

/* Sets the source; names the configuration after the file. */
void sb_imported_start(sb_imported *imported, const char *path, const char *format);

/* Adds a layer and takes over its texts; a layer that no configuration can express is left out,
 * with the reason. */
void sb_imported_add(sb_imported *imported, sb_import_layer layer);

/* Printable ASCII: other bytes may not be UTF-8, or may contain control characters. */
static inline bool sb_import_is_printable(char c)
{
    return c >= 0x20 && c < 0x7f;
}

/* Appends a text from a file, at most this many bytes of it, with '?' for unprintable characters:
 * it must not control a terminal or end a comment. */
void sb_import_add_visible(sb_text *text, const char *from, size_t most);

/* Records the fate of one thing. `multiply_adds` is 0 if not known. */
void sb_imported_note(sb_imported *imported, sb_import_fate fate, const char *thing,
                      double multiply_adds, const char *reason, ...)
    __attribute__((format(printf, 5, 6)));

/* Removes biases, activations and residuals from all layers. */
void sb_imported_strip(sb_imported *imported);

/* Removes layers that have the same name (or none) and shape as an earlier one. */
void sb_imported_unique(sb_imported *imported, const char *reason);

/* Merges layers that are equal except for their names, under the first one's name. */
void sb_imported_merge(sb_imported *imported);

/* Gives each layer a unique name that a configuration accepts. */
void sb_imported_name(sb_imported *imported);

/* Multiply-adds of all layers, counting repeats. */
double sb_imported_multiply_adds(const sb_imported *imported);

/* Appends the account: one line for each fact, each after `prefix`; optionally with what was
 * folded. */
void sb_imported_account(const sb_imported *imported, const char *prefix, bool folded,
                         sb_text *text);

void sb_imported_free(sb_imported *imported);

#endif
