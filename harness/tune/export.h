/* SPDX-License-Identifier: Apache-2.0 */
/* A search's evaluations for other programs, in Kernel Tuner's cache format, which recorded.h reads
 * back. */
#ifndef SB_TUNE_EXPORT_H
#define SB_TUNE_EXPORT_H

#include "core/text.h"
#include "tune/search.h"

/* What was tuned. Borrowed for the call. */
typedef struct sb_export_subject {
    const char *device, *kernel, *problem;
} sb_export_subject;

/* Appends the cache as JSON. Kernel Tuner uses milliseconds: `time` is the objective in nanoseconds
 * divided by 10^6. */
void sb_export_kernel_tuner(const sb_space *space, const sb_evaluated *evaluated, size_t count,
                            const sb_export_subject *subject, sb_text *text);

#endif
