/* SPDX-License-Identifier: Apache-2.0 */
/* Measures the machine's A/A noise floor with the same code that measures runs. */
#ifndef SB_CAMPAIGN_NOISE_PAIRS_H
#define SB_CAMPAIGN_NOISE_PAIRS_H

#include "machine/noise.h"

#include <signal.h>

/*
 * Compares a kernel with itself in new workers, with the default settings, as often as fits into
 * `seconds` (at least twice), and stores the result for the machine. The kernel is the first with a
 * standard convolution in the plugin naive, or with several threads in openmp; otherwise of any
 * plugin in the search path. SB_INTERRUPTED when `stop` is set.
 */
int sb_noise_measure(const sb_topology *topology, int threads, double seconds,
                     const volatile sig_atomic_t *stop, sb_noise *noise, sb_error *error);

#endif
