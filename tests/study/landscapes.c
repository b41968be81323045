/* SPDX-License-Identifier: Apache-2.0 */
#include "landscapes.h"

#include "core/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PARAMETERS = 32, COEFFICIENTS = 256 };

/* A member of a family. */
typedef struct member {
    uint64_t seed;
    double c[COEFFICIENTS]; /* uniform in [0, 1) */
    size_t parameters;
} member;

typedef bool valid_point(const member *m, const int64_t *v);
typedef double measure_point(const member *m, const int64_t *v); /* INFINITY for a failure */

typedef struct family {
    const char *id, *summary;
    const char *
        parameters; /* "name=1..9", "name=1..64*" (powers of two), "name=32..256+8", "name=a|b|c" */
    valid_point *valid; /* NULL if all points are valid */
    measure_point *measure;
    double noise;   /* relative; the same each time for a parameter set */
    double sampled; /* the part of the space that was recorded; 0 for all of it */
} family;

/* ------------------------------------------------------------------------------------ helpers */

static uint64_t hash(uint64_t seed, uint64_t a, uint64_t b)
{
    sb_random random = { seed * 0x9e3779b97f4a7c15 ^ a * 0xc2b2ae3d27d4eb4f ^
                         b * 0x165667b19e3779f9 };
    sb_random_next(&random);
    return sb_random_next(&random);
}

static double unit(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1.0p-53;
}

/* An approximately normal random number. */
static double normal(uint64_t bits)
{
    double sum = -6.0;
    sb_random random = { bits };
    for (int i = 0; i < 12; i++)
        sum += sb_random_unit(&random);
    return sum;
}

static double between(double low, double high, double part)
{
    return low + (high - low) * part;
}

static double log_between(double low, double high, double part)
{
    return low * pow(high / low, part);
}

/* The ratio of computed to useful elements if `size` is split into pieces. */
static double waste(double size, double piece)
{
    return ceil(size / piece) * piece / size;
}

static double ceil_div(double a, double b)
{
    return ceil(a / b);
}

/* ----------------------------------------------------------------------------------- processors */

/* A kernel launch on a GPU. */
typedef struct launch {
    double threads;     /* per block */
    double registers;   /* per thread */
    double shared;      /* bytes per block */
    double work;        /* arithmetic, relative to the minimum */
    double traffic;     /* memory traffic, relative to the minimum */
    double parallelism; /* within a thread */
    double blocks;      /* in total */
} launch;

static double gpu(const member *m, launch l)
{
    const double *c = m->c;
    double warp = c[0] < 0.3 ? 64 : 32, warps = ceil_div(l.threads, warp);
    double most_warps = c[1] < 0.5 ? 48 : 64, registers = ceil(l.registers / 8) * 8;
    double resident = fmin(c[2] < 0.5 ? 16 : 32, floor(most_warps / warps));
    resident = fmin(resident, floor(65536 / (fmax(registers, 16) * warp * warps)));
    if (l.shared > 0.0)
        resident = fmin(resident, floor((c[3] < 0.5 ? 65536.0 : 102400.0) / l.shared));
    if (resident < 1.0 || registers > 255)
        return INFINITY;
    double occupancy = resident * warps / most_warps;
    double hidden = 1.0 - exp(-log_between(3, 9, c[4]) * occupancy *
                              pow(l.parallelism, between(0.2, 0.7, c[5])));
    double processors = floor(between(20, 110, c[6]));
    double rounds = waste(l.blocks, processors * resident);
    double idle = waste(l.threads, warp);
    double compute = l.work * idle / hidden,
           memory = l.traffic * log_between(0.3, 3.0, c[7]) / pow(hidden, 0.7);
    double launching = 1.0 + between(0.005, 0.05, c[8]) / (l.threads / 256.0);
    return (fmax(compute, memory) + 0.2 * fmin(compute, memory)) * (0.7 + 0.3 * rounds) * launching;
}

/* bx by tx ty read_only padding shared */
static double convolution(const member *m, const int64_t *v)
{
    const double *c = m->c + 16;
    double bx = (double)v[0], by = (double)v[1], tx = (double)v[2], ty = (double)v[3],
           f = c[0] < 0.5 ? 14 : 6;
    double wide = bx * tx, high = by * ty;
    launch l = { .threads = bx * by,
                 .parallelism = tx * ty,
                 .blocks = ceil_div(4096, wide) * ceil_div(4096, high) };
    l.registers = between(18, 40, c[1]) + between(1.5, 4, c[2]) * tx * ty + 6.0 * (double)v[4];
    l.shared = v[6] ? 4.0 * (wide + f + (v[5] ? 1 : 0)) * (high + f) : 0.0;
    double halo = (wide + f) * (high + f) / (wide * high);
    bool conflict = v[6] && !v[5] && (int)(wide + f) % 32 != (c[3] < 0.5 ? 0 : 14);
    l.work = (1.0 + between(0.2, 0.8, c[4]) / (tx * ty)) * waste(4096, wide) * waste(4096, high);
    l.work *= conflict ? between(1.0, 1.25, c[5]) : 1.0;
    l.traffic = (v[6] ? 0.4 * halo : between(0.8, 2.0, c[6]) / sqrt(tx * ty)) *
                (v[4] ? between(0.8, 1.02, c[7]) : 1.0);
    l.traffic *= bx < 32 ? 1.4 : 1.0;
    return gpu(m, l);
}

static bool convolution_valid(const member *m, const int64_t *v)
{
    (void)m;
    return v[0] * v[1] >= 32 && v[0] * v[1] <= 1024 && (v[6] || !v[5]);
}

/* bx by tx ty stride_x stride_y: the best point is at a corner of the valid region */
static double dedispersion(const member *m, const int64_t *v)
{
    const double *c = m->c + 16;
    double bx = (double)v[0], by = (double)v[1], tx = (double)v[2], ty = (double)v[3];
    launch l = { .threads = bx * by, .parallelism = tx * ty };
    l.blocks = ceil_div(25000, bx * tx) * ceil_div(2048, by * ty);
    l.registers = 20 + between(1, 3, c[0]) * tx * ty;
    l.work = 1.0 + between(0.1, 0.5, c[1]) / (tx * ty);
    double reuse =
        pow(by * ty, between(0.02, 0.12, c[2])) * pow(bx * tx, between(0.02, 0.15, c[3]));
    l.traffic = 2.0 / reuse * (v[4] && tx > 1 ? between(0.85, 1.1, c[4]) : 1.0) *
                (v[5] && ty > 1 ? between(0.85, 1.1, c[5]) : 1.0);
    return gpu(m, l);
}

static bool dedispersion_valid(const member *m, const int64_t *v)
{
    (void)m;
    return v[0] * v[1] >= 32 && v[0] * v[1] <= 1024 && (v[4] == 0 || v[2] > 1) &&
           (v[5] == 0 || v[3] > 1);
}

/* bx by tx ty steps unroll shared */
static double stencil(const member *m, const int64_t *v)
{
    const double *c = m->c + 16;
    double bx = (double)v[0], by = (double)v[1], tx = (double)v[2], ty = (double)v[3],
           steps = (double)v[4];
    double wide = bx * tx, high = by * ty, halo = 2.0 * steps;
    launch l = { .threads = bx * by, .parallelism = sqrt(tx * ty) * sqrt((double)v[5]) };
    l.blocks = ceil_div(4096, wide) * ceil_div(4096, high);
    l.registers = between(16, 30, c[0]) + tx * ty * between(0.8, 2, c[1]) + (double)v[5] * 2.0;
    l.shared = 4.0 * (wide + halo) * (high + halo) * (1.0 + (double)v[6]);
    double ratio = (wide + halo) * (high + halo) / (wide * high);
    l.work = ratio * (1.0 + 0.3 / (double)v[5]) * (steps < (double)v[5] ? 1.15 : 1.0) *
             waste(4096, wide) * waste(4096, high);
    l.traffic = (ratio / steps + 0.1) * (v[6] ? between(0.6, 0.9, c[2]) : 1.0) * 3.0;
    return gpu(m, l);
}

static bool stencil_valid(const member *m, const int64_t *v)
{
    (void)m;
    return v[0] * v[1] >= 32 && v[0] * v[1] <= 1024 && v[5] <= v[4] && v[0] * v[2] <= 512 &&
           v[1] * v[3] <= 512;
}

/* MWG NWG KWG MDIMC NDIMC MDIMA NDIMB VWM VWN STRM STRN SA SB */
static double gemm(const member *m, const int64_t *v)
{
    const double *c = m->c + 16;
    double mwg = (double)v[0], nwg = (double)v[1], kwg = (double)v[2];
    double threads = (double)(v[3] * v[4]), mwi = mwg / (double)v[3], nwi = nwg / (double)v[4];
    launch l = { .threads = threads,
                 .parallelism = sqrt(mwi * nwi),
                 .blocks = 4096 * 4096 / (mwg * nwg) };
    l.registers = 20 + mwi * nwi * between(0.8, 1.4, c[0]) + 2.0 * (mwi + nwi);
    l.shared = (v[11] ? mwg * kwg * 4.0 : 0.0) + (v[12] ? nwg * kwg * 4.0 : 0.0);
    double vector = pow((double)v[7], -between(0.05, 0.25, c[1])) +
                    pow((double)v[8], -between(0.05, 0.25, c[2]));
    l.work = 0.7 + 0.3 * vector + between(0.5, 2.0, c[3]) / (mwi * nwi);
    l.work *= (v[9] ? between(0.93, 1.1, c[4]) : 1.0) * (v[10] ? between(0.93, 1.1, c[5]) : 1.0);
    l.traffic = (v[11] ? 32.0 / nwg : between(20, 60, c[6]) / nwg) +
                (v[12] ? 32.0 / mwg : between(20, 60, c[7]) / mwg);
    l.traffic *= v[5] == v[3] ? 1.0 : between(0.9, 1.15, c[8]);
    l.traffic *= v[6] == v[4] ? 1.0 : between(0.9, 1.15, c[9]);
    l.work *= kwg == 16 ? between(0.97, 1.1, c[10]) : 1.0;
    return gpu(m, l);
}

static bool gemm_valid(const member *m, const int64_t *v)
{
    (void)m;
    int64_t threads = v[3] * v[4];
    return v[0] % (v[3] * v[7]) == 0 && v[1] % (v[4] * v[8]) == 0 && v[0] % (v[5] * v[7]) == 0 &&
           v[1] % (v[6] * v[8]) == 0 && threads % v[5] == 0 && threads % v[6] == 0 &&
           v[2] % (threads / v[5]) == 0 && v[2] % (threads / v[6]) == 0;
}

/* bx tile between slopes method */
static double polygon(const member *m, const int64_t *v)
{
    const double *c = m->c + 16;
    double bx = (double)v[0], tile = (double)v[1];
    launch l = { .threads = bx, .parallelism = tile, .blocks = ceil_div(2e7, bx * tile) };
    l.registers = 14 + between(1.5, 4, c[0]) * tile + 4.0 * (double)v[2];
    l.work = (1.0 + between(0.3, 1.2, c[1]) / tile) * between(1.0, 1.5, c[2 + (size_t)v[2]]) *
             between(1.0, 1.2, c[8 + (size_t)v[4]]);
    l.work *= v[3] ? between(0.7, 1.1, c[12]) * (v[4] == 1 ? between(0.8, 1.2, c[13]) : 1.0) : 1.0;
    l.traffic = v[3] ? 0.6 : 0.3;
    return gpu(m, l);
}

/* ------------------------------------------------------------------------------------ cores */

/* rows columns channels unroll order prefetch split: a tiled loop on cores with caches */
static double tiles(const member *m, const int64_t *v)
{
    const double *c = m->c + 16;
    double rows = (double)v[0], columns = (double)v[1], channels = (double)v[2],
           unroll = (double)v[3];
    double registers = columns * unroll / 8.0 + columns / 8.0 + unroll;
    double spill = registers > 32 ? 1.0 + between(0.02, 0.08, c[0]) * (registers - 32) : 1.0;
    double small = 1.0 + between(0.5, 2, c[1]) / (columns * unroll / 8.0) +
                   between(0.1, 0.4, c[2]) * 8.0 / channels;
    double bytes = 4.0 * (rows * columns + channels * (columns + unroll) + rows * channels);
    double near = log_between(16384, 65536, c[3]), far = log_between(2.6e5, 2.1e6, c[4]);
    double misses = bytes > far    ? between(0.4, 1.2, c[5])
                    : bytes > near ? between(0.05, 0.3, c[6])
                                   : 0.0;
    double edges = waste(56, rows) * waste(between(100, 300, c[7]), columns);
    static const double mean[] = { 1.0, 1.06, 1.1, 1.25 };
    double order =
        v[4] == 0 ? 1.0
                  : mean[v[4]] - 0.2 * c[7 + (size_t)v[4]] + (channels > 64 ? 0.1 * c[11] : 0.0);
    double fetch =
        v[5] == 0 ? 1.0 : 1.0 + (v[5] > 2 ? 0.03 : -0.02) * (misses > 0.0 ? 3.0 : -1.0) * c[12];
    double split = v[6] ? 1.0 + between(-0.1, 0.1, c[13]) + (rows < 8 ? 0.1 : 0.0) : 1.0;
    return edges * spill * small * (1.0 + misses) * order * fetch * split;
}

/* cells pre post smoother solver: iterations times the cost of one */
static double multigrid(const member *m, const int64_t *v)
{
    const double *c = m->c + 16;
    double cells = (double)v[0], pre = (double)v[1], post = (double)v[2];
    static const double power[] = { 1.0, 1.35 };
    double smoothing = pre + between(0.7, 1.3, c[0]) * post;
    double strength = between(0.25, 0.6, c[1]) * power[v[3]] * smoothing;
    double rate = 0.05 + 0.9 * exp(-strength) + 0.01 * smoothing * c[2];
    double help =
        (double[]) { 0.55, 0.7, 1.0, 1.15 }[v[4]] * between(0.8, 1.2, c[3 + (size_t)v[4]]);
    if (pre == 0.0 && post == 0.0)
        help *= v[4] == 3 ? 6.0 : 3.0;
    if (v[4] == 1 && pre != post) /* this solver needs symmetric smoothing */
        help *= between(1.1, 2.0, c[8]);
    double iterations = ceil(20.0 * help / -log(fmin(rate, 0.98)));
    double cost = (1.0 + between(0.4, 0.9, c[9]) * (pre + post) * (v[3] ? 1.05 : 1.0)) *
                  (v[4] == 0 ? 1.9 : 1.0);
    return iterations * cost * pow(cells / 50.0, 3.0);
}

/* ------------------------------------------------------------------------------------- flags */

/* Effects of single values and of pairs of values, drawn by hashing. `sparse` is the fraction of
 * them that have an effect. */
static double additive(const member *m, const int64_t *v, double single, double pairs,
                       double sparse)
{
    double sum = 0.0;
    for (size_t i = 0; i < m->parameters; i++) {
        uint64_t one = hash(m->seed, i, (uint64_t)v[i]);
        if (v[i] && unit(hash(m->seed, 1000 + i, 0)) < sparse)
            sum += single * normal(one);
        for (size_t j = 0; j < i && pairs > 0.0; j++)
            if (v[i] && v[j] && unit(hash(m->seed, i, 2000 + j)) < 0.15)
                sum += pairs * normal(hash(one, (uint64_t)v[j], j));
    }
    return sum;
}

static double compiler(const member *m, const int64_t *v)
{
    return exp(additive(m, v, 0.04, 0.02, 0.7));
}

static double database(const member *m, const int64_t *v)
{
    return exp(additive(m, v, 0.03, 0.01, 0.35));
}

/* Groups of options, of which exactly one is on, written as separate flags. Not all points were
 * measured. */
static bool database_valid(const member *m, const int64_t *v)
{
    (void)m;
    return v[0] + v[1] + v[2] + v[3] == 1 && v[4] + v[5] == 1 && v[6] + v[7] + v[8] == v[9] &&
           v[10] + v[11] + v[12] == 1;
}

static double encoder(const member *m, const int64_t *v)
{
    double frames = (double)v[0], search = (double)v[1], threads = (double)v[2];
    double sum = additive(m, v + 3, 0.12, 0.05, 0.8);
    sum += 0.08 * m->c[0] * frames + 0.3 * m->c[1] * search * (v[4] ? 1.0 : 0.4);
    return exp(sum) * (1.0 / threads + 0.05 + 0.02 * threads);
}

/* --------------------------------------------------------------------------------------- shapes */

/* The weighted distance from point `which`, with each axis in fractions of its range. */
static double distance(const member *m, const int64_t *v, const double *most, size_t which)
{
    double sum = 0.0;
    for (size_t i = 0; i < m->parameters; i++) {
        double at = unit(hash(m->seed, 3000 + which, i)), far = (double)v[i] / most[i] - at;
        double nearest = floor(at * most[i] + 0.5) / most[i] - at;
        double weight = log_between(0.2, 3.0, unit(hash(m->seed, 4000 + which, i)));
        sum += weight * (far * far - nearest * nearest);
    }
    return fmax(sum, 0.0);
}

static const double six[] = { 15, 15, 7, 7, 3, 3 };

static double half_fails(const member *m, const int64_t *v)
{
    double a = (double)v[0] / 15.0, b = (double)v[1] / 15.0, e = (double)v[2] / 7.0;
    bool fails = a * b > between(0.15, 0.3, m->c[0]) ||
                 (e > between(0.4, 0.8, m->c[1]) && v[4] == 0) || (v[5] == 3 && a > 0.5) ||
                 unit(hash(m->seed, (uint64_t)(v[0] * 16 + v[1]),
                           (uint64_t)(v[2] * 64 + v[3] * 8 + v[4]))) < 0.08;
    return fails ? INFINITY : exp(0.8 * distance(m, v, six, 0)) * (1.0 + 0.2 * (v[5] == 1));
}

static double plateaus(const member *m, const int64_t *v)
{
    double d = distance(m, v, six, 0);
    double level = d > between(0.5, 0.9, m->c[0]) ? 3.0
                   : d > 0.3                      ? 2.0
                   : d > 0.12                     ? 1.4
                   : d > 0.04                     ? 1.12
                                                  : 1.0 + d;
    return level;
}

static double two_modes(const member *m, const int64_t *v)
{
    double wide = 1.08 * exp(0.7 * distance(m, v, six, 0)),
           narrow = exp(2.5 * distance(m, v, six, 1));
    return fmin(fmin(wide, narrow), 4.0);
}

/* A point is good only if three parameters are right at the same time. */
static double few_good(const member *m, const int64_t *v)
{
    int64_t want[3];
    for (size_t i = 0; i < 3; i++)
        want[i] = (int64_t)(unit(hash(m->seed, 5000, i)) * (six[i] + 1.0));
    int right = 0;
    for (size_t i = 0; i < 3; i++)
        right += llabs(v[i] - want[i]) <= (i < 2 ? 1 : 0);
    double base = 2.0 * exp(0.3 * distance(m, v, six, 1));
    return base * (right == 3 ? 0.45 : right == 2 ? 0.8 : 1.0);
}

/* The contribution of each parameter depends on it and on two others (Kauffman's NK model). */
static double rugged(const member *m, const int64_t *v)
{
    double sum = 0.0;
    for (size_t i = 0; i < m->parameters; i++) {
        size_t a = (i + 1 + (size_t)(m->c[i] * 3.0)) % m->parameters, b = (i + 4) % m->parameters;
        sum += unit(hash(hash(m->seed, i, (uint64_t)v[i]), (uint64_t)v[a], (uint64_t)v[b]));
    }
    return exp(2.0 * sum / (double)m->parameters);
}

static const double many[] = { 9, 9, 9, 9, 9, 4, 4, 1, 1, 1 };

/* Smooth except for some cliffs, with interactions. */
static double large(const member *m, const int64_t *v)
{
    double sum = 1.2 * distance(m, v, many, 0);
    for (size_t i = 0; i + 1 < m->parameters; i++) {
        double x = (double)v[i] / many[i] - unit(hash(m->seed, 3000, i));
        double y = (double)v[i + 1] / many[i + 1] - unit(hash(m->seed, 3000, i + 1));
        sum += between(-0.4, 0.4, m->c[i]) * x * y;
        sum += m->c[20 + i] < 0.3 && v[i] % 2 ? 0.08 : 0.0;
    }
    return exp(sum);
}

#define SIX "a=0..15,b=0..15,c=0..7,d=0..7,e=0..3,f=0..3"

static const family families[] = {
    { "convolution", "a GPU's convolution",
      "bx=16..256+16,by=1..16*,tx=1..4,ty=1..4,read=0..1,pad=0..1,shared=0..1", convolution_valid,
      convolution, 0.01, 0 },
    { "dedispersion", "the optimum at the edge",
      "bx=1..32*,by=32..256+8,tx=1..4,ty=1..8,sx=0..1,sy=0..1", dedispersion_valid, dedispersion,
      0.005, 0 },
    { "stencil", "with shared memory that overflows",
      "bx=1..512*,by=1..64*,tx=1..8,ty=1..8,steps=1..8,unroll=1..8*,two=0..1", stencil_valid,
      stencil, 0.01, 0 },
    { "gemm", "13 parameters that must divide",
      "mwg=16..128*,nwg=16..128*,kwg=16..32*,mdimc=8..32*,ndimc=8..32*,mdima=8..32*,ndimb=8..32*,"
      "vwm=1..8*,vwn=1..8*,strm=0..1,strn=0..1,sa=0..1,sb=0..1",
      gemm_valid, gemm, 0.01, 0 },
    { "polygon", "few parameters",
      "bx=32..992+32,tile=1..20,between=a|b|c|d,slopes=0..1,method=a|b|c", NULL, polygon, 0.01, 0 },
    { "tiles", "a tiled loop on cores",
      "rows=1..56,columns=8..64+8,channels=8..256*,unroll=1..14,order=a|b|c|d,fetch=0..4,split=0.."
      "1",
      NULL, tiles, 0.01, 0.4 },
    { "multigrid", "iterations that depend on all",
      "cells=50..55,pre=0..6,post=0..6,smoother=a|b,solver=a|b|c|d", NULL, multigrid, 0.01, 0 },
    { "compiler", "flags",
      "a=0..1,b=0..1,c=0..1,d=0..1,e=0..1,f=0..1,g=0..1,h=0..1,i=0..1,j=0..1,k=0..1", NULL,
      compiler, 0.003, 0 },
    { "database", "one flag of a group, a part measured",
      "a=0..1,b=0..1,c=0..1,d=0..1,e=0..1,f=0..1,g=0..1,h=0..1,i=0..1,j=0..1,k=0..1,l=0..1,m=0..1,"
      "n=0..1,o=0..1,p=0..1,q=0..1,r=0..1,s=0..1,t=0..1,u=0..1,v=0..1,w=0..1",
      database_valid, database, 0.012, 0.05 },
    { "encoder", "flags and counts",
      "frames=1..9,search=0..4,threads=1..8,a=0..1,b=0..1,c=0..1,d=0..1,e=0..1,f=0..1", NULL,
      encoder, 0.01, 0.3 },
    { "half_fails", "half of it fails", SIX, NULL, half_fails, 0.01, 0.4 },
    { "plateaus", "levels without a slope", SIX, NULL, plateaus, 0.002, 0.4 },
    { "two_modes", "a wide one and a better narrow one", SIX, NULL, two_modes, 0.01, 0.4 },
    { "few_good", "three parameters must be right", SIX, NULL, few_good, 0.01, 0.4 },
    { "rugged", "hardly any order", "a=0..3,b=0..3,c=0..3,d=0..3,e=0..3,f=0..3,g=0..3", NULL,
      rugged, 0.0, 0 },
    { "large5", "10^5 parameter sets", "a=0..9,b=0..9,c=0..9,d=0..9,e=0..9", NULL, large, 0.01, 0 },
    { "large6", "2.5 million", "a=0..9,b=0..9,c=0..9,d=0..9,e=0..9,f=0..4,g=0..4", NULL, large,
      0.01, 0 },
    { "large7", "ten million", "a=0..9,b=0..9,c=0..9,d=0..9,e=0..9,f=0..4,g=0..4,h=0..1,i=0..1",
      NULL, large, 0.01, 0 },
};

/* -------------------------------------------------------------------------------------- making */

size_t sb_landscape_count(void)
{
    return sizeof families / sizeof *families;
}

sb_landscape sb_landscape_at(size_t which)
{
    return (sb_landscape) { families[which].id, families[which].summary };
}

typedef struct maker {
    const family *family;
    member member;
    sb_parameter_info parameters[MOST_PARAMETERS];
    char *texts[MOST_PARAMETERS]; /* the memory of the names */
    char *choices[MOST_PARAMETERS][8];
} maker;

/* Parses "name=1..9", "name=1..64*", "name=32..256+8" or "name=a|b|c". */
static void parse_parameter(maker *make, char *text)
{
    size_t i = make->member.parameters++;
    sb_parameter_info *p = &make->parameters[i];
    char *equals = strchr(text, '='), *dots = strstr(text, "..");
    *equals = '\0';
    *p = (sb_parameter_info) { .id = text, .step = 1 };
    if (!dots) {
        p->kind = SB_CHOICE;
        p->choices = make->choices[i];
        for (char *at = strtok(equals + 1, "|"); at; at = strtok(NULL, "|"))
            make->choices[i][p->choice_count++] = at;
        p->max = (int64_t)p->choice_count - 1;
        return;
    }
    char *rest;
    p->min = p->initial = strtol(equals + 1, NULL, 10);
    p->max = strtol(dots + 2, &rest, 10);
    p->kind = *rest == '*' ? SB_POWER_OF_TWO : SB_INTEGER;
    if (*rest == '+')
        p->step = strtol(rest + 1, NULL, 10);
}

static void parse_parameters(maker *make)
{
    char *at = make->texts[0] = sb_copy_text(make->family->parameters);
    while (at) {
        char *comma = strchr(at, ',');
        if (comma)
            *comma = '\0';
        parse_parameter(make, at);
        at = comma ? comma + 1 : NULL;
    }
}

static uint64_t hash_point(const maker *make, const int64_t *v)
{
    uint64_t sum = make->member.seed;
    for (size_t i = 0; i < make->member.parameters; i++)
        sum = hash(sum, i, (uint64_t)v[i]);
    return sum;
}

static int valid_batch(void *context, const int64_t *values, size_t count, unsigned char *ok,
                       sb_error *error)
{
    (void)error;
    const maker *make = context;
    for (size_t i = 0; i < count; i++) {
        const int64_t *v = values + i * make->member.parameters;
        ok[i] = !make->family->valid || make->family->valid(&make->member, v);
        if (ok[i] && make->family->sampled > 0.0)
            ok[i] = unit(hash(hash_point(make, v), 1, 1)) < make->family->sampled;
    }
    return 0;
}

static void measure_all(const maker *make, sb_recorded *recorded)
{
    recorded->objectives = sb_new(recorded->space.size, sizeof *recorded->objectives);
    recorded->best = INFINITY;
    for (size_t i = 0; i < recorded->space.size; i++) {
        int64_t v[SB_SPACE_AXES];
        sb_space_values(&recorded->space, i, v);
        double time = make->family->measure(&make->member, v);
        if (make->family->noise > 0.0)
            time *= exp(make->family->noise * fabs(normal(hash_point(make, v))));
        recorded->objectives[i] = time;
        recorded->failures += isinf(time) ? 1 : 0;
        recorded->best = fmin(recorded->best, time);
    }
}

int sb_landscape_make(size_t which, uint64_t seed, sb_recorded *recorded, sb_error *error)
{
    maker *make = sb_new(1, sizeof *make);
    make->family = &families[which];
    make->member.seed = hash(seed, which, 7);
    for (size_t i = 0; i < COEFFICIENTS; i++)
        make->member.c[i] = unit(hash(make->member.seed, 9, i));
    parse_parameters(make);
    *recorded = (sb_recorded) { 0 };
    int rc = sb_space_build(make->parameters, make->member.parameters, valid_batch, make,
                            &recorded->space, error);
    if (rc == 0)
        measure_all(make, recorded);
    free(make->texts[0]);
    free(make);
    return rc;
}
