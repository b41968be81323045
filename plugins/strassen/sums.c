/* SPDX-License-Identifier: Apache-2.0 */
/* Implements sums.h. Compiled once for each instruction set. */
#include "strassen/sums.h"

#include "engine/vec.h"

VEC_INLINE void inputs_of_vector(const float *const a[4], float *const s[4], int64_t at, vec a10,
                                 vec a11)
{
    const vec a00 = vec_load(a[0] + at), s1 = a10 + a11, s2 = s1 - a00;
    vec_store(s[0] + at, s1);
    vec_store(s[1] + at, s2);
    vec_store(s[2] + at, a00 - a10);
    vec_store(s[3] + at, vec_load(a[1] + at) - s2);
}

static void VEC_NAME(strassen_inputs)(const float *const a[4], float *const s[4], int64_t count,
                                      int64_t have)
{
    for (int64_t at = 0; at < have * SUMS_BLOCK; at += VEC_LANES)
        inputs_of_vector(a, s, at, vec_load(a[2] + at), vec_load(a[3] + at));
    for (int64_t at = have * SUMS_BLOCK; at < count * SUMS_BLOCK; at += VEC_LANES)
        inputs_of_vector(a, s, at, (vec) { 0 }, (vec) { 0 });
}

static void VEC_NAME(strassen_add)(const sums_end *end, int64_t pixels)
{
    const vec bias = end->bias != NULL ? vec_load(end->bias) : (vec) { 0 };
    for (int64_t at = 0; at < pixels * SUMS_BLOCK; at += SUMS_BLOCK) {
        const vec w = vec_load(end->w + at);
        vec sum = vec_load(end->v + at) + w + bias;
        vec_store(end->u + at, vec_load(end->u + at) + w);
        if (end->residual != NULL)
            sum += vec_load(end->residual + at);
        if (end->more != NULL)
            sum += vec_load(end->more + at);
        vec_store(end->to + at, activate(sum, end->activation));
    }
}

const sums VEC_NAME(strassen_sums) = {
    .inputs = VEC_NAME(strassen_inputs),
    .add = VEC_NAME(strassen_add),
};
