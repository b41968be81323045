/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/recorded.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/text.h"

/* --------------------------------------------------------------------------------------- file */

enum { MOST_BYTES = 1 << 30, CHUNK = 1 << 20 };

/* gzread() hands plain files through as they are. */
static int read_all(gzFile file, const char *path, sb_text *text, sb_error *error)
{
    char *chunk = sb_new(CHUNK, 1);
    int got;
    while ((got = gzread(file, chunk, CHUNK)) > 0 && text->length < MOST_BYTES)
        sb_text_add_bytes(text, chunk, (size_t)got);
    free(chunk);
    int state;
    const char *why = gzerror(file, &state);
    if (got < 0 || (state != Z_OK && state != Z_STREAM_END))
        return state == Z_ERRNO ? sb_fail_errno(error, "%s", path)
                                : sb_fail(error, "%s: damaged or truncated gzip: %s", path, why);
    if (got > 0)
        return sb_fail(error, "%s: more than %d bytes; no recorded space is that large", path,
                       MOST_BYTES);
    return 0;
}

static int read_file(const char *path, sb_text *text, sb_error *error)
{
    gzFile file = gzopen(path, "rb");
    if (!file)
        return sb_fail_errno(error, "%s", path);
    int rc = read_all(file, path, text, error);
    gzclose(file);
    return rc;
}

/* Python writes NaN and Infinity, which JSON does not know: outside of strings they become null. */
static void replace_bare_words(char *text, size_t length)
{
    static const char *const words[] = { "-Infinity", "Infinity", "-NaN", "NaN" };
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        if (quoted && text[i] == '\\') {
            i++;
            continue;
        }
        if (text[i] == '"')
            quoted = !quoted;
        if (quoted || !strchr("-IN", text[i]) || !text[i])
            continue;
        for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
            size_t n = strlen(words[w]);
            if (length - i < n || strncmp(text + i, words[w], n) != 0)
                continue;
            memset(text + i, ' ', n);
            if (n < 4) /* "NaN": no room for null, but for a number that is no time */
                memcpy(text + i, "-1", 2);
            else
                memcpy(text + i, "null", 4);
            break;
        }
    }
}

static json_t *parse(const char *path, sb_text *text, sb_error *error)
{
    if (text->length == 0) {
        sb_fail(error, "%s: is empty; expected a Kernel Tuner cache in JSON", path);
        return NULL;
    }
    replace_bare_words(text->data, text->length);
    json_error_t why;
    json_t *root = json_loadb(text->data, text->length, 0, &why);
    if (!root && json_error_code(&why) == json_error_premature_end_of_input)
        sb_fail(error, "%s:%d:%d: truncated: the JSON ends too early", path, why.line, why.column);
    else if (!root)
        sb_fail(error, "%s:%d:%d: not JSON: %s", path, why.line, why.column, why.text);
    return root;
}

/* ------------------------------------------------------------------------------------ entries */

/* One configuration of the file. Borrowed from the JSON. */
typedef struct entry {
    const json_t *config; /* holds the parameters */
    const char *key;      /* "16,1,1", or NULL */
    double objective;
} entry;

typedef struct entries {
    entry *items;
    size_t count;
    const char *names[SB_SPACE_AXES];
    size_t name_count;
} entries;

static double time_of(const json_t *value)
{
    double time = json_is_number(value) ? json_number_value(value) : NAN;
    return isfinite(time) && time > 0.0 ? time : INFINITY;
}

static double mean_of(const json_t *list)
{
    double sum = 0.0;
    for (size_t i = 0; i < json_array_size(list); i++)
        sum += time_of(json_array_get(list, i));
    return json_array_size(list) ? sum / (double)json_array_size(list) : INFINITY;
}

/* T4: a list of {name, value}; the one that is called time, or else the run times. */
static double time_of_result(const json_t *item)
{
    const char *invalid = json_string_value(json_object_get(item, "invalidity"));
    if (invalid && strcmp(invalid, "correct") != 0)
        return INFINITY;
    const json_t *list = json_object_get(item, "measurements");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(one, "name"));
        if (name && strcmp(name, "time") == 0)
            return time_of(json_object_get(one, "value"));
    }
    return mean_of(json_object_get(json_object_get(item, "times"), "runtimes"));
}

static entry entry_of(const char *key, const json_t *item)
{
    const json_t *config = json_object_get(item, "configuration");
    if (json_is_object(config))
        return (entry) { .config = config, .key = key, .objective = time_of_result(item) };
    return (
        entry) { .config = item, .key = key, .objective = time_of(json_object_get(item, "time")) };
}

static void take_object(entries *all, json_t *object)
{
    const char *key;
    json_t *item;
    all->items = sb_new(json_object_size(object), sizeof *all->items);
    json_object_foreach(object, key, item) if (json_is_object(item)) all->items[all->count++] =
        entry_of(key, item);
}

static void take_array(entries *all, const json_t *array)
{
    all->items = sb_new(json_array_size(array), sizeof *all->items);
    for (size_t i = 0; i < json_array_size(array); i++)
        if (json_is_object(json_array_get(array, i)))
            all->items[all->count++] = entry_of(NULL, json_array_get(array, i));
}

static bool add_name(entries *all, const char *name)
{
    if (!name || all->name_count == SB_SPACE_AXES)
        return false;
    all->names[all->name_count++] = name;
    return true;
}

/* Who are the parameters: a list of names, an object whose keys they are, or the keys of a T4
 * configuration. */
static bool name_parameters(entries *all, json_t *root)
{
    const json_t *list = json_object_get(root, "tune_params_keys");
    json_t *object = json_object_get(root, "tune_params");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!add_name(all, json_string_value(json_array_get(list, i))))
            return false;
    if (all->name_count)
        return true;
    if (!json_is_object(object) && all->count) {
        const json_t *config = all->items[0].config;
        object = json_object_get(config, "time") ? NULL : (json_t *)(uintptr_t)config;
    }
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) if (!add_name(all, key)) return false;
    return all->name_count > 0;
}

static int find_entries(const char *path, json_t *root, entries *all, sb_error *error)
{
    json_t *cache = json_object_get(root, "cache");
    json_t *results = json_is_array(root) ? root : json_object_get(root, "results");
    if (json_is_object(cache))
        take_object(all, cache);
    else if (json_is_array(cache) || json_is_array(results))
        take_array(all, json_is_array(cache) ? cache : results);
    else
        return sb_fail(error,
                       "%s: not a recorded space: expected Kernel Tuner's \"cache\" or a list of "
                       "\"results\"",
                       path);
    if (all->count == 0)
        return sb_fail(error, "%s: holds no configurations", path);
    if (!name_parameters(all, root))
        return sb_fail(error,
                       "%s: does not say what the parameters are: expected \"tune_params_keys\", a "
                       "list of up to %d names",
                       path, SB_SPACE_AXES);
    return 0;
}

/* --------------------------------------------------------------------------------------- axes */

/* The i-th field of "16,1,1"; NULL where there is none. */
static const char *field_of(const char *key, size_t i, size_t *length)
{
    while (key && i-- > 0) {
        key = strchr(key, ',');
        key = key ? key + 1 : NULL;
    }
    *length = key ? strcspn(key, ",") : 0;
    return key;
}

/* How a parameter's value is written, whatever its type in the file. */
static bool value_text(const entry *from, const entries *all, size_t a, char *text, size_t size)
{
    const json_t *value = json_object_get(from->config, all->names[a]);
    if (json_is_string(value)) {
        snprintf(text, size, "%s", json_string_value(value));
    } else if (json_is_boolean(value)) {
        snprintf(text, size, "%d", json_is_true(value) ? 1 : 0);
    } else if (json_is_number(value)) {
        snprintf(text, size, "%.17g", json_number_value(value));
    } else {
        size_t length;
        const char *field = field_of(from->key, a, &length);
        if (!field)
            return false;
        snprintf(text, size, "%.*s", (int)length, field);
    }
    return true;
}

/* One value that occurs, and the rows' cells point at it. */
typedef struct cell {
    char *text;
    double number; /* NAN where it is none */
    size_t row;
} cell;

static int by_value(const void *a, const void *b)
{
    const cell *x = a, *y = b;
    bool numbers = !isnan(x->number) && !isnan(y->number);
    if (numbers && x->number != y->number)
        return x->number < y->number ? -1 : 1;
    if (!numbers && isnan(x->number) != isnan(y->number))
        return isnan(x->number) ? 1 : -1;
    return numbers ? 0 : strcmp(x->text, y->text);
}

static bool is_integer(double number)
{
    return fabs(number) < 9e15 && number == floor(number);
}

/* Sorts the cells of one column, and numbers the different values. */
static void make_axis(const char *name, cell *cells, size_t rows, sb_axis *axis, uint32_t *digits,
                      size_t stride)
{
    qsort(cells, rows, sizeof *cells, by_value);
    bool integers = true;
    *axis = (sb_axis) { .id = sb_copy_text(name), .ordered = true };
    axis->names = sb_new(rows, sizeof(char *));
    axis->values = sb_new(rows, sizeof(int64_t));
    for (size_t i = 0; i < rows; i++) {
        if (i == 0 || by_value(&cells[i - 1], &cells[i]) != 0) {
            axis->ordered = axis->ordered && !isnan(cells[i].number);
            integers = integers && is_integer(cells[i].number);
            axis->values[axis->count] = integers ? (int64_t)cells[i].number : 0;
            axis->names[axis->count++] = sb_copy_text(cells[i].text);
        }
        digits[cells[i].row * stride] = axis->count - 1;
    }
    if (integers) {
        for (uint32_t d = 0; d < axis->count; d++)
            free(axis->names[d]);
        free(axis->names);
        axis->names = NULL;
    } else {
        for (uint32_t d = 0; d < axis->count; d++)
            axis->values[d] = d;
    }
}

/* Drops entries that lack a parameter; returns how many. */
static size_t drop_incomplete(entries *all)
{
    size_t kept = 0, count = all->count;
    char text[256];
    for (size_t i = 0; i < count; i++) {
        bool whole = true;
        for (size_t a = 0; whole && a < all->name_count; a++)
            whole = value_text(&all->items[i], all, a, text, sizeof text);
        if (whole)
            all->items[kept++] = all->items[i];
    }
    all->count = kept;
    return count - kept;
}

static sb_axis *make_axes(const entries *all, uint32_t *digits)
{
    sb_axis *axes = sb_new(all->name_count, sizeof *axes);
    cell *cells = sb_new(all->count, sizeof *cells);
    for (size_t a = 0; a < all->name_count; a++) {
        for (size_t i = 0; i < all->count; i++) {
            char text[256] = "";
            value_text(&all->items[i], all, a, text, sizeof text);
            cells[i] = (cell) { .text = sb_copy_text(text), .number = NAN, .row = i };
            if (!sb_parse_number(text, &cells[i].number))
                cells[i].number = NAN;
        }
        make_axis(all->names[a], cells, all->count, &axes[a], digits + a, all->name_count);
        for (size_t i = 0; i < all->count; i++)
            free(cells[i].text);
    }
    free(cells);
    return axes;
}

/* ------------------------------------------------------------------------------------- result */

static void fill_objectives(const entries *all, const uint32_t *digits, sb_recorded *recorded)
{
    recorded->objectives = sb_new(recorded->space.size, sizeof *recorded->objectives);
    for (size_t i = 0; i < all->count; i++) {
        ptrdiff_t index = sb_space_find(&recorded->space, digits + i * all->name_count);
        recorded->objectives[index] = all->items[i].objective;
    }
    recorded->best = INFINITY;
    for (size_t i = 0; i < recorded->space.size; i++) {
        recorded->best = fmin(recorded->best, recorded->objectives[i]);
        recorded->failures += isinf(recorded->objectives[i]) ? 1 : 0;
    }
}

static int build(const char *path, entries *all, sb_recorded *recorded, sb_error *error)
{
    recorded->skipped = drop_incomplete(all);
    if (all->count == 0)
        return sb_fail(error, "%s: no configuration has all %zu parameters", path, all->name_count);
    uint32_t *digits = sb_new(all->count * all->name_count, sizeof *digits);
    sb_axis *axes = make_axes(all, digits);
    int rc = sb_space_from_rows(axes, all->name_count, digits, all->count, &recorded->space, error);
    if (rc == 0)
        fill_objectives(all, digits, recorded);
    else
        sb_fail_within(error, "%s", path);
    free(digits);
    if (rc == 0 && isinf(recorded->best)) {
        rc = sb_fail(error, "%s: all %zu configurations failed; there is no optimum to look for",
                     path, recorded->space.size);
        sb_recorded_free(recorded);
    }
    return rc;
}

int sb_recorded_read(const char *path, sb_recorded *recorded, sb_error *error)
{
    *recorded = (sb_recorded) { 0 };
    sb_text text = { 0 };
    entries all = { 0 };
    int rc = read_file(path, &text, error);
    json_t *root = rc == 0 ? parse(path, &text, error) : NULL;
    sb_text_free(&text);
    if (!root)
        return SB_FAILED;
    rc = find_entries(path, root, &all, error);
    if (rc == 0)
        rc = build(path, &all, recorded, error);
    free(all.items);
    json_decref(root);
    return rc;
}

void sb_recorded_free(sb_recorded *recorded)
{
    sb_space_free(&recorded->space);
    free(recorded->objectives);
    *recorded = (sb_recorded) { 0 };
}
