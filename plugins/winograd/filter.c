/* SPDX-License-Identifier: Apache-2.0 */
#include "winograd/transform.h"

/* The matrix G of each tile size. */
static const double g2[][3] = { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, -0.5, 0.5 }, { 0, 0, 1 } };
static const double g4[][3] = {
    { 1. / 4, 0, 0 },
    { -1. / 6, -1. / 6, -1. / 6 },
    { -1. / 6, 1. / 6, -1. / 6 },
    { 1. / 24, 1. / 12, 1. / 6 },
    { 1. / 24, -1. / 12, 1. / 6 },
    { 0, 0, 1 },
};
static const double g6[][3] = {
    { 1, 0, 0 },
    { -2. / 9, -2. / 9, -2. / 9 },
    { -2. / 9, 2. / 9, -2. / 9 },
    { 1. / 90, 1. / 45, 2. / 45 },
    { 1. / 90, -1. / 45, 2. / 45 },
    { 32. / 45, 16. / 45, 8. / 45 },
    { 32. / 45, -16. / 45, 8. / 45 },
    { 0, 0, 1 },
};

static const double (*const matrices[WINO_SIZES])[3] = {
    [WINO_F2] = g2,
    [WINO_F4] = g4,
    [WINO_F6] = g6,
};

#define TRANSFORMS(set, needs) [VARIANT_##set] = wino_transforms__##set,

const wino_transform *const wino_transforms[VARIANT_COUNT] = { VARIANTS(TRANSFORMS) };

void wino_filter(int size, const float filter[9], double *to)
{
    const double(*g)[3] = matrices[size];
    const int in = wino_transforms[VARIANT_base][size].in;
    double half[WINO_MAX_IN][3];
    for (int i = 0; i < in; i++)
        for (int s = 0; s < 3; s++)
            half[i][s] = g[i][0] * (double)filter[s] + g[i][1] * (double)filter[3 + s] +
                         g[i][2] * (double)filter[6 + s];
    for (int i = 0; i < in; i++)
        for (int j = 0; j < in; j++)
            to[i * in + j] = half[i][0] * g[j][0] + half[i][1] * g[j][1] + half[i][2] * g[j][2];
}
