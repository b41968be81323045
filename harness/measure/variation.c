/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/variation.h"

#include "conv/element.h"
#include "core/clock.h"
#include "core/random.h"
#include "measure/flips.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/random.h>

enum {
    ATTEMPTS = 200,   /* attempts to find one */
    RESTS = 8,        /* one turn in this many has a rest */
    REST_NS = 200000, /* and it lasts this long */
    MOST_LOOKS = 4    /* samples of a turn that are checked */
};

/* 40 us of a turn's 4 ms: about a ns for each product, and some for cache misses. */
#define PRODUCTS 20000.0
#define DISTANT  6 /* cost, in products, of an element that lies in a row of its own */

/* A sample has several calls because one of the compared kernels is fast. In those of kernels that
 * take at least this long the input changes between two calls; in others that would be noticeable.
 */
#define LEAST_WITHIN_NS 2000

/* The most that an error may be, in magnitudes: far more than single precision causes, and far
 * less than other data or a lower precision cause. In Winograd's arithmetic neighbours
 * contribute to it. */
#define DIRECT_ERROR 1e-5
#define TILED_ERROR  2e-4
#define LARGEST      32.0f /* of the values put into the input; the other values are at most 1 */

/* An input element, and an output element that depends on it. */
typedef struct anchor {
    sb_position input, output;
} anchor;

typedef struct variation {
    sb_bench *bench;
    sb_job *job;
    sb_random random;
    anchor anchors[SB_ANCHORS];
    int count;
    int chosen[SB_MAX_TURN_SAMPLES]; /* anchor of each sample; -1: all are restored */
    sb_position places[SB_MAX_TURN_SAMPLES][SB_WATCHED];
    sb_shape input, output;
} variation;

uint64_t sb_draw_secret(void)
{
    static uint64_t secret;
    while (secret == 0)
        if (getrandom(&secret, sizeof secret, 0) != (ssize_t)sizeof secret)
            secret = (uint64_t)sb_now_ns();
    return secret += UINT64_C(0x9e3779b97f4a7c15);
}

static sb_position draw_place(sb_random *random, sb_shape shape)
{
    return (sb_position) {
        .n = (int64_t)sb_random_below(random, (uint64_t)shape.n),
        .c = (int64_t)sb_random_below(random, (uint64_t)shape.c),
        .y = (int64_t)sb_random_below(random, (uint64_t)shape.h),
        .x = (int64_t)sb_random_below(random, (uint64_t)shape.w),
    };
}

/* The same in all turns of a process. */
static void draw_anchors(variation *v, uint64_t seed)
{
    sb_random random = { seed };
    for (int i = 0; i < ATTEMPTS && v->count < SB_ANCHORS; i++) {
        anchor *a = &v->anchors[v->count];
        uint64_t draw[SB_MAX_STEPS];
        a->output = draw_place(&random, v->output);
        for (int s = 0; s < SB_MAX_STEPS; s++)
            draw[s] = sb_random_next(&random) >> 1;
        v->count += sb_element_source(&v->job->problem, a->output, draw, &a->input);
    }
}

static bool is_same(sb_position a, sb_position b)
{
    return a.n == b.n && a.c == b.c && a.y == b.y && a.x == b.x;
}

/* A residual holds the input a second time, maybe in another layout, where nothing is changed. */
static bool is_anchored(const variation *v, sb_position output)
{
    for (int i = 0; v->job->problem.residual && i < v->count; i++)
        if (is_same(v->anchors[i].input, output))
            return true;
    return false;
}

static uint32_t offset_of(sb_layout layout, sb_shape shape, sb_position at)
{
    const sb_plane plane = sb_layout_plane(layout, shape, at.n, at.c);
    return (uint32_t)(plane.first + (at.y * shape.w + at.x) * plane.step);
}

/* Of either sign, and between half of `most` and `most`: a change must be noticeable. */
static float draw_value(sb_random *random, float most)
{
    const float size = most * (0.5f + 0.5f * (float)sb_random_unit(random));
    return sb_random_next(random) & 1 ? -size : size;
}

static void vary_sample(variation *v, uint32_t sample, const sb_request *turn, sb_variation *to)
{
    const bool restores = turn->marks && sample + 1 == turn->samples;
    const int which = (int)sb_random_below(&v->random, (uint64_t)v->count);
    const anchor *a = &v->anchors[which];
    v->chosen[sample] = restores ? -1 : which;
    to->input = offset_of(v->job->input, v->input, a->input);
    to->restores = restores;
    to->call = v->job->call_ns < LEAST_WITHIN_NS
                   ? 0
                   : (uint32_t)sb_random_below(&v->random, turn->iterations);
    to->value = draw_value(&v->random, LARGEST);
    to->mark = draw_value(&v->random, 1);
    for (int i = 0; i < SB_WATCHED; i++) {
        v->places[sample][i] = i == 0 ? a->output : draw_place(&v->random, v->output);
        to->watched[i] = offset_of(v->job->output, v->output, v->places[sample][i]);
    }
}

/* A varying number, so that a plugin cannot count the calls. */
static uint32_t draw_samples(sb_random *random, uint32_t about)
{
    return about < 4 ? about : about - about / 4 + (uint32_t)sb_random_below(random, about / 2 + 1);
}

static void vary_turn(variation *v, sb_request *turn)
{
    turn->samples = draw_samples(&v->random, turn->samples);
    if (turn->evict_bytes && turn->warm_calls)
        turn->warm_calls += (uint32_t)sb_random_below(&v->random, 2);
    turn->varies = v->count > 0;
    for (uint32_t i = 0; turn->varies && i < turn->samples; i++)
        vary_sample(v, i, turn, &turn->variations[i]);
    if (turn->varies && !turn->marks && sb_random_below(&v->random, RESTS) == 0)
        turn->rest_ns = REST_NS;
}

/* ------------------------------------------------------------------------------------ looking */

/* The harness's own input is renewed as the worker's was, by places in the kernel's layout. */
static void flip_input(const variation *v, const sb_request *turn)
{
    float *input = sb_arena_tensors(v->bench->arena, v->job->operation).input;
    const sb_shape s = v->input;
    uint64_t block = UINT64_MAX, flips = 0;
    for (int64_t i = 0; turn->flips[0] != turn->flips[1] && i < s.n * s.c; i++) {
        const sb_plane plane = sb_layout_plane(v->job->input, s, i / s.c, i % s.c);
        for (int64_t j = 0; j < s.h * s.w; j++, input++) {
            const uint64_t offset = (uint64_t)(plane.first + j * plane.step);
            if (offset / 64 != block) {
                block = offset / 64;
                flips = sb_flips_of(turn->flips[0], block) ^ sb_flips_of(turn->flips[1], block);
            }
            *input = sb_flip(flips, offset % 64, *input);
        }
    }
}

/* Gives the harness's own input the value that the sample used; `before` receives the old one. */
static void change_input(const variation *v, const sb_request *turn, float *input, uint32_t sample,
                         float *before)
{
    for (uint32_t i = 0; i <= sample; i++)
        if (v->chosen[i] >= 0) {
            float *at = &input[offset_of(SB_NCHW, v->input, v->anchors[v->chosen[i]].input)];
            before[i] = *at;
            *at = turn->variations[i].value;
        }
}

static void restore_input(const variation *v, float *input, uint32_t sample, const float *before)
{
    for (uint32_t i = sample + 1; i-- > 0;)
        if (v->chosen[i] >= 0)
            input[offset_of(SB_NCHW, v->input, v->anchors[v->chosen[i]].input)] = before[i];
}

static bool is_right(const variation *v, double is, double must, double magnitude)
{
    const bool direct = v->job->kernel->arithmetic == SB_DIRECT;
    const double most =
        direct ? DIRECT_ERROR * magnitude : TILED_ERROR * (magnitude + (double)LARGEST);
    return fabs(is - must) <= most + 1e-30;
}

static void look_at_place(variation *v, const sb_tensors *tensors, sb_position at, double is)
{
    double magnitude;
    if (!sb_job_ok(v->job) || is_anchored(v, at))
        return;
    const double must = sb_element(&v->job->problem, tensors, at, &magnitude);
    if (is_right(v, is, must, magnitude))
        return;
    sb_job_fail(v->job, SB_VERDICT_WRONG,
                "while it was timed: output[%" PRId64 "][%" PRId64 "][%" PRId64 "][%" PRId64
                "] is %.9g, must be %.9g for the input of that call",
                at.n, at.c, at.y, at.x, is, must);
}

/* The output that depends on the changed input, and another watched place. */
static void look_at_sample(variation *v, const sb_request *turn, const sb_reply *reply,
                           uint32_t sample, uint64_t other)
{
    const sb_tensors tensors = sb_arena_tensors(v->bench->arena, v->job->operation);
    const uint32_t last = v->chosen[sample] < 0 ? 0 : sample; /* restored: the original input */
    float before[SB_MAX_TURN_SAMPLES];
    if (v->chosen[sample] >= 0)
        change_input(v, turn, tensors.input, last, before);
    look_at_place(v, &tensors, v->places[sample][0], (double)reply->seen[sample][0]);
    if (other)
        look_at_place(v, &tensors, v->places[sample][other], (double)reply->seen[sample][other]);
    if (v->chosen[sample] >= 0)
        restore_input(v, tensors.input, last, before);
}

/* Is a watched element as it was marked, or as after another value of the input? The results of
 * calls that did not compute are, and they are found in this way where checking many elements would
 * take too long. The limits of activations are results of many inputs. Returns the watched place,
 * or -1. */
static int find_suspect(const variation *v, const sb_request *turn, const sb_reply *reply,
                        uint32_t sample)
{
    const float *seen = reply->seen[sample];
    float *last = v->chosen[sample] < 0 ? NULL : &v->job->varied_seen[v->chosen[sample]];
    const float before = last ? *last : NAN;
    if (last)
        *last = seen[0];
    for (int i = 0; i < SB_WATCHED; i++)
        if (memcmp(&seen[i], &turn->variations[sample].mark, sizeof *seen) == 0)
            return i;
    return seen[0] == before && before != 0 && before != 6 ? 0 : -1;
}

/* All samples, but at most one element is computed. */
static void look_at_suspects(variation *v, const sb_request *turn, const sb_reply *reply,
                             uint32_t samples)
{
    int found = -1;
    uint32_t where = 0;
    for (uint32_t i = 0; i < samples; i++) {
        const int place = find_suspect(v, turn, reply, i);
        where = place >= 0 ? i : where;
        found = place >= 0 ? place : found;
    }
    if (found >= 0)
        look_at_sample(v, turn, reply, where, (uint64_t)found);
}

/* How many samples to check: if an element is expensive, one sample in some of the turns. */
static int count_looks(variation *v)
{
    const sb_step *first = sb_first_step(&v->job->problem);
    const double rows = (double)(first->c / first->groups * first->r) * DISTANT;
    const double cost = 2 * (sb_element_products(&v->job->problem) + rows), looks = PRODUCTS / cost;
    if (looks >= MOST_LOOKS)
        return MOST_LOOKS;
    return (int)looks + (sb_random_unit(&v->random) < looks - floor(looks));
}

/* Work that continues after `run` has returned overwrites marks. */
static void look_at_rest(variation *v, const sb_request *turn, const sb_reply *reply)
{
    const float mark = turn->variations[turn->samples - 1].mark;
    for (int i = 0; turn->rest_ns && i < SB_WATCHED; i++)
        if (memcmp(&reply->rested[i], &mark, sizeof mark) != 0)
            sb_job_fail(v->job, SB_VERDICT_WRONG, SB_JOB_MOVES);
}

static void look_back(variation *v, const sb_request *turn, const sb_reply *reply)
{
    flip_input(v, turn);
    look_at_rest(v, turn, reply);
    look_at_suspects(v, turn, reply, turn->samples);
    const int looks = turn->samples ? count_looks(v) : 0;
    for (int i = 0; i < looks && sb_job_ok(v->job); i++)
        look_at_sample(v, turn, reply, (uint32_t)sb_random_below(&v->random, turn->samples),
                       1 + sb_random_below(&v->random, SB_WATCHED - 1));
    flip_input(v, turn);
}

/* Offsets have 32 bits; larger tensors are not varied. */
static bool is_small(const variation *v)
{
    return sb_layout_elements(v->job->input, v->input) <= UINT32_MAX &&
           sb_layout_elements(v->job->output, v->output) <= UINT32_MAX;
}

bool sb_job_vary_turn(sb_bench *bench, sb_job *job, sb_request *turn, sb_reply *reply)
{
    int64_t start = sb_now_ns();
    variation v = {
        .bench = bench,
        .job = job,
        .random = { sb_draw_secret() },
        .input = sb_input_shape(&job->problem),
        .output = sb_output_shape(&job->problem),
    };
    if (job->varied_life != job->life) {
        job->varied_seed = sb_random_next(&v.random);
        for (int i = 0; i < SB_ANCHORS; i++)
            job->varied_seen[i] = NAN;
    }
    job->varied_life = job->life;
    if (is_small(&v))
        draw_anchors(&v, job->varied_seed);
    vary_turn(&v, turn);
    bench->verify_ns += sb_now_ns() - start;
    if (!sb_job_turn(bench, job, turn, reply))
        return false;
    start = sb_now_ns();
    if (reply->samples != turn->samples)
        sb_job_fail(job, SB_VERDICT_ERROR, "the worker took other samples than it was asked for");
    else if (turn->varies)
        look_back(&v, turn, reply);
    bench->verify_ns += sb_now_ns() - start;
    return sb_job_ok(job) && (turn->flips[0] || sb_job_believe(bench, job, turn, reply));
}
