/* SPDX-License-Identifier: Apache-2.0 */
#include "import/csv_row.h"

#include "conv/operation.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ----------------------------------------------------------------------------------- meanings */

typedef struct column_meaning column_meaning;
typedef int take_cell(sb_csv_row *to, const column_meaning *what, const char *cell,
                      sb_error *error);

struct column_meaning {
    const char *name;
    const char *aliases; /* each surrounded by blanks */
    take_cell *take;
    size_t count;
    sb_csv_slot slots[SB_CSV_NUMBERS];
};

static int fail_cell(const sb_csv_row *at, const column_meaning *what, const char *cell,
                     const char *expected, sb_error *error)
{
    return sb_fail(error, "%s:%zu: %s is '%.40s', not %s", at->file, at->line, what->name, cell,
                   expected);
}

/* Reads the integers in "3", "3x5", "[3, 5]" or "(1, 1, 2, 2)"; returns 0 for anything else. */
size_t sb_csv_numbers(const char *cell, int64_t numbers[SB_CSV_NUMBERS])
{
    size_t count = 0;
    for (const char *at = cell; *at;) {
        char *end;
        if (strchr("[]() ,;xX", *at)) {
            at++;
            continue;
        }
        long long number = strtoll(at, &end, 10);
        if (strncmp(end, ".0", 2) == 0) /* as spreadsheets write it */
            end += 2;
        if (end == at || (*end && !strchr("[]() ,;xX", *end)) || count == SB_CSV_NUMBERS ||
            number > SB_IMPORT_MOST || number < -SB_IMPORT_MOST)
            return 0;
        numbers[count++] = number;
        at = end;
    }
    return count;
}

/* One number for all slots, or one for each; two for four slots are height and width. */
static int take_numbers(sb_csv_row *to, const column_meaning *what, const char *cell,
                        sb_error *error)
{
    int64_t numbers[SB_CSV_NUMBERS];
    size_t count = sb_csv_numbers(cell, numbers);
    if (count != 1 && count != what->count && !(count == 2 && what->count == 4))
        return fail_cell(to, what, cell,
                         what->count > 1 ? "one whole number, or one each" : "a whole number",
                         error);
    for (size_t i = 0; i < what->count; i++) {
        to->numbers[what->slots[i]] = numbers[i * count / what->count];
        to->given[what->slots[i]] = true;
    }
    return SB_OK;
}

static int take_padding(sb_csv_row *to, const column_meaning *what, const char *cell,
                        sb_error *error)
{
    const bool upper = strcasecmp(cell, "same") == 0 || strcasecmp(cell, "same_upper") == 0;
    to->same_lower = strcasecmp(cell, "same_lower") == 0;
    to->same = upper || to->same_lower;
    if (to->same)
        return SB_OK;
    return take_numbers(to, what, strcasecmp(cell, "valid") == 0 ? "0" : cell, error);
}

static int take_name(sb_csv_row *to, const column_meaning *what, const char *cell, sb_error *error)
{
    (void)what;
    (void)error;
    to->name = cell;
    return SB_OK;
}

/* A word, or the number of words. */
static bool take_yes(const char *word, int64_t *yes)
{
    int64_t number = 0;
    *yes = strcasecmp(word, "true") == 0 || strcasecmp(word, "yes") == 0;
    if (*yes || strcasecmp(word, "false") == 0 || strcasecmp(word, "no") == 0)
        return true;
    const bool good = sb_parse_integer(word, 0, SB_IMPORT_MOST, &number);
    *yes = number > 0;
    return good;
}

static bool take_activation_name(const char *word, int64_t *activation)
{
    for (int a = SB_IMPORT_NONE; a <= SB_IMPORT_SWISH; a++)
        if (strcasecmp(word, sb_import_activation_name((sb_import_activation)a)) == 0) {
            *activation = a;
            return true;
        }
    return false;
}

/* One for all steps, or one for each, separated by semicolons. */
static bool take_by_step(const char *cell, bool (*take)(const char *, int64_t *),
                         int64_t values[SB_IMPORT_STEPS], size_t *count)
{
    char *copy = sb_copy_text(cell), *rest = copy;
    bool good = true;
    *count = 0;
    while (good && rest) {
        good = *count < SB_IMPORT_STEPS && take(strsep(&rest, ";"), &values[*count]);
        ++*count;
    }
    free(copy);
    return good;
}

static int take_bias(sb_csv_row *to, const column_meaning *what, const char *cell, sb_error *error)
{
    if (!take_by_step(cell, take_yes, to->biases, &to->bias_count))
        return fail_cell(to, what, cell, "true, false or a number, or one for each step", error);
    return SB_OK;
}

static int take_activation(sb_csv_row *to, const column_meaning *what, const char *cell,
                           sb_error *error)
{
    if (!take_by_step(cell, take_activation_name, to->activations, &to->activation_count))
        return fail_cell(to, what, cell,
                         "none, relu, relu6, hard_swish or swish, or one for each step", error);
    return SB_OK;
}

static int take_residual(sb_csv_row *to, const column_meaning *what, const char *cell,
                         sb_error *error)
{
    int64_t yes;
    if (!take_yes(cell, &yes))
        return fail_cell(to, what, cell, "true or false", error);
    to->residual = yes;
    return SB_OK;
}

static bool is_in_list(const char *cell, const char *word)
{
    char *copy = sb_copy_text(cell), *rest = copy;
    bool found = false;
    while (!found && rest)
        found = strcmp(strsep(&rest, ";"), word) == 0;
    free(copy);
    return found;
}

/* The operations as sepbench names them, or another program's word. */
static int take_operations(sb_csv_row *to, const column_meaning *what, const char *cell,
                           sb_error *error)
{
    (void)what;
    (void)error;
    to->operations = 0;
    for (int op = 0; op < SB_OPERATIONS; op++)
        if (is_in_list(cell, sb_operation_name((sb_operation)op)))
            to->operations |= INT64_C(1) << op;
    const int64_t chained = to->operations & ~(INT64_C(1) << SB_STANDARD);
    to->kind = chained || strcmp(cell, "dwsep") == 0 ? SB_IMPORT_PAIR : SB_IMPORT_SINGLE;
    return SB_OK;
}

static const column_meaning meanings[] = {
    { "name", " layer ", take_name, 0, { 0 } },
    { "n", " batch mb images ", take_numbers, 1, { SB_CSV_N } },
    { "c", " in_channels channels ic ", take_numbers, 1, { SB_CSV_C } },
    { "size", " hw ", take_numbers, 2, { SB_CSV_H, SB_CSV_W } },
    { "h", " height in_height ih ", take_numbers, 1, { SB_CSV_H } },
    { "w", " width in_width iw ", take_numbers, 1, { SB_CSV_W } },
    { "expand", " ", take_numbers, 1, { SB_CSV_EXPAND } },
    { "k", " out_channels filters oc ", take_numbers, 1, { SB_CSV_K } },
    { "kernel", " kernel_size ", take_numbers, 2, { SB_CSV_R, SB_CSV_S } },
    { "r", " kernel_h kernel_height kh ", take_numbers, 1, { SB_CSV_R } },
    { "s", " kernel_w kernel_width kw ", take_numbers, 1, { SB_CSV_S } },
    { "stride", " strides ", take_numbers, 2, { SB_CSV_STRIDE_H, SB_CSV_STRIDE_W } },
    { "stride_h", " sh ", take_numbers, 1, { SB_CSV_STRIDE_H } },
    { "stride_w", " sw ", take_numbers, 1, { SB_CSV_STRIDE_W } },
    { "padding",
      " pad pads ",
      take_padding,
      4,
      { SB_CSV_PAD_TOP, SB_CSV_PAD_BOTTOM, SB_CSV_PAD_LEFT, SB_CSV_PAD_RIGHT } },
    { "pad_h", " ph padding_h ", take_numbers, 2, { SB_CSV_PAD_TOP, SB_CSV_PAD_BOTTOM } },
    { "pad_w", " pw padding_w ", take_numbers, 2, { SB_CSV_PAD_LEFT, SB_CSV_PAD_RIGHT } },
    { "pad_top", " ", take_numbers, 1, { SB_CSV_PAD_TOP } },
    { "pad_bottom", " ", take_numbers, 1, { SB_CSV_PAD_BOTTOM } },
    { "pad_left", " ", take_numbers, 1, { SB_CSV_PAD_LEFT } },
    { "pad_right", " ", take_numbers, 1, { SB_CSV_PAD_RIGHT } },
    { "dilation", " dilations ", take_numbers, 2, { SB_CSV_DILATION_H, SB_CSV_DILATION_W } },
    { "dilation_h", " ", take_numbers, 1, { SB_CSV_DILATION_H } },
    { "dilation_w", " ", take_numbers, 1, { SB_CSV_DILATION_W } },
    { "groups", " group g ", take_numbers, 1, { SB_CSV_GROUPS } },
    { "multiplier", " depth_multiplier ", take_numbers, 1, { SB_CSV_MULTIPLIER } },
    { "repeat", " count ", take_numbers, 1, { SB_CSV_REPEAT } },
    { "p", " oh out_height ", take_numbers, 1, { SB_CSV_P } },
    { "q", " ow out_width ", take_numbers, 1, { SB_CSV_Q } },
    { "bias", " has_bias ", take_bias, 0, { 0 } },
    { "activation", " ", take_activation, 0, { 0 } },
    { "residual", " ", take_residual, 0, { 0 } },
    { "operations", " operation op ", take_operations, 0, { 0 } },
};

enum { MEANINGS = sizeof meanings / sizeof *meanings };

int sb_csv_meaning_find(const char *name)
{
    char padded[64];
    if ((size_t)snprintf(padded, sizeof padded, " %s ", name) >= sizeof padded)
        return SB_CSV_NO_MEANING;
    for (char *c = padded; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    for (int m = 0; m < MEANINGS; m++)
        if (strcasecmp(name, meanings[m].name) == 0 || strstr(meanings[m].aliases, padded))
            return m;
    return SB_CSV_NO_MEANING;
}

const char *sb_csv_meaning_near(const char *name)
{
    const char *names[MEANINGS + 1] = { NULL };
    for (size_t m = 0; m < MEANINGS; m++)
        names[m] = meanings[m].name;
    return sb_nearest(name, names);
}

bool sb_csv_meaning_says(int meaning, sb_csv_slot slot)
{
    for (size_t i = 0; i < meanings[meaning].count; i++)
        if (meanings[meaning].slots[i] == slot)
            return true;
    return false;
}

bool sb_csv_meaning_is_number(int meaning)
{
    return meanings[meaning].count == 1;
}

int sb_csv_row_take(sb_csv_row *row, int meaning, const char *cell, sb_error *error)
{
    return meanings[meaning].take(row, &meanings[meaning], cell, error);
}

/* -------------------------------------------------------------------------------------- layer */

sb_csv_row sb_csv_row_start(const char *file, size_t line)
{
    return (sb_csv_row) {
        .file = file,
        .line = line,
        .numbers = { [SB_CSV_N] = 1,
                     [SB_CSV_STRIDE_H] = 1,
                     [SB_CSV_STRIDE_W] = 1,
                     [SB_CSV_DILATION_H] = 1,
                     [SB_CSV_DILATION_W] = 1,
                     [SB_CSV_GROUPS] = 1,
                     [SB_CSV_MULTIPLIER] = 1,
                     [SB_CSV_REPEAT] = 1 },
    };
}

/* Derives numbers that a row leaves out from its other numbers. */
static void complete_row(sb_csv_row *r)
{
    static const struct {
        sb_csv_slot from, to;
    } same[] = { { SB_CSV_H, SB_CSV_W },
                 { SB_CSV_R, SB_CSV_S },
                 { SB_CSV_STRIDE_H, SB_CSV_STRIDE_W } };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (r->given[same[i].from] && !r->given[same[i].to]) {
            r->numbers[same[i].to] = r->numbers[same[i].from];
            r->given[same[i].to] = true;
        }
}

typedef struct axis_slots {
    sb_csv_slot in, taps, stride, dilation, before, after, out;
} axis_slots;

/* Pads one axis as the row's words or its output size require. */
static bool pad_axis(sb_csv_row *r, const axis_slots *slots)
{
    int64_t *n = r->numbers;
    const bool padded = r->given[slots->before] || r->given[slots->after];
    sb_import_axis axis = {
        .in = n[slots->in],
        .taps = n[slots->taps],
        .dilation = n[slots->dilation],
        .stride = n[slots->stride],
        .before = n[slots->before],
        .after = n[slots->after],
    };
    int64_t out = r->given[slots->out] ? n[slots->out] : 0;
    if (axis.in < 1 || axis.taps < 1 || axis.stride < 1 || axis.dilation < 1 || axis.before < 0 ||
        axis.after < 0)
        return true; /* reported when the layer is checked */
    if (r->same) {
        sb_import_axis_same(&axis, r->same_lower);
    } else if (!padded && out) {
        sb_import_axis_centre(&axis, out);
        if (!sb_import_axis_fit(&axis, out))
            return false;
    }
    n[slots->in] = axis.in;
    n[slots->before] = axis.before;
    n[slots->after] = axis.after;
    return !out || sb_import_axis_output(&axis) == out;
}

/* The last ones of a longer list: a single convolution does what ends the chain. */
static int64_t of_step(const int64_t values[SB_IMPORT_STEPS], size_t count, size_t step,
                       size_t steps)
{
    const size_t skipped = count > steps ? count - steps : 0;
    return values[count > 1 ? step + skipped : 0];
}

static sb_import_shape shape_of(const sb_csv_row *r)
{
    const int64_t *n = r->numbers;
    const bool single = r->kind == SB_IMPORT_SINGLE, expands = !single && n[SB_CSV_EXPAND] > 0;
    sb_import_shape shape = {
        .kind = expands ? SB_IMPORT_BOTTLENECK : r->kind,
        .operations = r->operations,
        .n = n[SB_CSV_N],
        .c = n[SB_CSV_C],
        .h = n[SB_CSV_H],
        .w = n[SB_CSV_W],
        .expand = expands ? n[SB_CSV_EXPAND] : 0,
        .k = n[SB_CSV_K],
        .r = n[SB_CSV_R],
        .s = n[SB_CSV_S],
        .stride_h = n[SB_CSV_STRIDE_H],
        .stride_w = n[SB_CSV_STRIDE_W],
        .pad_top = n[SB_CSV_PAD_TOP],
        .pad_bottom = n[SB_CSV_PAD_BOTTOM],
        .pad_left = n[SB_CSV_PAD_LEFT],
        .pad_right = n[SB_CSV_PAD_RIGHT],
        .dilation_h = n[SB_CSV_DILATION_H],
        .dilation_w = n[SB_CSV_DILATION_W],
        .groups = single ? n[SB_CSV_GROUPS] : 1,
        .multiplier = single ? 1 : n[SB_CSV_MULTIPLIER],
        .residual = r->residual,
    };
    const size_t steps = sb_import_step_count(&shape);
    for (size_t i = 0; i < steps; i++) {
        shape.bias[i] = of_step(r->biases, r->bias_count, i, steps);
        shape.activation[i] = of_step(r->activations, r->activation_count, i, steps);
    }
    return shape;
}

void sb_csv_row_add(sb_csv_row *r, sb_imported *imported)
{
    static const axis_slots vertical = { SB_CSV_H,          SB_CSV_R,       SB_CSV_STRIDE_H,
                                         SB_CSV_DILATION_H, SB_CSV_PAD_TOP, SB_CSV_PAD_BOTTOM,
                                         SB_CSV_P };
    static const axis_slots horizontal = { SB_CSV_W,          SB_CSV_S,        SB_CSV_STRIDE_W,
                                           SB_CSV_DILATION_W, SB_CSV_PAD_LEFT, SB_CSV_PAD_RIGHT,
                                           SB_CSV_Q };
    complete_row(r);
    const bool fits_height = pad_axis(r, &vertical), fits_width = pad_axis(r, &horizontal);
    sb_import_layer layer = { .shape = shape_of(r), .repeat = r->numbers[SB_CSV_REPEAT] };
    char *thing = r->name ? sb_copy_text(r->name) : sb_import_shape_name(&layer.shape);
    if (!fits_height || !fits_width) {
        sb_imported_note(imported, SB_IMPORT_LEFT_OUT, thing, 0,
                         "the output's size in the file is not what its shape gives");
    } else if (layer.repeat < 1) {
        sb_imported_note(imported, SB_IMPORT_LEFT_OUT, thing, 0, "repeat is not at least 1");
    } else {
        layer.name = r->name && *r->name ? sb_copy_text(r->name) : NULL;
        sb_imported_add(imported, layer);
    }
    free(thing);
}
