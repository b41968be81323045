/* SPDX-License-Identifier: Apache-2.0 */
#include "import/imported.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A hostile source must not fill the account. */
enum {
    MOST_NAMES = 12,
    MOST_NAME = 96,
    MOST_REASONS = 200,
    LONGEST_LAYER = 100,
    LONGEST_NAME = 63
};

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

/* In ASCII; the rest may be no UTF-8, or hold control characters of its own. */
static bool is_printable(char c)
{
    return c >= 0x20 && c < 0x7f;
}

/* Texts come from files: what steers a terminal or ends a comment is made visible. */
static void add_visible(sb_text *text, const char *from, size_t most)
{
    size_t length = strnlen(from, most);
    sb_text_add_bytes(text, "", 0);
    for (size_t i = 0; i < length; i++)
        sb_text_add_bytes(text, is_printable(from[i]) ? from + i : "?", 1);
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
    add_visible(&visible, name, MOST_NAME);
    if (note->listed < MOST_NAMES && !is_listed(note, visible.data)) {
        sb_text_add(&note->names, "%s%s", note->listed++ ? ", " : "", visible.data);
        note->covered++;
    } else if (is_listed(note, visible.data)) {
        note->covered++;
    }
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
    add_visible(&visible, text, sizeof text);
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
        sb_text_add(text, "%s%zu %s%s", before, count, what, count == 1 ? "" : "s");
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

/* ------------------------------------------------------------------------------------- layers */

/* The last part of a path, without its extension, of printable characters. */
static char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *start = slash ? slash + 1 : path;
    const char *dot = strrchr(start, '.');
    size_t length = dot && dot != start ? (size_t)(dot - start) : strlen(start);
    sb_text name = { 0 };
    sb_text_add_bytes(&name, "", 0);
    for (size_t i = 0; i < length && i < LONGEST_NAME; i++)
        sb_text_add_bytes(&name, is_printable(start[i]) ? start + i : "_", 1);
    if (name.length == 0)
        sb_text_add(&name, "imported");
    return name.data;
}

void sb_imported_start(sb_imported *imported, const char *path, const char *format)
{
    const char *slash = strrchr(path, '/');
    sb_text source = { 0 };
    add_visible(&source, slash ? slash + 1 : path, MOST_NAME);
    sb_text_add(&source, " (%s)", format);
    imported->name = base_name(path);
    imported->source = source.data;
}

void sb_imported_add(sb_imported *imported, sb_import_layer layer)
{
    sb_error why;
    if (sb_import_shape_check(&layer.shape, &why) < 0) {
        char *shape = layer.name ? NULL : sb_import_shape_name(&layer.shape);
        sb_imported_note(imported, SB_IMPORT_LEFT_OUT, layer.name ? layer.name : shape, 0, "%s",
                         why.text);
        free(shape);
        free(layer.name);
        free(layer.remark);
        return;
    }
    if ((imported->layer_count & (imported->layer_count - 1)) == 0)
        imported->layers =
            sb_grow(imported->layers, imported->layer_count ? 2 * imported->layer_count : 1,
                    sizeof *imported->layers);
    imported->convolutions +=
        sb_import_step_count(&layer.shape) * (size_t)(layer.repeat > 0 ? layer.repeat : 1);
    imported->layers[imported->layer_count++] = layer;
}

double sb_imported_multiply_adds(const sb_imported *imported)
{
    double sum = 0;
    for (size_t i = 0; i < imported->layer_count; i++)
        sum += (double)imported->layers[i].repeat *
               (double)sb_import_multiply_adds(&imported->layers[i].shape);
    return sum;
}

void sb_imported_strip(sb_imported *imported)
{
    for (size_t i = 0; i < imported->layer_count; i++) {
        sb_import_shape *shape = &imported->layers[i].shape;
        shape->bias = shape->residual = 0;
        memset(shape->activation, 0, sizeof shape->activation);
    }
}

static void free_layer(sb_import_layer *layer)
{
    free(layer->name);
    free(layer->remark);
}

/* ------------------------------------------------------------------------------------ merging */

typedef struct place {
    const sb_import_layer *layer;
    size_t index;
} place;

static place *places_of(const sb_imported *imported, int (*order)(const void *, const void *))
{
    place *places = sb_new(imported->layer_count, sizeof *places);
    for (size_t i = 0; i < imported->layer_count; i++)
        places[i] = (place) { &imported->layers[i], i };
    qsort(places, imported->layer_count, sizeof *places, order);
    return places;
}

static int by_index(const place *a, const place *b)
{
    return (a->index > b->index) - (a->index < b->index);
}

static int compare_shapes(const place *a, const place *b)
{
    return memcmp(&a->layer->shape, &b->layer->shape, sizeof a->layer->shape);
}

static int compare_names(const place *a, const place *b)
{
    const char *x = a->layer->name, *y = b->layer->name;
    return strcmp(x ? x : "", y ? y : "");
}

static int by_shape(const void *a, const void *b)
{
    int order = compare_shapes(a, b);
    return order ? order : by_index(a, b);
}

static int by_shape_and_name(const void *a, const void *b)
{
    int order = compare_shapes(a, b);
    order = order ? order : compare_names(a, b);
    return order ? order : by_index(a, b);
}

static void drop_layers(sb_imported *imported, const bool *gone)
{
    const size_t count = imported->layer_count;
    imported->layer_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (gone[i])
            free_layer(&imported->layers[i]);
        else
            imported->layers[imported->layer_count++] = imported->layers[i];
    }
}

void sb_imported_unique(sb_imported *imported, const char *reason)
{
    place *places = places_of(imported, by_shape_and_name);
    bool *gone = sb_new(imported->layer_count, sizeof *gone);
    for (size_t i = 1; i < imported->layer_count; i++) {
        const sb_import_layer *layer = places[i].layer;
        if (compare_shapes(&places[i - 1], &places[i]) != 0 ||
            compare_names(&places[i - 1], &places[i]) != 0)
            continue;
        gone[places[i].index] = true;
        imported->convolutions -= (size_t)layer->repeat * sb_import_step_count(&layer->shape);
        sb_imported_note(imported, SB_IMPORT_FOLDED, layer->name, 0, "%s", reason);
    }
    drop_layers(imported, gone);
    free(places);
    free(gone);
}

void sb_imported_merge(sb_imported *imported)
{
    const size_t count = imported->layer_count;
    place *places = places_of(imported, by_shape);
    bool *gone = sb_new(count, sizeof *gone);
    for (size_t i = 1, first = 0; i < count; i++) {
        if (compare_shapes(&places[first], &places[i]) != 0) {
            first = i;
            continue;
        }
        imported->layers[places[first].index].repeat += places[i].layer->repeat;
        gone[places[i].index] = true;
    }
    drop_layers(imported, gone);
    imported->merged += count - imported->layer_count;
    free(places);
    free(gone);
}

/* -------------------------------------------------------------------------------------- names */

/* A name of printable characters, cut to what a configuration takes. */
static char *usable_name(const sb_import_layer *layer)
{
    if (!layer->name || !*layer->name)
        return sb_import_shape_name(&layer->shape);
    sb_text name = { 0 };
    size_t length = strnlen(layer->name, LONGEST_LAYER);
    for (size_t i = 0; i < length; i++)
        sb_text_add_bytes(&name, is_printable(layer->name[i]) ? layer->name + i : "_", 1);
    return name.data;
}

static int by_name(const void *a, const void *b)
{
    int order = compare_names(a, b);
    return order ? order : by_index(a, b);
}

/* Appends "_2", "_3", ... to the second and further layers of a name. Names made so may be taken
 * too: repeat until it returns false, which it does, since names only grow. */
static bool number_duplicates(sb_imported *imported)
{
    place *places = places_of(imported, by_name);
    char **fresh = sb_new(imported->layer_count, sizeof *fresh);
    bool any = false;
    for (size_t i = 1, number = 1; i < imported->layer_count; i++) {
        const char *name = places[i].layer->name;
        number = strcmp(name, places[i - 1].layer->name) == 0 ? number + 1 : 1;
        if (number == 1)
            continue;
        sb_text text = { 0 };
        sb_text_add(&text, "%s_%zu", name, number);
        fresh[places[i].index] = text.data;
        any = true;
    }
    for (size_t i = 0; i < imported->layer_count; i++) {
        if (!fresh[i])
            continue;
        free(imported->layers[i].name);
        imported->layers[i].name = fresh[i];
    }
    free(fresh);
    free(places);
    return any;
}

void sb_imported_name(sb_imported *imported)
{
    for (size_t i = 0; i < imported->layer_count; i++) {
        char *name = usable_name(&imported->layers[i]);
        free(imported->layers[i].name);
        imported->layers[i].name = name;
    }
    while (number_duplicates(imported))
        ;
}

void sb_imported_free(sb_imported *imported)
{
    for (size_t i = 0; i < imported->layer_count; i++)
        free_layer(&imported->layers[i]);
    for (size_t i = 0; i < imported->note_count; i++) {
        free(imported->notes[i].reason);
        sb_text_free(&imported->notes[i].names);
    }
    free(imported->layers);
    free(imported->notes);
    free(imported->name);
    free(imported->source);
    *imported = (sb_imported) { 0 };
}
