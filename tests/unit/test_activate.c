/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the activations on vectors, as kernels compute them, with the reference, over all
 * magnitudes. */
#define ACTIVATE_LANES 4
#include "common/activate.h"
#include "conv/activation.h"
#include "conv/problem.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void check(sb_activation activation, float x)
{
    const sb_activation_error bound = sb_activation_errors(activation);
    const double expected = sb_activate(activation, x);
    const float found = activate(act_all(x), activation)[0];
    if (!(fabs(found - expected) <= bound.own * fabs(x)))
        fail_msg("%s(%.9g) is %.9g, must be %.9g", sb_activation_name(activation), x, found,
                 expected);
}

static void activations_keep_to_their_bounds(void **state)
{
    (void)state;
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 20011) {
        const float x = from_bits((uint32_t)bits);
        if (!(fabsf(x) <= 1e30f) || (x != 0 && fabsf(x) < 1e-30f))
            continue;
        for (int i = 0; i < SB_ACTIVATIONS; i++)
            check((sb_activation)i, x);
    }
}

static void zero_has_no_sign_behind_relu(void **state)
{
    (void)state;
    const uint32_t activations[] = { SB_RELU, SB_RELU6 };
    for (int i = 0; i < 2; i++) {
        assert_false(signbit(activate(act_all(-0.0f), activations[i])[0]));
        assert_false(signbit(activate(act_all(-1.0f), activations[i])[0]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_keep_to_their_bounds),
        cmocka_unit_test(zero_has_no_sign_behind_relu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
