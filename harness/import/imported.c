/* SPDX-License-Identifier: Apache-2.0 */
#include "import/imported.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_LAYER = 100, LONGEST_NAME = 63, LONGEST_FILE = 96 };

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
        sb_text_add_bytes(&name, sb_import_is_printable(start[i]) ? start + i : "_", 1);
    if (name.length == 0)
        sb_text_add(&name, "imported");
    return name.data;
}

void sb_imported_start(sb_imported *imported, const char *path, const char *format)
{
    const char *slash = strrchr(path, '/');
    sb_text source = { 0 };
    sb_import_add_visible(&source, slash ? slash + 1 : path, LONGEST_FILE);
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

void sb_imported_strip(sb_imported *imported)
{
    for (size_t i = 0; i < imported->layer_count; i++) {
        sb_import_shape *shape = &imported->layers[i].shape;
        shape->residual = 0;
        memset(shape->bias, 0, sizeof shape->bias);
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

/* A name of printable characters, cut to the length that a configuration accepts. */
static char *usable_name(const sb_import_layer *layer)
{
    if (!layer->name || !*layer->name)
        return sb_import_shape_name(&layer->shape);
    sb_text name = { 0 };
    size_t length = strnlen(layer->name, LONGEST_LAYER);
    for (size_t i = 0; i < length; i++)
        sb_text_add_bytes(&name, sb_import_is_printable(layer->name[i]) ? layer->name + i : "_", 1);
    return name.data;
}

static int by_name(const void *a, const void *b)
{
    int order = compare_names(a, b);
    return order ? order : by_index(a, b);
}

/* Appends "_2", "_3", ... to the second and further layers with the same name. The new names may
 * be taken as well: repeat until it returns false, which it eventually does, because names only
 * grow. */
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
