/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence_legs.h"

#include <assert.h>

enum {
    SLACK = 65536,    /* the largest sb_kernel.input_slack */
    STAGGER = 9 * 64, /* between buffers, so that the addresses that are read and written at the
                         same time do not differ by whole pages */
    PAGE = 4096
};

static int64_t round_up(int64_t value, int64_t unit)
{
    return (value + unit - 1) / unit * unit;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* In the largest layout: a reorder may need any of them. */
static int64_t most_elements(sb_shape shape)
{
    return larger(larger(sb_layout_elements(SB_NCHW, shape), sb_layout_elements(SB_NCHW8C, shape)),
                  sb_layout_elements(SB_NCHW16C, shape));
}

sb_sequence_memory sb_sequence_memory_for(const sb_sequence_place *places, size_t count,
                                          size_t times)
{
    int64_t most = 0;
    for (size_t i = 0; i < count; i++) {
        const sb_problem problem = sb_layer_problem(places[i].layer, places[i].operation, 1);
        most = larger(most, most_elements(sb_input_shape(&problem)));
        most = larger(most, most_elements(sb_output_shape(&problem)));
    }
    sb_sequence_memory memory = {
        .buffer_bytes = round_up(most * (int64_t)sizeof(float) + SLACK, PAGE) + STAGGER,
    };
    memory.times = round_up(memory.buffer_bytes * SB_SEQUENCE_BUFFERS, PAGE);
    memory.bytes = memory.times + round_up((int64_t)(times * sizeof(double)), PAGE);
    return memory;
}

int64_t sb_sequence_buffer(const sb_sequence_memory *memory, int index)
{
    return memory->buffer_bytes * index;
}

/* ------------------------------------------------------------------------------------- the legs */

/* A tensor on its way. */
typedef struct lying {
    int buffer;
    sb_layout layout;
} lying;

typedef struct layer_out {
    const sb_sequence_memory *memory;
    sb_sequence_legs *legs;
    lying now;     /* the output of the last leg */
    lying came;    /* the layer's input as it arrived, */
    lying entered; /* and as converted for its first kernel */
    bool held;     /* a residual will add it */
    size_t place;
} layer_out;

/* The first buffer without a tensor that is still needed. */
static int find_buffer(const layer_out *o, const int *taken, size_t count)
{
    for (int b = 1; b < SB_SEQUENCE_BUFFERS; b++) {
        bool is_free = b != o->now.buffer;
        if (o->held && (b == o->came.buffer || b == o->entered.buffer))
            is_free = false;
        for (size_t i = 0; i < count; i++)
            is_free = is_free && b != taken[i];
        if (is_free)
            return b;
    }
    assert(0 && "more tensors at once than there are buffers");
    return 1;
}

static void add_leg(layer_out *o, const sb_leg *leg)
{
    sb_sequence_legs *legs = o->legs;
    assert(legs->count < SB_MAX_LEGS);
    legs->place[legs->count] = o->place;
    legs->legs[legs->count++] = *leg;
}

static lying reorder(layer_out *o, lying from, sb_layout to, sb_shape shape, const int *taken,
                     size_t count)
{
    const lying made = { from.layout == to ? from.buffer : find_buffer(o, taken, count), to };
    add_leg(o, &(sb_leg) {
                   .slot = -1,
                   .input = sb_sequence_buffer(o->memory, from.buffer),
                   .residual = -1,
                   .output = sb_sequence_buffer(o->memory, made.buffer),
                   .n = shape.n,
                   .c = shape.c,
                   .h = shape.h,
                   .w = shape.w,
                   .from = from.layout,
                   .to = to,
               });
    return made;
}

/* The place's input in the layout that its kernel expects; if a kernel has written it, padding
 * channels may hold anything. */
static lying bring_input(layer_out *o, const sb_problem *problem, sb_layout wanted)
{
    const sb_shape shape = sb_input_shape(problem);
    if (o->now.layout != wanted || (o->place > 0 && sb_layout_pads(wanted, shape)))
        return reorder(o, o->now, wanted, shape, NULL, 0);
    return o->now;
}

static lying bring_residual(layer_out *o, const sb_problem *problem, lying input, sb_layout wanted)
{
    if (!problem->residual)
        return (lying) { -1, wanted };
    if (o->entered.layout == wanted)
        return o->entered;
    if (o->came.layout == wanted)
        return o->came;
    return reorder(o, o->entered, wanted, sb_output_shape(problem), &input.buffer, 1);
}

static void lay_place(layer_out *o, const sb_sequence_place *place,
                      const sb_sequence_option *option)
{
    const sb_problem problem = sb_layer_problem(place->layer, place->operation, 1);
    o->held = place->layer->residual && !place->enters;
    const lying came = o->now, input = bring_input(o, &problem, option->input);
    if (place->enters) {
        o->came = came;
        o->entered = input;
        o->held = place->layer->residual;
    }
    const lying residual = bring_residual(o, &problem, input, option->output);
    const int taken[] = { input.buffer, residual.buffer };
    const lying output = { find_buffer(o, taken, 2), option->output };
    add_leg(o, &(sb_leg) {
                   .slot = (int64_t)o->place,
                   .input = sb_sequence_buffer(o->memory, input.buffer),
                   .residual =
                       residual.buffer < 0 ? -1 : sb_sequence_buffer(o->memory, residual.buffer),
                   .output = sb_sequence_buffer(o->memory, output.buffer),
               });
    o->now = output;
}

void sb_sequence_lay_legs(const sb_sequence_place *places, size_t count, const size_t *choice,
                          const sb_sequence_memory *memory, sb_sequence_legs *legs)
{
    layer_out o = { .memory = memory, .legs = legs, .now = { 0, SB_NHWC } };
    legs->count = 0;
    for (size_t i = 0; i < count; i++) {
        o.place = i;
        lay_place(&o, &places[i], &places[i].options[choice[i]]);
    }
    if (count == 0 || o.now.layout == SB_NHWC)
        return;
    const sb_problem last =
        sb_layer_problem(places[count - 1].layer, places[count - 1].operation, 1);
    o.held = false;
    reorder(&o, o.now, SB_NHWC, sb_output_shape(&last), NULL, 0);
}

/* --------------------------------------------------------------------------- what a pass writes */

/* What a pass has written into a buffer so far. */
typedef struct written {
    sb_layout layout; /* of the last tensor there */
    sb_shape shape;
    int64_t elements; /* from the start, all of them defined */
} written;

static bool is_same(const written *w, sb_layout layout, sb_shape shape)
{
    return w->layout == layout && w->shape.n == shape.n && w->shape.c == shape.c &&
           w->shape.h == shape.h && w->shape.w == shape.w;
}

static bool holds(const written *w, sb_layout layout, sb_shape shape)
{
    return is_same(w, layout, shape) || sb_layout_elements(layout, shape) <= w->elements;
}

/* A kernel leaves padding channels undefined; a reorder clears them. */
static void write_tensor(written *w, sb_layout layout, sb_shape shape, bool reorders)
{
    const int64_t elements = sb_layout_elements(layout, shape);
    w->layout = layout;
    w->shape = shape;
    if (!reorders && sb_layout_pads(layout, shape))
        w->elements = 0;
    else
        w->elements = larger(w->elements, elements);
}

static bool reorder_closes(written *buffers, const sb_sequence_memory *memory, const sb_leg *leg)
{
    const sb_shape shape = { leg->n, leg->c, leg->h, leg->w };
    const bool closes =
        holds(&buffers[leg->input / memory->buffer_bytes], (sb_layout)leg->from, shape);
    write_tensor(&buffers[leg->output / memory->buffer_bytes], (sb_layout)leg->to, shape, true);
    return closes;
}

static bool kernel_closes(written *buffers, const sb_sequence_memory *memory, const sb_leg *leg,
                          const sb_sequence_place *place, const sb_sequence_option *option)
{
    const sb_problem problem = sb_layer_problem(place->layer, place->operation, 1);
    const sb_shape output = sb_output_shape(&problem);
    bool closes =
        holds(&buffers[leg->input / memory->buffer_bytes], option->input, sb_input_shape(&problem));
    if (leg->residual >= 0)
        closes =
            closes && holds(&buffers[leg->residual / memory->buffer_bytes], option->output, output);
    write_tensor(&buffers[leg->output / memory->buffer_bytes], option->output, output, false);
    return closes;
}

bool sb_sequence_legs_close(const sb_sequence_place *places, const size_t *choice,
                            const sb_sequence_memory *memory, const sb_sequence_legs *legs)
{
    written buffers[SB_SEQUENCE_BUFFERS] = { { .elements = INT64_MAX } }; /* the input */
    for (uint32_t i = 0; i < legs->count; i++) {
        const sb_leg *leg = &legs->legs[i];
        const size_t at = legs->place[i];
        if (leg->slot < 0 ? !reorder_closes(buffers, memory, leg)
                          : !kernel_closes(buffers, memory, leg, &places[at],
                                           &places[at].options[choice[at]]))
            return false;
    }
    return true;
}
