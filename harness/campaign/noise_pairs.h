/* SPDX-License-Identifier: Apache-2.0 */
/* Measures the machine's A/A floor with the product's own parts. */
#ifndef SB_CAMPAIGN_NOISE_PAIRS_H
#define SB_CAMPAIGN_NOISE_PAIRS_H

#include "machine/noise.h"

#include <signal.h>

/*
 * Compares a kernel with itself in fresh workers, with the default settings, as often as fits into
 * `seconds` (twice at least), and keeps the outcome for the machine. The kernel is the first with a
 * standard convolution of the plugin naive, with several threads of openmp; else of any plugin in
 * the search path. SB_INTERRUPTED when `stop` is set.
 */
int sb_noise_measure(const sb_topology *topology, int threads, double seconds,
                     const volatile sig_atomic_t *stop, sb_noise *noise, sb_error *error);

#endif
