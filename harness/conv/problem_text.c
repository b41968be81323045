/* SPDX-License-Identifier: Apache-2.0 */
/* Problems as text and back; declared in problem.h. */
#include "conv/problem.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------------- writing */

typedef struct sentence {
    char *buffer;
    size_t size, length;
} sentence;

__attribute__((format(printf, 2, 3))) static void add(sentence *to, const char *format, ...)
{
    if (to->length >= to->size)
        return;
    va_list list;
    va_start(list, format);
    to->length += (size_t)vsnprintf(to->buffer + to->length, to->size - to->length, format, list);
    va_end(list);
}

/* Appends " <letter>a" or " <letter>axb"; nothing if both axes equal `skip`. */
static void add_axes(sentence *to, char letter, int64_t a, int64_t b, int64_t skip)
{
    if (a == skip && b == skip)
        return;
    add(to, " %c%" PRId64, letter, a);
    if (a != b)
        add(to, "x%" PRId64, b);
}

static void add_epilogue(sentence *to, bool bias, sb_activation activation)
{
    if (bias)
        add(to, " bias");
    if (activation != SB_ACTIVATION_NONE)
        add(to, " %s", sb_activation_name(activation));
}

static void add_step(sentence *to, const sb_step *s)
{
    add(to, " k%" PRId64 " %" PRId64 "x%" PRId64, s->k, s->r, s->s);
    add_axes(to, 's', s->stride_h, s->stride_w, 0);
    if (s->pad_top == s->pad_bottom && s->pad_left == s->pad_right)
        add_axes(to, 'p', s->pad_top, s->pad_left, -1);
    else
        add(to, " p%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64, s->pad_top, s->pad_bottom,
            s->pad_left, s->pad_right);
    add_axes(to, 'd', s->dilation_h, s->dilation_w, 1);
    add_axes(to, 'g', s->groups, s->groups, 1);
    add_epilogue(to, s->bias != 0, (sb_activation)s->activation);
}

const char *sb_problem_text(const sb_problem *problem, char *buffer, size_t size)
{
    const sb_step *first = sb_first_step(problem);
    sentence text = { buffer, size, 0 };
    add(&text, "n%" PRId64 " c%" PRId64 " %" PRId64 "x%" PRId64, problem->n, first->c, first->h,
        first->w);
    for (uint32_t i = 0; i < problem->step_count; i++) {
        if (i > 0)
            add(&text, " >");
        add_step(&text, &problem->steps[i]);
    }
    if (problem->residual)
        add(&text, " residual");
    return buffer;
}

const char *sb_layer_text(const sb_layer *layer, char *buffer, size_t size)
{
    sb_layer bare = *layer;
    sb_layer_strip(&bare);
    const sb_problem problem = sb_layer_problem(&bare, SB_STANDARD, 1);
    sb_role roles[SB_MAX_STEPS];
    const uint32_t steps = sb_layer_chain_roles(layer, roles);
    sentence text = { buffer, size, strlen(sb_problem_text(&problem, buffer, size)) };
    add_axes(&text, 'm', layer->shape.multiplier, layer->shape.multiplier, 1);
    add_axes(&text, 'e', layer->shape.expand, layer->shape.expand, 0);
    for (uint32_t i = 0; i < steps; i++)
        add_epilogue(&text, layer->biases[roles[i]], layer->activations[roles[i]]);
    if (layer->residual)
        add(&text, " residual");
    return buffer;
}

/* ------------------------------------------------------------------------------------- reading */

/* Consumes the word if the text continues with it, followed by a space or the end. */
static bool take_word(const char **text, const char *word)
{
    const size_t length = strlen(word);
    if (**text != ' ' || strncmp(*text + 1, word, length) != 0)
        return false;
    const char after = (*text)[1 + length];
    if (after != ' ' && after != '\0')
        return false;
    *text += 1 + length;
    return true;
}

/* Reads a number without sign or leading space, within the limits of a dimension. */
static bool take_number(const char **text, int64_t low, int64_t *value)
{
    char *end;
    if (**text < '0' || **text > '9')
        return false;
    *value = strtoll(*text, &end, 10);
    *text = end;
    return *value >= low && *value <= SB_MAX_DIMENSION;
}

/* Reads " <letter>a" or " <letter>axb" (without a letter: '\0'). Changes nothing if the text does
 * not continue so, because some may be omitted: a value out of limits must not stay. */
static bool take_axes(const char **text, char letter, int64_t low, int64_t *a, int64_t *b)
{
    const char *at = *text + (letter ? 2 : 1);
    int64_t first, second;
    if (**text != ' ' || (letter && (*text)[1] != letter) || !take_number(&at, low, &first))
        return false;
    second = first;
    if (*at == 'x' && (at++, !take_number(&at, low, &second)))
        return false;
    *a = first;
    *b = second;
    *text = at;
    return true;
}

static bool take_padding(const char **text, sb_step *s)
{
    int64_t *const sides[] = { &s->pad_top, &s->pad_bottom, &s->pad_left, &s->pad_right };
    if (take_axes(text, 'p', 0, &s->pad_top, &s->pad_left) && **text != ',') {
        s->pad_bottom = s->pad_top;
        s->pad_right = s->pad_left;
        return true;
    }
    for (int i = 1; i < 4; i++)
        if (*(*text)++ != ',' || !take_number(text, 0, sides[i]))
            return false;
    return true;
}

static bool output_size(int64_t padded, int64_t taps, int64_t dilation, int64_t stride,
                        int64_t *size)
{
    const int64_t extent = (taps - 1) * dilation + 1;
    *size = (padded - extent) / stride + 1;
    return extent <= padded;
}

static bool take_step(const char **text, sb_step *s)
{
    int64_t same;
    s->dilation_h = s->dilation_w = s->groups = 1;
    if (!take_axes(text, 'k', 1, &s->k, &same) || !take_axes(text, '\0', 1, &s->r, &s->s) ||
        !take_axes(text, 's', 1, &s->stride_h, &s->stride_w) || !take_padding(text, s))
        return false;
    take_axes(text, 'd', 1, &s->dilation_h, &s->dilation_w);
    take_axes(text, 'g', 1, &s->groups, &same);
    s->bias = take_word(text, "bias");
    for (int a = 1; a < SB_ACTIVATIONS && !s->activation; a++)
        if (take_word(text, sb_activation_name((sb_activation)a)))
            s->activation = (uint32_t)a;
    return s->c % s->groups == 0 && s->k % s->groups == 0 &&
           output_size(s->h + s->pad_top + s->pad_bottom, s->r, s->dilation_h, s->stride_h,
                       &s->p) &&
           output_size(s->w + s->pad_left + s->pad_right, s->s, s->dilation_w, s->stride_w, &s->q);
}

static bool parse_problem(const char *text, sb_problem *problem)
{
    int64_t c, h, w;
    if (*text++ != 'n' || !take_number(&text, 1, &problem->n) ||
        !take_axes(&text, 'c', 1, &c, &h) || !take_axes(&text, '\0', 1, &h, &w))
        return false;
    do {
        if (problem->step_count == SB_MAX_STEPS)
            return false;
        sb_step *step = &problem->steps[problem->step_count++];
        *step = (sb_step) { .c = c, .h = h, .w = w };
        if (!take_step(&text, step))
            return false;
        c = step->k;
        h = step->p;
        w = step->q;
    } while (take_word(&text, ">"));
    problem->residual = take_word(&text, "residual");
    return *text == '\0';
}

/* Accepts only text that sb_problem_text() would write: converting back must give the same text.
 * Otherwise "56x56" and "s1", for example, could be omitted or repeated. */
bool sb_problem_parse(const char *text, sb_problem *problem)
{
    char again[SB_PROBLEM_TEXT];
    *problem = (sb_problem) { .size = sizeof *problem };
    return parse_problem(text, problem) &&
           strcmp(sb_problem_text(problem, again, sizeof again), text) == 0;
}

/* ------------------------------------------------------------------------------------ distance */

/* Octaves between two dimensions; a padding of 0 counts as one octave below 1. */
static double count_octaves(int64_t a, int64_t b)
{
    return fabs(log2(fmax((double)a, 0.5) / fmax((double)b, 0.5)));
}

static double step_distance(const sb_step *a, const sb_step *b)
{
    static const size_t members[] = {
        offsetof(sb_step, c),          offsetof(sb_step, h),          offsetof(sb_step, w),
        offsetof(sb_step, k),          offsetof(sb_step, r),          offsetof(sb_step, s),
        offsetof(sb_step, stride_h),   offsetof(sb_step, stride_w),   offsetof(sb_step, pad_top),
        offsetof(sb_step, pad_bottom), offsetof(sb_step, pad_left),   offsetof(sb_step, pad_right),
        offsetof(sb_step, dilation_h), offsetof(sb_step, dilation_w), offsetof(sb_step, groups),
    };
    double sum = 0;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const int64_t *x = (const int64_t *)(const void *)((const char *)a + members[i]);
        const int64_t *y = (const int64_t *)(const void *)((const char *)b + members[i]);
        sum += count_octaves(*x, *y);
    }
    return a->bias == b->bias && a->activation == b->activation ? sum : INFINITY;
}

double sb_problem_distance(const sb_problem *a, const sb_problem *b)
{
    if (a->step_count != b->step_count || a->residual != b->residual)
        return INFINITY;
    double sum = count_octaves(a->n, b->n);
    for (uint32_t i = 0; i < a->step_count; i++)
        sum += step_distance(&a->steps[i], &b->steps[i]);
    return sum;
}
