/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/gemm.h"

#define KINDS(set, needs)                                \
    [VARIANT_##set] = {                                  \
        [GEMM_BLOCKED] = &gemm_blocked__##set,           \
        [GEMM_RGB] = &gemm_rgb__##set,                   \
        [GEMM_STRIDED] = &gemm_strided__##set,           \
        [GEMM_HALF_BLOCKED] = &gemm_half_blocked__##set, \
        [GEMM_HALF_STRIDED] = &gemm_half_strided__##set, \
        [GEMM_PAIRS] = &gemm_pairs__##set,               \
    },

#define STRIDED(set, needs) [VARIANT_##set] = { [GEMM_STRIDED] = &gemm_strided__##set },

static const gemm_kernels *const kernels[DENSE_VARIANT_COUNT][GEMM_KINDS] = { VARIANTS(
    KINDS) DENSE_VARIANTS(STRIDED) };

const gemm_kernels *gemm_of(const isa *set, gemm_kind kind)
{
    static const gemm_kernels none;
    const gemm_kernels *found = kernels[set->dense->variant][kind];
    return found != NULL ? found : &none;
}

#define PAIR(set, needs) [VARIANT_##set] = &gemm_pair__##set,

static gemm_pair_function *const *const pair[VARIANT_COUNT] = { VARIANTS(PAIR) };

gemm_pair_function *gemm_pair_of(const isa *set)
{
    return *pair[set->variant];
}

bool gemm_exists(const isa *set, gemm_kind kind, int vectors)
{
    return gemm_of(set, kind)->of[vectors - 1][0] != NULL;
}

void gemm_write_name(const isa *set, gemm_kind kind, int pixels, int vectors, char *text,
                     size_t size)
{
    static const char *const names[GEMM_KINDS] = {
        [GEMM_BLOCKED] = "blocked",           [GEMM_RGB] = "rgb",
        [GEMM_STRIDED] = "strided",           [GEMM_HALF_BLOCKED] = "half_blocked",
        [GEMM_HALF_STRIDED] = "half_strided", [GEMM_PAIRS] = "pairs",
    };
    const bool half = kind == GEMM_HALF_BLOCKED || kind == GEMM_HALF_STRIDED;
    snprintf(text, size, "gemm_f32_%dx%d_%s__%s", pixels,
             vectors * set->lanes - (half ? set->lanes / 2 : 0), names[kind], set->dense->name);
}
