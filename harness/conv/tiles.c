/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/tiles.h"

#include "conv/reference.h"
#include "core/text.h"

#include <math.h>
#include <stdlib.h>

int64_t sb_tile_outputs(sb_arithmetic arithmetic)
{
    switch (arithmetic) {
    case SB_WINOGRAD_F2:
        return 2;
    case SB_WINOGRAD_F4:
        return 4;
    case SB_WINOGRAD_F6:
        return 6;
    default:
        return 0;
    }
}

/* ------------------------------------------------------------------------------ norms of windows
 */

/* sums[y][x]: the sum of squares of the plane above and left of (y, x); it has one row and one
 * column more than the plane. */
static void add_squares(const sb_step *s, const float *plane, double *sums)
{
    const int64_t pitch = s->w + 1;
    for (int64_t x = 0; x <= s->w; x++)
        sums[x] = 0;
    for (int64_t y = 0; y < s->h; y++) {
        double row = 0;
        sums[(y + 1) * pitch] = 0;
        for (int64_t x = 0; x < s->w; x++) {
            const double value = (double)plane[y * s->w + x];
            row += value * value;
            sums[(y + 1) * pitch + x + 1] = sums[y * pitch + x + 1] + row;
        }
    }
}

static int64_t clamp_value(int64_t value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

/* The sum over inputs from row `top` to before `bottom` and column `left` to before `right`, as far
 * as they lie inside the image. */
static double window_norm(const sb_step *s, const double *sums, int64_t top, int64_t bottom,
                          int64_t left, int64_t right)
{
    const int64_t pitch = s->w + 1;
    const int64_t y0 = clamp_value(top, s->h), y1 = clamp_value(bottom, s->h);
    const int64_t x0 = clamp_value(left, s->w), x1 = clamp_value(right, s->w);
    const double squares = sums[y1 * pitch + x1] - sums[y0 * pitch + x1] - sums[y1 * pitch + x0] +
                           sums[y0 * pitch + x0];
    return sqrt(fmax(squares, 0));
}

/* [n][c][p][q]: the norm, per input channel, of what any tile with this output may hold. */
static void fill_windows(const sb_problem *problem, const float *input, int64_t more, double *sums,
                         float *norms)
{
    const sb_step *s = sb_first_step(problem);
    for (int64_t plane = 0; plane < problem->n * s->c; plane++) {
        add_squares(s, input + plane * s->h * s->w, sums);
        for (int64_t p = 0; p < s->p; p++)
            for (int64_t q = 0; q < s->q; q++) {
                const int64_t y = p * s->stride_h - s->pad_top;
                const int64_t x = q * s->stride_w - s->pad_left;
                *norms++ = (float)window_norm(
                    s, sums, y - more * s->stride_h,
                    y + (s->r - 1) * s->dilation_h + more * s->stride_h + 1, x - more * s->stride_w,
                    x + (s->s - 1) * s->dilation_w + more * s->stride_w + 1);
            }
    }
}

static void fill_filters(const sb_step *s, const float *weights, float *norms)
{
    const int64_t taps = s->r * s->s, count = s->k * (s->c / s->groups);
    for (int64_t i = 0; i < count; i++) {
        double squares = 0;
        for (int64_t t = 0; t < taps; t++)
            squares += (double)weights[i * taps + t] * (double)weights[i * taps + t];
        norms[i] = (float)sqrt(squares);
    }
}

/* -------------------------------------------------------------------------------------- magnitude
 */

/* The same steps, the first one replaced by a 1 x 1 convolution of norms. Values that are not norms
 * stay: the reference takes their absolute values, and ignores activations in magnitudes. */
static sb_problem problem_of_norms(const sb_problem *problem)
{
    sb_problem made = *problem;
    sb_step *first = &made.steps[0];
    first->h = first->p;
    first->w = first->q;
    first->r = first->s = first->stride_h = first->stride_w = 1;
    first->dilation_h = first->dilation_w = 1;
    first->pad_top = first->pad_bottom = first->pad_left = first->pad_right = 0;
    return made;
}

int sb_tile_magnitudes(const sb_problem *problem, const sb_tensors *tensors,
                       sb_arithmetic arithmetic, int threads, double *magnitude, sb_error *error)
{
    const sb_step *s = sb_first_step(problem);
    const sb_problem made = problem_of_norms(problem);
    sb_tensors norms = *tensors;
    norms.input = sb_new((size_t)sb_input_elements(&made), sizeof(float));
    norms.weights[0] = sb_new((size_t)sb_step_weights(&made.steps[0]), sizeof(float));
    double *sums = sb_new((size_t)((s->h + 1) * (s->w + 1)), sizeof *sums);
    double *value = sb_new((size_t)sb_output_elements(problem), sizeof *value);
    fill_windows(problem, tensors->input, sb_tile_outputs(arithmetic) - 1, sums, norms.input);
    fill_filters(s, tensors->weights[0], norms.weights[0]);
    const int rc = sb_reference(&made, &norms, threads, value, magnitude, error);
    free(value);
    free(sums);
    free(norms.weights[0]);
    free(norms.input);
    return rc;
}
