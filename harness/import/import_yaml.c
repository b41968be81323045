/* SPDX-License-Identifier: Apache-2.0 */
#include "import/import_yaml.h"

#include "conv/operation.h"

#include <inttypes.h>
#include <string.h>

enum { WIDEST_NAME = 40, WIDEST_INPUT = 20, WIDEST_COMMENT = 100 };

/* The widths of the first members, so that the members after them are aligned. */
typedef struct columns {
    int name, input;
} columns;

/* ------------------------------------------------------------------------------------- values */

/* Other texts could be read as a number, a YAML keyword, or punctuation. */
static bool is_plain(const char *text)
{
    static const char *const words[] = { "true", "false", "null", "yes", "no", "on", "off" };
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char others[] = "0123456789.+/-";
    if (!*text || !strchr(letters, *text))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return false;
    for (; *text; text++)
        if (!strchr(letters, *text) && !strchr(others, *text))
            return false;
    return true;
}

static void add_string(sb_text *text, const char *value)
{
    if (is_plain(value)) {
        sb_text_add(text, "%s", value);
        return;
    }
    sb_text_add(text, "\"");
    for (; *value; value++)
        sb_text_add(text, *value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
    sb_text_add(text, "\"");
}

static void add_one(sb_text *text, const char *key, int64_t value, int64_t usual)
{
    if (value != usual)
        sb_text_add(text, ", %s: %" PRId64, key, value);
}

/* One number if both are equal, nothing if they have the default. */
static void add_two(sb_text *text, const char *key, int64_t height, int64_t width, int64_t usual)
{
    if (height == width)
        add_one(text, key, height, usual);
    else
        sb_text_add(text, ", %s: [%" PRId64 ", %" PRId64 "]", key, height, width);
}

static void add_padding(sb_text *text, const sb_import_shape *s)
{
    if (s->pad_top == s->pad_bottom && s->pad_left == s->pad_right)
        add_two(text, "padding", s->pad_top, s->pad_left, 0);
    else
        sb_text_add(text, ", padding: [%" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64 "]",
                    s->pad_top, s->pad_bottom, s->pad_left, s->pad_right);
}

/* ---------------------------------------------------------------------------------- epilogues */

static const char *activation_name(int64_t activation)
{
    return sb_import_activation_name((sb_import_activation)activation);
}

/* One word applies to every step, but not to the last one of a bottleneck. */
static void add_activations(sb_text *text, const sb_import_shape *s)
{
    const size_t count = sb_import_step_count(s), worded = count == 3 ? 2 : count;
    bool any = false, one_word = count < 3 || s->activation[2] == SB_IMPORT_NONE;
    for (size_t i = 0; i < count; i++)
        any = any || s->activation[i] != SB_IMPORT_NONE;
    for (size_t i = 1; i < worded; i++)
        one_word = one_word && s->activation[i] == s->activation[0];
    if (!any)
        return;
    if (one_word) {
        sb_text_add(text, ", activation: %s", activation_name(s->activation[0]));
        return;
    }
    sb_text_add(text, ", activation: [");
    for (size_t i = 0; i < count; i++)
        sb_text_add(text, "%s%s", i ? ", " : "", activation_name(s->activation[i]));
    sb_text_add(text, "]");
}

static void add_biases(sb_text *text, const sb_import_shape *s)
{
    const size_t count = sb_import_step_count(s);
    size_t biased = 0;
    for (size_t i = 0; i < count; i++)
        biased += s->bias[i] != 0;
    if (biased == 0)
        return;
    sb_text_add(text, biased == count ? ", bias: true" : ", bias: [");
    for (size_t i = 0; i < count && biased < count; i++)
        sb_text_add(text, "%s%s", s->bias[i] ? "true" : "false", i + 1 < count ? ", " : "]");
}

static void add_epilogue(sb_text *text, const sb_import_shape *s)
{
    add_biases(text, s);
    add_activations(text, s);
    if (s->residual)
        sb_text_add(text, ", residual: true");
}

/* -------------------------------------------------------------------------------------- layer */

static void add_input(sb_text *text, const sb_import_shape *s)
{
    sb_text_add(text, "[");
    if (s->n != 1)
        sb_text_add(text, "%" PRId64 ", ", s->n);
    sb_text_add(text, "%" PRId64 ", %" PRId64 ", %" PRId64 "]", s->c, s->h, s->w);
}

/* The comma, and spaces up to the column's end. */
static void end_column(sb_text *text, size_t start, int width)
{
    int fill = width - (int)(text->length - start);
    sb_text_add(text, ",%*s", fill > 0 ? fill + 1 : 1, "");
}

/* The operations to sweep, if they differ from the file's `standard`. */
static void add_operations(sb_text *text, const sb_import_shape *s)
{
    const int64_t swept = sb_import_swept(s);
    const char *before = ", operations: [";
    if (swept == 1 << SB_STANDARD)
        return;
    for (int op = 0; op < SB_OPERATIONS; op++)
        if (swept & INT64_C(1) << op) {
            sb_text_add(text, "%s%s", before, sb_operation_name((sb_operation)op));
            before = ", ";
        }
    sb_text_add(text, "]");
}

static void add_layer(const sb_import_layer *layer, const columns *widths, sb_text *text)
{
    const sb_import_shape *s = &layer->shape;
    sb_text_add(text, "- {name: ");
    size_t start = text->length;
    add_string(text, layer->name);
    end_column(text, start, widths->name);
    sb_text_add(text, "input: ");
    start = text->length;
    add_input(text, s);
    end_column(text, start, widths->input);
    if (s->expand)
        sb_text_add(text, "expand: %" PRId64 ", ", s->expand);
    sb_text_add(text, "out_channels: %" PRId64, s->k);
    add_two(text, "kernel", s->r, s->s, 0);
    add_two(text, "stride", s->stride_h, s->stride_w, 1);
    add_padding(text, s);
    add_two(text, "dilation", s->dilation_h, s->dilation_w, 1);
    add_one(text, "groups", s->groups, 1);
    add_one(text, "multiplier", s->multiplier, 1);
    add_epilogue(text, s);
    add_one(text, "repeat", layer->repeat, 1);
    add_operations(text, s);
    sb_text_add(text, "}");
    if (layer->remark)
        sb_text_add(text, " # %s", layer->remark);
}

void sb_import_yaml_layer(const sb_import_layer *layer, sb_text *text)
{
    add_layer(layer, &(columns) { 0, 0 }, text);
}

/* --------------------------------------------------------------------------------------- file */

static void widen(int *width, size_t length, int most)
{
    if ((int)length > *width && (int)length <= most)
        *width = (int)length;
}

static columns measure_columns(const sb_imported *imported)
{
    columns widths = { 0, 0 };
    sb_text text = { 0 };
    for (size_t i = 0; i < imported->layer_count; i++) {
        sb_text_clear(&text);
        add_string(&text, imported->layers[i].name);
        widen(&widths.name, text.length, WIDEST_NAME);
        sb_text_clear(&text);
        add_input(&text, &imported->layers[i].shape);
        widen(&widths.input, text.length, WIDEST_INPUT);
    }
    sb_text_free(&text);
    return widths;
}

/* Breaks lines that are too long after a space, and indents the continuation. */
static void add_comment(sb_text *text, const char *lines)
{
    size_t width = 0;
    for (const char *c = lines; *c; c++) {
        const char *blank = *c == ' ' ? strpbrk(c + 1, " \n") : NULL;
        if (width == 0)
            width = (sb_text_add(text, "# "), 2);
        if (blank && width > 2 && width + (size_t)(blank - c) > WIDEST_COMMENT) {
            sb_text_add(text, "\n#   ");
            width = 4;
            continue;
        }
        sb_text_add_bytes(text, c, 1);
        width = *c == '\n' ? 0 : width + 1;
    }
}

void sb_import_yaml(const sb_imported *imported, sb_text *text)
{
    sb_text account = { 0 };
    sb_text_add(&account, "Imported from %s:\n", imported->source);
    sb_imported_account(imported, "", false, &account);
    add_comment(text, account.data);
    sb_text_free(&account);
    const columns widths = measure_columns(imported);
    sb_text_add(text, "name: ");
    add_string(text, imported->name);
    sb_text_add(text, "\n%soperations: [standard]\nlayers:\n",
                imported->network ? "network: true\n" : "");
    for (size_t i = 0; i < imported->layer_count; i++) {
        sb_text_add(text, "  ");
        add_layer(&imported->layers[i], &widths, text);
        sb_text_add(text, "\n");
    }
    sb_text_add(text, "threads: [1, max]\n");
}
