/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Computes one step after the other, each from a whole tensor to a whole tensor. The output is
 * divided into pieces of up to COLUMNS pixels by ROWS output channels of one image and group. For
 * each piece, DEPTH terms of its sums at a time (input elements under the taps) are laid out as a
 * panel [term][pixel] in fp64, zero where a tap falls outside, and weights [channel][term] times
 * the panel is added to the piece. Threads take pieces from a counter until none is left; they
 * share nothing else.
 */
#include "conv/reference.h"

#include "conv/activation.h"
#include "conv/cost.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMNS = 64,
    ROWS = 128,
    DEPTH = 64,
    QUAD = 4, /* output channels whose sums are in registers at once */
    LANES = 2,
    MOST_THREADS = 64
};

typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), may_alias));

/* Terms by pixels; the second panel holds the absolute values. */
typedef struct panel {
    alignas(64) double value[DEPTH][COLUMNS];
    alignas(64) double magnitude[DEPTH][COLUMNS];
} panel;

typedef struct piece {
    int64_t image, group;
    int64_t row;        /* first output channel */
    int64_t rows;       /* number of channels */
    int64_t column;     /* first output pixel, p * q flat */
    int64_t columns;    /* number of pixels */
    int64_t y[COLUMNS]; /* input row and column under tap (0, 0), for each pixel */
    int64_t x[COLUMNS];
} piece;

/* A tensor to read: in fp32 if it is the problem's own, in fp64 if a step wrote it. */
typedef struct source {
    const float *floats; /* NULL: it is in fp64 */
    const double *value, *magnitude;
} source;

typedef struct job {
    const sb_step *step;
    int64_t n;
    source input;
    const float *weights, *bias, *residual; /* NULL: none */
    double *value, *magnitude;              /* magnitude may be NULL */
    int64_t row_pieces, column_pieces;      /* of one image and group */
    int64_t pieces;
    atomic_llong next;
} job;

static int64_t lesser_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ------------------------------------------------------------------------------------- product */

/*
 * tile[i][j] = sum over t < depth of weights[t][i] * terms[t][j], for j < columns, rounded up. All
 * supported machines have vectors of 16 bytes; compilers produce poor code for wider vectors that
 * the machine lacks, and dispatching by processor is not worth its complexity here.
 */
static void multiply_tile(int64_t depth, int64_t columns, double (*weights)[QUAD],
                          double (*terms)[COLUMNS], double (*tile)[COLUMNS])
{
    for (int64_t j = 0; j < columns; j += 2 * LANES) {
        lanes a0 = { 0 }, b0 = { 0 }, a1 = { 0 }, b1 = { 0 };
        lanes a2 = { 0 }, b2 = { 0 }, a3 = { 0 }, b3 = { 0 };
        for (int64_t t = 0; t < depth; t++) {
            const lanes *x = (const lanes *)&terms[t][j];
            a0 += weights[t][0] * x[0];
            b0 += weights[t][0] * x[1];
            a1 += weights[t][1] * x[0];
            b1 += weights[t][1] * x[1];
            a2 += weights[t][2] * x[0];
            b2 += weights[t][2] * x[1];
            a3 += weights[t][3] * x[0];
            b3 += weights[t][3] * x[1];
        }
        const lanes sums[QUAD][2] = { { a0, b0 }, { a1, b1 }, { a2, b2 }, { a3, b3 } };
        for (int i = 0; i < QUAD; i++)
            memcpy(&tile[i][j], sums[i], sizeof sums[i]);
    }
}

/* Weights [channel][term] of up to QUAD channels, `stride` apart, as [term][channel]. */
static void turn_weights(const float *weights, int64_t stride, int64_t channels, int64_t depth,
                         bool absolute, double (*to)[QUAD])
{
    for (int64_t t = 0; t < depth; t++) {
        for (int64_t i = 0; i < QUAD; i++) {
            const double weight = i < channels ? (double)weights[i * stride + t] : 0.0;
            to[t][i] = absolute ? fabs(weight) : weight;
        }
    }
}

/* Adds weights [channel][depth], channels `stride` apart, times terms to the piece of `output`. */
static void grow_output(const job *j, const piece *at, const float *weights, int64_t stride,
                        int64_t depth, double (*terms)[COLUMNS], bool absolute, double *output)
{
    alignas(64) double turned[DEPTH][QUAD];
    alignas(64) double tile[QUAD][COLUMNS];
    const sb_step *s = j->step;
    const int64_t pixels = s->p * s->q;
    for (int64_t row = 0; row < at->rows; row += QUAD) {
        const int64_t channels = lesser_of(QUAD, at->rows - row);
        turn_weights(weights + row * stride, stride, channels, depth, absolute, turned);
        multiply_tile(depth, at->columns, turned, terms, tile);
        for (int64_t i = 0; i < channels; i++) {
            double *to = output + (at->image * s->k + at->row + row + i) * pixels + at->column;
            for (int64_t column = 0; column < at->columns; column++)
                to[column] += tile[i][column];
        }
    }
}

static void grow_terms(const job *j, const piece *at, const float *weights, int64_t stride,
                       int64_t depth, panel *terms)
{
    grow_output(j, at, weights, stride, depth, terms->value, false, j->value);
    if (j->magnitude)
        grow_output(j, at, weights, stride, depth, terms->magnitude, true, j->magnitude);
}

/* ---------------------------------------------------------------------------------- the sums */

/* What tap (r, s) reads of an input channel, for each pixel of the piece. */
static void look_at(const job *j, const piece *at, int64_t channel, int64_t r, int64_t s,
                    double *value, double *magnitude)
{
    const sb_step *step = j->step;
    const source *in = &j->input;
    const int64_t plane = (at->image * step->c + channel) * step->h * step->w;
    for (int64_t i = 0; i < at->columns; i++) {
        const int64_t y = at->y[i] + r * step->dilation_h;
        const int64_t x = at->x[i] + s * step->dilation_w;
        const bool inside = y >= 0 && y < step->h && x >= 0 && x < step->w;
        const int64_t index = plane + y * step->w + x;
        value[i] = magnitude[i] = 0.0;
        if (!inside)
            continue;
        value[i] = in->floats ? (double)in->floats[index] : in->value[index];
        magnitude[i] = in->magnitude ? in->magnitude[index] : fabs(value[i]);
    }
}

/* The terms are numbered like the weights: (channel of the group, tap row, tap column), flat. */
static void sum_terms(const job *j, const piece *at, panel *terms)
{
    const sb_step *step = j->step;
    const int64_t channels = step->c / step->groups;
    const int64_t taps = step->r * step->s;
    const int64_t count = channels * taps;
    const float *weights = j->weights + at->row * count;
    for (int64_t first = 0; first < count; first += DEPTH) {
        const int64_t depth = lesser_of(DEPTH, count - first);
        for (int64_t t = 0; t < depth; t++) {
            const int64_t channel = at->group * channels + (first + t) / taps;
            const int64_t tap = (first + t) % taps;
            look_at(j, at, channel, tap / step->s, tap % step->s, terms->value[t],
                    terms->magnitude[t]);
        }
        grow_terms(j, at, weights + first, count, depth, terms);
    }
}

/* -------------------------------------------------------------------------------------- pieces */

/* Pieces are numbered with the pixels fastest, then channels, group and image. */
static void find_piece(const job *j, int64_t number, piece *at)
{
    const sb_step *s = j->step;
    const int64_t rows = s->k / s->groups;
    const int64_t pixels = s->p * s->q;
    const int64_t column_piece = number % j->column_pieces;
    const int64_t row_piece = number / j->column_pieces % j->row_pieces;
    const int64_t image_group = number / j->column_pieces / j->row_pieces;
    at->group = image_group % s->groups;
    at->image = image_group / s->groups;
    at->row = at->group * rows + row_piece * ROWS;
    at->rows = lesser_of(ROWS, rows - row_piece * ROWS);
    at->column = column_piece * COLUMNS;
    at->columns = lesser_of(COLUMNS, pixels - at->column);
    for (int64_t i = 0; i < at->columns; i++) {
        at->y[i] = (at->column + i) / s->q * s->stride_h - s->pad_top;
        at->x[i] = (at->column + i) % s->q * s->stride_w - s->pad_left;
    }
}

/* Where a row of the piece begins in the output. */
static int64_t row_start(const job *j, const piece *at, int64_t row)
{
    return (at->image * j->step->k + at->row + row) * j->step->p * j->step->q + at->column;
}

/* Starts the piece with the bias and the residual. */
static void begin_piece(const job *j, const piece *at)
{
    for (int64_t row = 0; row < at->rows; row++) {
        const int64_t start = row_start(j, at, row);
        const double bias = j->bias ? (double)j->bias[at->row + row] : 0.0;
        for (int64_t i = start; i < start + at->columns; i++) {
            const double residual = j->residual ? (double)j->residual[i] : 0.0;
            j->value[i] = bias + residual;
            if (j->magnitude)
                j->magnitude[i] = fabs(bias) + fabs(residual);
        }
    }
}

/* No activation here exceeds its argument, so the magnitude stays a bound of the value. */
static void end_piece(const job *j, const piece *at)
{
    if (j->step->activation == SB_ACTIVATION_NONE)
        return;
    for (int64_t row = 0; row < at->rows; row++) {
        const int64_t start = row_start(j, at, row);
        for (int64_t i = start; i < start + at->columns; i++)
            j->value[i] = sb_activate((sb_activation)j->step->activation, j->value[i]);
    }
}

static void *run_pieces(void *data)
{
    job *j = data;
    panel terms = { 0 }; /* columns past a piece's last one stay finite: they are multiplied too */
    piece at;
    for (;;) {
        const int64_t number = atomic_fetch_add(&j->next, 1);
        if (number >= j->pieces)
            return NULL;
        find_piece(j, number, &at);
        begin_piece(j, &at);
        sum_terms(j, &at, &terms);
        end_piece(j, &at);
    }
}

/* --------------------------------------------------------------------------------------- steps */

/* Creating a thread costs some 50 us: it pays only if each thread has more work than that. */
static int64_t useful_threads(int64_t multiplications, int threads)
{
    const int64_t work_each = INT64_C(1) << 18;
    return lesser_of(lesser_of(threads, MOST_THREADS), 1 + multiplications / work_each);
}

static void run_step(job *j, int64_t multiplications, int threads)
{
    const sb_step *s = j->step;
    const int64_t rows = s->k / s->groups;
    j->row_pieces = (rows + ROWS - 1) / ROWS;
    j->column_pieces = (s->p * s->q + COLUMNS - 1) / COLUMNS;
    j->pieces = j->n * s->groups * j->row_pieces * j->column_pieces;
    pthread_t others[MOST_THREADS];
    const int64_t wanted = lesser_of(useful_threads(multiplications, threads), j->pieces) - 1;
    int64_t made = 0;
    while (made < wanted && pthread_create(&others[made], NULL, run_pieces, j) == 0)
        made++;
    run_pieces(j);
    while (made > 0)
        pthread_join(others[--made], NULL);
}

/* The tensors between steps: two buffers used in turn, each as large as the largest tensor. */
typedef struct middle {
    double *value[2], *magnitude[2];
} middle;

static void free_middle(middle *m)
{
    for (int i = 0; i < 2; i++) {
        free(m->value[i]);
        free(m->magnitude[i]);
    }
}

static int make_middle(const sb_problem *problem, bool magnitudes, middle *m, sb_error *error)
{
    size_t most = 0;
    *m = (middle) { 0 };
    for (uint32_t i = 0; i + 1 < problem->step_count; i++) {
        const size_t count = (size_t)sb_step_outputs(problem, i);
        most = count > most ? count : most;
    }
    for (uint32_t i = 0; i + 1 < problem->step_count && i < 2; i++) {
        m->value[i] = calloc(most, sizeof(double));
        m->magnitude[i] = magnitudes ? calloc(most, sizeof(double)) : NULL;
        if (!m->value[i] || (magnitudes && !m->magnitude[i])) {
            free_middle(m);
            return sb_fail(error, "no memory for a tensor of %zu elements between the steps", most);
        }
    }
    return SB_OK;
}

int sb_reference(const sb_problem *problem, const sb_tensors *tensors, int threads, double *value,
                 double *magnitude, sb_error *error)
{
    assert(threads > 0);
    const sb_cost cost = sb_cost_of(problem);
    middle between;
    if (make_middle(problem, magnitude != NULL, &between, error) < 0)
        return SB_FAILED;
    source input = { .floats = tensors->input };
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *step = &problem->steps[i];
        const bool last = i + 1 == problem->step_count;
        job j = {
            .step = step,
            .n = problem->n,
            .input = input,
            .weights = tensors->weights[i],
            .bias = step->bias ? tensors->biases[i] : NULL,
            .residual = last && problem->residual ? tensors->residual : NULL,
            .value = last ? value : between.value[i % 2],
            .magnitude = last ? magnitude : between.magnitude[i % 2],
        };
        run_step(&j, cost.steps[i], threads);
        input = (source) { .value = j.value, .magnitude = j.magnitude };
    }
    free_middle(&between);
    return SB_OK;
}
