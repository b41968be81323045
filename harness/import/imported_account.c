/* SPDX-License-Identifier: Apache-2.0 */
/* The account of an import: what was left out, changed or folded. */
#include "core/text.h"
#include "import/imported.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A hostile source must not fill memory. */
enum { MOST_NAMES = 12, MOST_NAME = 96, MOST_REASONS = 200 };

static const double million = 1e6;

/* -------------------------------------------------------------------------------------- notes */

static sb_import_note *find_note(sb_imported *imported, sb_import_fate fate, const char *reason)
{
    for (size_t i = 0; i < imported->note_count; i++)
        if (imported->notes[i].fate == fate && strcmp(imported->notes[i].reason, reason) == 0)
            return &imported->notes[i];
    return NULL;
}

static sb_import_note *note_of(sb_imported *imported, sb_import_fate fate, const char *reason)
{
    sb_import_note *note = find_note(imported, fate, reason);
    if (!note && imported->note_count >= MOST_REASONS) {
        reason = "other reasons";
        note = find_note(imported, fate, reason);
    }
    if (note)
        return note;
    imported->notes = sb_grow(imported->notes, imported->note_count + 1, sizeof *imported->notes);
    note = &imported->notes[imported->note_count++];
    *note = (sb_import_note) { .fate = fate, .reason = sb_copy_text(reason) };
    return note;
}

void sb_import_add_visible(sb_text *text, const char *from, size_t most)
{
    size_t length = strnlen(from, most);
    sb_text_add_bytes(text, "", 0);
    for (size_t i = 0; i < length; i++)
        sb_text_add_bytes(text, sb_import_is_printable(from[i]) ? from + i : "?", 1);
    if (from[length])
        sb_text_add(text, "...");
}

static bool is_listed(const sb_import_note *note, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = note->names.data; at && *at;
         at = strstr(at, ", ") ? strstr(at, ", ") + 2 : NULL)
        if (strncmp(at, name, length) == 0 && (!at[length] || strncmp(at + length, ", ", 2) == 0))
            return true;
    return false;
}

/* Each name once, as far as there is room. */
static void add_name(sb_import_note *note, const char *name)
{
    sb_text visible = { 0 };
    sb_import_add_visible(&visible, name, MOST_NAME);
    bool listed = is_listed(note, visible.data);
    if (!listed && note->listed < MOST_NAMES) {
        sb_text_add(&note->names, "%s%s", note->listed++ ? ", " : "", visible.data);
        listed = true;
    }
    note->covered += listed;
    sb_text_free(&visible);
}

void sb_imported_note(sb_imported *imported, sb_import_fate fate, const char *thing,
                      double multiply_adds, const char *reason, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(text, sizeof text, reason, arguments);
    va_end(arguments);
    sb_text visible = { 0 };
    sb_import_add_visible(&visible, text, sizeof text);
    sb_import_note *note = note_of(imported, fate, visible.data);
    sb_text_free(&visible);
    add_name(note, thing && *thing ? thing : "(nameless)");
    note->count++;
    note->multiply_adds += multiply_adds;
}

static void add_note(const sb_import_note *note, const char *prefix, sb_text *text)
{
    static const char *const fates[SB_IMPORT_FATES] = {
        [SB_IMPORT_LEFT_OUT] = "left out",
        [SB_IMPORT_CHANGED] = "changed",
        [SB_IMPORT_FOLDED] = "folded",
    };
    sb_text_add(text, "%s%s, %s (%zu): %s", prefix, fates[note->fate], note->reason, note->count,
                note->names.data);
    if (note->count > note->covered)
        sb_text_add(text, " and %zu more", note->count - note->covered);
    if (note->multiply_adds > 0)
        sb_text_add(text, " (%.1f million multiply-adds)", note->multiply_adds / million);
    sb_text_add(text, "\n");
}

/* "3 pairs", "1 pair"; nothing for 0. */
static void add_count(sb_text *text, const char *before, size_t count, const char *what)
{
    if (count)
        sb_text_add(text, "%s%zu %s%s", before, count, what, sb_plural(count));
}

double sb_imported_multiply_adds(const sb_imported *imported)
{
    double sum = 0;
    for (size_t i = 0; i < imported->layer_count; i++)
        sum += (double)imported->layers[i].repeat *
               (double)sb_import_multiply_adds(&imported->layers[i].shape);
    return sum;
}

void sb_imported_account(const sb_imported *imported, const char *prefix, bool folded,
                         sb_text *text)
{
    size_t kinds[SB_IMPORT_BOTTLENECK + 1] = { 0 };
    for (size_t i = 0; i < imported->layer_count; i++)
        kinds[imported->layers[i].shape.kind]++;
    add_count(text, prefix, imported->convolutions, "convolution");
    add_count(text, " in ", imported->layer_count, "layer");
    add_count(text, ", of which ", kinds[SB_IMPORT_PAIR], "depthwise-separable pair");
    add_count(text, kinds[SB_IMPORT_PAIR] ? " and " : ", of which ", kinds[SB_IMPORT_BOTTLENECK],
              "bottleneck");
    add_count(text, "; ", imported->merged, "equal layer");
    sb_text_add(text, "%s", imported->merged ? " merged into repeats" : "");
    if (imported->layer_count)
        sb_text_add(text, "\n%s%.1f million multiply-adds, repeats counted\n", prefix,
                    sb_imported_multiply_adds(imported) / million);
    for (int fate = 0; fate < (folded ? SB_IMPORT_FATES : SB_IMPORT_FOLDED); fate++)
        for (size_t i = 0; i < imported->note_count; i++)
            if ((int)imported->notes[i].fate == fate)
                add_note(&imported->notes[i], prefix, text);
}
