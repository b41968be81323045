/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/tolerance.h"

#include "conv/activation.h"
#include "conv/fill.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* The fast algorithms must also meet this relative L2 error: their bounds on single elements would
 * accept a kernel that computes with less than fp32 precision throughout. */
#define FAST_L2 2e-5

/*
 * Strassen. With ||A|| = max |a_ij|, inner dimension n and l levels of recursion (n / n0 = 2^l),
 * Higham's theorems 23.2 and 23.3 bound every element's error by
 *
 *     Strassen's form    (12^l (n0^2 + 5 n0) - 5 n) u ||A|| ||B||
 *     Winograd's form    (18^l (n0^2 + 6 n0) - 6 n) u ||A|| ||B||
 *
 * which for one level are (3 n^2 + 25 n) and (4.5 n^2 + 48 n) u ||A|| ||B||, for two levels
 * (9 n^2 + 175 n) and (20.25 n^2 + 480 n). The second covers both. There is no bound relative to an
 * element's own sum of |a||b|, because a small element may carry the error of a large one; the
 * check divides by the tensor's largest sum instead. For data uniform in (-1, 1), as SB_REALS is,
 * that is at least the mean sum, n / 4 for a product of two such factors, so n ||A|| ||B|| is at
 * most 4 times the sum; if B is the intermediate tensor of a separable problem (a sum of t products
 * that is at most t, on average over |.| t / 4) it is at most 8 times. Hence `scale` (4.5 n + 48)
 * u, and so on.
 */
static double strassen_bound(double n, int levels, double scale)
{
    const double growth = pow(18.0, levels), part = pow(2.0, levels); /* n / n0 */
    return sb_gamma(scale * (growth * (n / part + 6.0) / part - 6.0));
}

/*
 * Winograd, relative to the norms of tiles (tiles.h). With T the transforms, |A| (|G||w||G'| .
 * |B'||x||B|) |A'| bounds the effect of a rounding error at each place of the pipeline, in units of
 * u, and by Cauchy and Schwarz that is at most K ||w|| ||x||, where K is the square of the largest
 * singular value of the same form in one dimension: with the usual points (0, 1, -1, 2, -2, 1/2,
 * -1/2, infinity; as many as a tile has inputs), 5.8 for F(2, 2), 9.4 for F(2, 3), 311 for F(2, 5),
 * 81 for F(4, 2), 299 for F(4, 3), 501 for F(4, 5), 469 for F(6, 3); and for filters of one row or
 * column the root: 3.1, 17, 9.6 and 21 for F(2, 3), F(4, 3), F(2, 4) and F(4, 4). With stride 2, or
 * where a long filter is cut in two, the products of parts of the filter are added, and by Cauchy
 * and Schwarz again K is that of one part.
 *
 * The worst case requires all roundings to add up, which they do not (Higham and Mary, "A New
 * Approach to Probabilistic Rounding Error Analysis", SISC 2019). Over 10^6 outputs of one channel,
 * borders and images of a single tile included, where sums cannot average errors out, the largest
 * errors were 4.3, 50 and 88 u for F2, F4 and F6 with 3 x 3, with 2 x 2 4.2 and 29 u (F2, F4), with
 * 5 x 5 31 and 77 u, with stride 2 at most as large as those of the same class with stride 1; with
 * one row of 3 taps 3.0 and 9.9, of 7 taps 5.4 and 6.9 u. With 256 channels and 3 x 3: 0.6, 9.3 and
 * 9.8. The bounds are 1.2 to 1.8 times the former. Source of the analysis: Barabasz, Anderson,
 * Soodhalter, Gregg, "Error Analysis and Improving the Accuracy of Winograd Convolution for Deep
 * Neural Networks", ACM TOMS 46 (2020).
 */
typedef struct winograd_row {
    sb_arithmetic arithmetic;
    int64_t taps; /* of a part of the filter along its longer side, at most */
    bool line;    /* the other side has one */
    double units; /* of u */
} winograd_row;

static const winograd_row winograd_rows[] = {
    { SB_WINOGRAD_F2, INT64_MAX, true, 8 },    { SB_WINOGRAD_F2, 3, false, 5 },
    { SB_WINOGRAD_F2, INT64_MAX, false, 47 },  { SB_WINOGRAD_F4, INT64_MAX, true, 15 },
    { SB_WINOGRAD_F4, 3, false, 75 },          { SB_WINOGRAD_F4, INT64_MAX, false, 116 },
    { SB_WINOGRAD_F6, INT64_MAX, false, 111 },
};

static int64_t taps_of_part(int64_t filter, int64_t stride)
{
    return (filter + stride - 1) / stride;
}

static double winograd_bound(sb_arithmetic arithmetic, const sb_step *s)
{
    const int64_t rows = taps_of_part(s->r, s->stride_h), columns = taps_of_part(s->s, s->stride_w);
    const int64_t taps = rows > columns ? rows : columns;
    const bool line = s->r == 1 || s->s == 1;
    for (size_t i = 0; i < sizeof winograd_rows / sizeof *winograd_rows; i++) {
        const winograd_row *row = &winograd_rows[i];
        if (row->arithmetic == arithmetic && taps <= row->taps && (line || !row->line))
            return row->units * SB_UNIT_ROUNDOFF;
    }
    assert(0 && "an arithmetic that is not Winograd's");
    return 0.0;
}

static bool is_pointwise(const sb_step *s)
{
    return s->r == 1 && s->s == 1 && s->groups == 1;
}

/* A product of matrices: each output has inputs of its own. */
static bool is_product(const sb_step *s)
{
    return s->groups == 1 && s->r <= s->stride_h && s->s <= s->stride_w && s->pad_top == 0 &&
           s->pad_bottom == 0 && s->pad_left == 0 && s->pad_right == 0;
}

/* The step that a fast algorithm is used for; the others are direct. */
static bool can_compute(sb_arithmetic arithmetic, const sb_step *s)
{
    if (sb_strassen_levels(arithmetic) > 0)
        return is_product(s) || is_pointwise(s);
    return arithmetic != SB_DIRECT && !is_pointwise(s);
}

/* The error that the sums of a step add, relative to their magnitudes. */
static double step_bound(const sb_problem *problem, uint32_t index, sb_arithmetic arithmetic)
{
    const sb_step *s = &problem->steps[index];
    const double terms = (double)(s->c / s->groups * s->r * s->s);
    const bool residual = problem->residual && index + 1 == problem->step_count;
    const double more = (s->bias ? 1.0 : 0.0) + (residual ? 1.0 : 0.0);
    /* T roundings suffice; a convolution alone is allowed one more, for a sum that starts from
     * another one. */
    const double spare = problem->step_count == 1 ? 1.0 : 0.0;
    if (!can_compute(arithmetic, s))
        return sb_gamma(terms + spare + more);
    const int levels = sb_strassen_levels(arithmetic);
    const double fast = levels > 0 ? strassen_bound(terms, levels, index == 0 ? 4.0 : 8.0)
                                   : winograd_bound(arithmetic, s);
    return fast + sb_gamma(more);
}

double sb_error_bound(const sb_problem *problem, sb_arithmetic arithmetic)
{
    double error = 0.0;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const double own = step_bound(problem, i, arithmetic);
        const sb_activation_error a =
            sb_activation_errors((sb_activation)problem->steps[i].activation);
        error = error + own + error * own;
        error = a.slope * error + a.own * (1.0 + error);
    }
    return error;
}

/* --------------------------------------------------------------------------------------- checks */

enum {
    RUN = 64
}; /* pixels checked before the next channel: with NHWC, their lines stay in the cache */

typedef struct scan {
    const sb_problem *problem;
    const float *output;
    const double *value;
    const double *magnitude; /* NULL: errors are absolute */
    double least;            /* a magnitude below this counts as this */
    double worst;            /* the largest error over magnitude so far */
    int64_t worst_index;     /* its NCHW index */
    int64_t worst_place;     /* its index in `output` */
    bool broken;             /* not a number: the scan ended there */
    double square_error, square_value;
} scan;

/* Records an error that may be the worst. False if the scan can stop. */
static bool note_error(scan *s, int64_t place, int64_t index, double error, double scale)
{
    /* An output that reads only padding has scale 0, so its error must be 0. NaN stays NaN. */
    const double ratio = error > 0.0 ? error / scale : error;
    if (ratio <= s->worst)
        return true;
    s->worst = ratio;
    s->worst_index = index;
    s->worst_place = place;
    s->broken = !isfinite(error);
    return !s->broken;
}

/* Checks `count` pixels of a channel in one pass, without a division unless an error is worse. */
static bool scan_run(scan *s, int64_t place, int64_t step, int64_t index, int64_t count)
{
    double square_error = 0.0, square_value = 0.0;
    for (int64_t i = 0; i < count; i++, place += step, index++) {
        const double value = s->value[index];
        const double error = fabs((double)s->output[place] - value);
        double scale = s->magnitude ? s->magnitude[index] : 1.0;
        scale = scale > s->least ? scale : s->least;
        square_error += error * error;
        square_value += value * value;
        if (!(error <= s->worst * scale) && !note_error(s, place, index, error, scale))
            return false;
    }
    s->square_error += square_error;
    s->square_value += square_value;
    return true;
}

static void scan_output(scan *s, sb_layout layout)
{
    const sb_shape shape = sb_output_shape(s->problem);
    const int64_t pixels = shape.h * shape.w;
    for (int64_t n = 0; n < shape.n; n++) {
        for (int64_t first = 0; first < pixels; first += RUN) {
            const int64_t count = pixels - first < RUN ? pixels - first : RUN;
            for (int64_t k = 0; k < shape.c; k++) {
                const sb_plane plane = sb_layout_plane(layout, shape, n, k);
                if (!scan_run(s, plane.first + first * plane.step, plane.step,
                              (n * shape.c + k) * pixels + first, count))
                    return;
            }
        }
    }
}

/* "output[n][k][p][q]" */
static int name_worst(const scan *s, char *text, size_t size)
{
    const sb_step *p = sb_last_step(s->problem);
    const int64_t i = s->worst_index;
    return snprintf(text, size, "output[%" PRId64 "][%" PRId64 "][%" PRId64 "][%" PRId64 "]",
                    i / (p->k * p->p * p->q), i / (p->p * p->q) % p->k, i / p->q % p->p, i % p->q);
}

static sb_check judge_scan(const scan *s, double bound, double l2_bound)
{
    sb_check check = { .max_error = s->broken ? INFINITY : s->worst, .bound = bound };
    const double l2 = s->square_error > 0.0 ? sqrt(s->square_error / s->square_value) : 0.0;
    const size_t size = sizeof check.reason;
    check.passed = !s->broken && s->worst <= bound && l2 <= l2_bound;
    if (check.passed)
        return check;
    if (!s->broken && s->worst <= bound) {
        snprintf(check.reason, size, "relative L2 error is %.3g, must be at most %.3g", l2,
                 l2_bound);
        return check;
    }
    const size_t length = (size_t)name_worst(s, check.reason, size);
    const float *wrong = &s->output[s->worst_place];
    char *rest = check.reason + length;
    const double value = s->value[s->worst_index];
    if (sb_is_unwritten(wrong))
        snprintf(rest, size - length, " was never written");
    else if (s->broken || !s->magnitude)
        snprintf(rest, size - length, " is %.9g, must be %.9g", (double)*wrong, value);
    else
        snprintf(rest, size - length,
                 " is %.9g, must be %.9g: error over magnitude is %.3g, must be at most %.3g",
                 (double)*wrong, value, s->worst, bound);
    return check;
}

static double largest_of(const double *values, int64_t count)
{
    double most = 0.0;
    for (int64_t i = 0; i < count; i++)
        most = values[i] > most ? values[i] : most;
    return most;
}

sb_check sb_check_exact(const sb_problem *problem, sb_layout layout, const float *output,
                        const double *value)
{
    scan s = { .problem = problem, .output = output, .value = value };
    scan_output(&s, layout);
    return judge_scan(&s, 0.0, INFINITY);
}

sb_check sb_check_real(const sb_problem *problem, sb_layout layout, sb_arithmetic arithmetic,
                       const float *output, const double *value, const double *magnitude)
{
    scan s = { .problem = problem, .output = output, .value = value, .magnitude = magnitude };
    if (sb_strassen_levels(arithmetic) > 0)
        s.least = largest_of(magnitude, sb_output_elements(problem));
    scan_output(&s, layout);
    return judge_scan(&s, sb_error_bound(problem, arithmetic),
                      arithmetic == SB_DIRECT ? INFINITY : FAST_L2);
}
