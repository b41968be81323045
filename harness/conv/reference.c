/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The output is cut into pieces of up to COLUMNS pixels by ROWS output channels of one image and
 * group. For a piece, DEPTH terms of its sums at a time (input elements under the taps, or for a
 * separable problem channels of the middle) are laid out as a panel [term][pixel] in fp64, zero
 * where a tap falls outside, and the piece grows by weights [channel][term] times panel. Threads
 * take pieces from a counter until there are none; nothing is shared otherwise.
 */
#include "conv/reference.h"

#include "conv/cost.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
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

/* Terms by pixels, the second time with absolute values. */
typedef struct panel {
    alignas(64) double value[DEPTH][COLUMNS];
    alignas(64) double magnitude[DEPTH][COLUMNS];
} panel;

typedef struct piece {
    int64_t image, group;
    int64_t row;        /* first output channel */
    int64_t rows;       /* how many */
    int64_t column;     /* first output pixel, p * q flat */
    int64_t columns;    /* how many */
    int64_t y[COLUMNS]; /* input row and column under tap (0, 0) of each pixel */
    int64_t x[COLUMNS];
} piece;

typedef struct job {
    const sb_problem *problem;
    const sb_tensors *tensors;
    double *value, *magnitude;
    int64_t row_pieces, column_pieces; /* of one image and group */
    int64_t pieces;
    atomic_llong next;
} job;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ------------------------------------------------------------------------------------- product */

/*
 * tile[i][j] = sum over t < depth of weights[t][i] * terms[t][j], for j < columns, rounded up.
 * Vectors of 16 bytes exist on every machine of interest; compilers make poor code of wider ones
 * where the machine has none, and dispatch by processor is not worth its trouble here.
 */
static void multiply(int64_t depth, int64_t columns, double (*weights)[QUAD],
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
    const sb_problem *s = j->problem;
    const int64_t pixels = s->p * s->q;
    for (int64_t row = 0; row < at->rows; row += QUAD) {
        const int64_t channels = least(QUAD, at->rows - row);
        turn_weights(weights + row * stride, stride, channels, depth, absolute, turned);
        multiply(depth, at->columns, turned, terms, tile);
        for (int64_t i = 0; i < channels; i++) {
            double *to = output + (at->image * s->k + at->row + row + i) * pixels + at->column;
            for (int64_t column = 0; column < at->columns; column++)
                to[column] += tile[i][column];
        }
    }
}

static void grow(const job *j, const piece *at, const float *weights, int64_t stride, int64_t depth,
                 panel *terms)
{
    grow_output(j, at, weights, stride, depth, terms->value, false, j->value);
    if (j->magnitude)
        grow_output(j, at, weights, stride, depth, terms->magnitude, true, j->magnitude);
}

/* ---------------------------------------------------------------------------------- the sums */

/* What tap (r, s) sees of an input channel, at each pixel of the piece. */
static void look(const sb_problem *problem, const piece *at, const float *channel, int64_t r,
                 int64_t s, double *to)
{
    for (int64_t i = 0; i < at->columns; i++) {
        const int64_t y = at->y[i] + r * problem->dilation_h;
        const int64_t x = at->x[i] + s * problem->dilation_w;
        const bool inside = y >= 0 && y < problem->h && x >= 0 && x < problem->w;
        to[i] = inside ? (double)channel[y * problem->w + x] : 0.0;
    }
}

static const float *input_channel(const job *j, int64_t image, int64_t channel)
{
    const sb_problem *s = j->problem;
    return j->tensors->input + (image * s->c + channel) * s->h * s->w;
}

/* The terms are (channel of the group, tap row, tap column), flat, as in the weights. */
static void sum_standard(const job *j, const piece *at, panel *terms)
{
    const sb_problem *problem = j->problem;
    const int64_t channels = problem->c / problem->groups;
    const int64_t taps = problem->r * problem->s;
    const int64_t count = channels * taps;
    const float *weights = j->tensors->standard + at->row * count;
    for (int64_t first = 0; first < count; first += DEPTH) {
        const int64_t depth = least(DEPTH, count - first);
        for (int64_t t = 0; t < depth; t++) {
            const int64_t channel = at->group * channels + (first + t) / taps;
            const int64_t tap = (first + t) % taps;
            look(problem, at, input_channel(j, at->image, channel), tap / problem->s,
                 tap % problem->s, terms->value[t]);
            for (int i = 0; i < COLUMNS; i++)
                terms->magnitude[t][i] = fabs(terms->value[t][i]);
        }
        grow(j, at, weights + first, count, depth, terms);
    }
}

/* Channel d of the middle at each pixel of the piece. */
static void sum_depthwise(const job *j, const piece *at, int64_t d, double *value,
                          double *magnitude)
{
    const sb_problem *problem = j->problem;
    const float *channel = input_channel(j, at->image, d / problem->multiplier);
    const float *weights = j->tensors->depthwise + d * problem->r * problem->s;
    double seen[COLUMNS] = { 0 };
    memset(value, 0, COLUMNS * sizeof *value);
    memset(magnitude, 0, COLUMNS * sizeof *magnitude);
    for (int64_t tap = 0; tap < problem->r * problem->s; tap++) {
        const double weight = (double)weights[tap];
        look(problem, at, channel, tap / problem->s, tap % problem->s, seen);
        for (int i = 0; i < COLUMNS; i++) {
            value[i] += weight * seen[i];
            magnitude[i] += fabs(weight) * fabs(seen[i]);
        }
    }
}

/* The terms are the channels of the middle. */
static void sum_separable(const job *j, const piece *at, panel *terms)
{
    const int64_t count = j->problem->c * j->problem->multiplier;
    const float *weights = j->tensors->pointwise + at->row * count;
    for (int64_t first = 0; first < count; first += DEPTH) {
        const int64_t depth = least(DEPTH, count - first);
        for (int64_t t = 0; t < depth; t++)
            sum_depthwise(j, at, first + t, terms->value[t], terms->magnitude[t]);
        grow(j, at, weights + first, count, depth, terms);
    }
}

/* -------------------------------------------------------------------------------------- pieces */

/* Pieces are numbered with the pixels fastest, then channels, group and image. */
static void find_piece(const job *j, int64_t number, piece *at)
{
    const sb_problem *s = j->problem;
    const int64_t rows = s->k / s->groups;
    const int64_t pixels = s->p * s->q;
    const int64_t column_piece = number % j->column_pieces;
    const int64_t row_piece = number / j->column_pieces % j->row_pieces;
    const int64_t image_group = number / j->column_pieces / j->row_pieces;
    at->group = image_group % s->groups;
    at->image = image_group / s->groups;
    at->row = at->group * rows + row_piece * ROWS;
    at->rows = least(ROWS, rows - row_piece * ROWS);
    at->column = column_piece * COLUMNS;
    at->columns = least(COLUMNS, pixels - at->column);
    for (int64_t i = 0; i < at->columns; i++) {
        at->y[i] = (at->column + i) / s->q * s->stride_h - s->pad_top;
        at->x[i] = (at->column + i) % s->q * s->stride_w - s->pad_left;
    }
}

static void clear_piece(const job *j, const piece *at, double *output)
{
    const sb_problem *s = j->problem;
    for (int64_t row = 0; row < at->rows; row++) {
        double *to = output + (at->image * s->k + at->row + row) * s->p * s->q + at->column;
        memset(to, 0, (size_t)at->columns * sizeof *to);
    }
}

static void *work(void *data)
{
    job *j = data;
    panel terms = { 0 }; /* columns past a piece's last one stay finite: they are multiplied too */
    piece at;
    for (;;) {
        const int64_t number = atomic_fetch_add(&j->next, 1);
        if (number >= j->pieces)
            return NULL;
        find_piece(j, number, &at);
        clear_piece(j, &at, j->value);
        if (j->magnitude)
            clear_piece(j, &at, j->magnitude);
        if (j->problem->operation == SB_STANDARD)
            sum_standard(j, &at, &terms);
        else
            sum_separable(j, &at, &terms);
    }
}

/* A thread costs some 50 us to make: worth it only for more than that of work each. */
static int64_t useful_threads(const sb_problem *problem, int threads)
{
    const int64_t work_each = INT64_C(1) << 18; /* multiplications */
    const int64_t most = least(threads, MOST_THREADS);
    return least(most, 1 + sb_cost_of(problem).total / work_each);
}

int sb_reference(const sb_problem *problem, const sb_tensors *tensors, int threads, double *value,
                 double *magnitude, sb_error *error)
{
    (void)error; /* needs no memory, and does with fewer threads where more cannot be had */
    assert(threads > 0);
    const int64_t rows = problem->k / problem->groups;
    job j = {
        .problem = problem,
        .tensors = tensors,
        .value = value,
        .magnitude = magnitude,
        .row_pieces = (rows + ROWS - 1) / ROWS,
        .column_pieces = (problem->p * problem->q + COLUMNS - 1) / COLUMNS,
    };
    j.pieces = problem->n * problem->groups * j.row_pieces * j.column_pieces;
    pthread_t others[MOST_THREADS];
    const int64_t wanted = least(useful_threads(problem, threads), j.pieces) - 1;
    int64_t made = 0;
    while (made < wanted && pthread_create(&others[made], NULL, work, &j) == 0)
        made++;
    work(&j);
    while (made > 0)
        pthread_join(others[--made], NULL);
    return 0;
}
