/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what a plugin leaks in its process, and reports what it was doing if that process
 * crashes. */
#ifndef SB_MEASURE_CONTRACT_TRACES_H
#define SB_MEASURE_CONTRACT_TRACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sb_traces {
    int64_t heap; /* bytes */
    int64_t descriptors, threads, children;
} sb_traces;

sb_traces sb_traces_take(void);
/* Bytes of the heap in use. */
int64_t sb_traces_heap(void);
/* Have the first calls passed, in which libraries set themselves up? */
bool sb_traces_settled(void);
/* Has one of the numbers grown since `before` by as much as a leak in each of `times` plans? Says
 * which. */
bool sb_traces_grew(const sb_traces *before, int times, char *text, size_t size);

/* Sets what runs next, for the message after a crash. The texts are borrowed until the next
 * call. */
void sb_traces_phase(const char *phase, const char *layer, const char *params);

#endif
