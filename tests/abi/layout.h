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
    AT(sb_problem, operation, 4),
    AT(sb_problem, n, 8),
    AT(sb_problem, h, 24),
    AT(sb_problem, k, 40),
    AT(sb_problem, r, 48),
    AT(sb_problem, stride_h, 64),
    AT(sb_problem, pad_top, 80),
    AT(sb_problem, dilation_h, 112),
    AT(sb_problem, groups, 128),
    AT(sb_problem, multiplier, 136),
    AT(sb_problem, p, 144),
    AT(sb_problem, threads, 160),
    AT(sb_weights, standard, 8),
    AT(sb_weights, depthwise, 16),
    AT(sb_weights, pointwise, 24),
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
    AT(sb_kernel, operation, 4),
    AT(sb_kernel, arithmetic, 8),
    AT(sb_kernel, flags, 12),
    AT(sb_kernel, id, 16),
    AT(sb_kernel, technique, 24),
    AT(sb_kernel, summary, 32),
    AT(sb_kernel, parameters, 40),
    AT(sb_kernel, input_slack, 48),
    AT(sb_kernel, supports, 56),
    AT(sb_kernel, defaults, 64),
    AT(sb_kernel, valid, 72),
    AT(sb_kernel, layouts, 80),
    AT(sb_kernel, plan, 88),
    AT(sb_kernel, run, 96),
    AT(sb_kernel, destroy, 104),
    AT(sb_kernel, describe, 112),
    AT(sb_plugin, abi_major, 4),
    AT(sb_plugin, abi_minor, 8),
    AT(sb_plugin, flags, 12),
    AT(sb_plugin, id, 16),
    AT(sb_plugin, version, 24),
    AT(sb_plugin, summary, 32),
    AT(sb_plugin, license, 40),
    AT(sb_plugin, kernels, 48),
    AT(sb_plugin, init, 56),
    AT(sb_plugin, deinit, 64),
    AT(sb_plugin, get_extension, 72),
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
