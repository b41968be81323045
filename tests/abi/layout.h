/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the members of plugin.h's structs lie, as ABI 1.0 fixed it for 64-bit machines. A plugin
 * built long ago relies on it: a change here is a new SB_ABI_MAJOR, not a new number in this file.
 * Appended members add lines. Included by a C and by a C++ program, so both languages are held to
 * the same.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stddef.h>
#include <stdio.h>

typedef struct place {
    const char *what;
    size_t is, must;
} place;

/* clang-format off */
#define AT(type, member, must) { #type "." #member, offsetof(type, member), must }

static const place places[] = {
    AT(sb_step, c, 0),
    AT(sb_step, h, 8),
    AT(sb_step, w, 16),
    AT(sb_step, k, 24),
    AT(sb_step, p, 32),
    AT(sb_step, q, 40),
    AT(sb_step, r, 48),
    AT(sb_step, s, 56),
    AT(sb_step, stride_h, 64),
    AT(sb_step, stride_w, 72),
    AT(sb_step, pad_top, 80),
    AT(sb_step, pad_right, 104),
    AT(sb_step, dilation_h, 112),
    AT(sb_step, dilation_w, 120),
    AT(sb_step, groups, 128),
    AT(sb_step, bias, 136),
    AT(sb_step, activation, 140),
    AT(sb_step, reserved, 144),
    AT(sb_problem, type, 4),
    AT(sb_problem, needs, 8),
    AT(sb_problem, n, 16),
    AT(sb_problem, threads, 24),
    AT(sb_problem, step_count, 32),
    AT(sb_problem, residual, 36),
    AT(sb_problem, steps, 40),
    AT(sb_weights, step_count, 4),
    AT(sb_weights, weights, 8),
    AT(sb_weights, biases, 40),
    AT(sb_layouts, input, 4),
    AT(sb_layouts, output, 8),
    AT(sb_cpu, cores, 4),
    AT(sb_cpu, features, 8),
    AT(sb_cpu, l1d_bytes, 16),
    AT(sb_cpu, l3_bytes, 32),
    AT(sb_host, abi_major, 4),
    AT(sb_host, abi_minor, 8),
    AT(sb_host, cpu, 16),
    AT(sb_host, log, 24),
    AT(sb_host, alloc, 32),
    AT(sb_host, free, 40),
    AT(sb_host, get_extension, 48),
    AT(sb_why, text, 4),
    AT(sb_parameter, kind, 4),
    AT(sb_parameter, id, 8),
    AT(sb_parameter, summary, 16),
    AT(sb_parameter, min, 24),
    AT(sb_parameter, initial, 48),
    AT(sb_parameter, choices, 56),
    AT(sb_call, input, 8),
    AT(sb_call, residual, 16),
    AT(sb_call, output, 24),
    AT(sb_call, why, 32),
    AT(sb_kernel, arithmetic, 4),
    AT(sb_kernel, handles, 8),
    AT(sb_kernel, flags, 16),
    AT(sb_kernel, input_slack, 20),
    AT(sb_kernel, id, 24),
    AT(sb_kernel, technique, 32),
    AT(sb_kernel, summary, 40),
    AT(sb_kernel, parameters, 48),
    AT(sb_kernel, supports, 56),
    AT(sb_kernel, defaults, 64),
    AT(sb_kernel, valid, 72),
    AT(sb_kernel, layouts, 80),
    AT(sb_kernel, plan, 88),
    AT(sb_kernel, run, 96),
    AT(sb_kernel, destroy, 104),
    AT(sb_kernel, describe, 112),
    AT(sb_kernel, ranges, 120),
    AT(sb_kernel, complete, 128),
    AT(sb_plugin, abi_major, 4),
    AT(sb_plugin, abi_minor, 8),
    AT(sb_plugin, flags, 12),
    AT(sb_plugin, id, 16),
    AT(sb_plugin, version, 24),
    AT(sb_plugin, summary, 32),
    AT(sb_plugin, license, 40),
    AT(sb_plugin, build, 48),
    AT(sb_plugin, kernels, 56),
    AT(sb_plugin, init, 64),
    AT(sb_plugin, deinit, 72),
    AT(sb_plugin, get_extension, 80),
    AT(sb_plugin, libraries, 88),
};
/* clang-format on */

/* Prints a TAP line a member. 0 if all is well. */
static int check_layout(void)
{
    size_t count = sizeof places / sizeof *places, bad = 0;
    if (sizeof(void *) != 8) {
        puts("1..0 # SKIP pointers are not 64 bits");
        return 0;
    }
    printf("1..%lu\n", (unsigned long)count);
    for (size_t i = 0; i < count; i++) {
        const place *at = &places[i];
        printf("%s %lu - %s lies at %lu (must be %lu)\n", at->is == at->must ? "ok" : "not ok",
               (unsigned long)(i + 1), at->what, (unsigned long)at->is, (unsigned long)at->must);
        bad += at->is != at->must;
    }
    return bad != 0;
}

#endif
