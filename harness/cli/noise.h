/* SPDX-License-Identifier: Apache-2.0 */
/* Measures the machine's A/A floor with the product's own parts. */
#ifndef SB_CLI_NOISE_H
#define SB_CLI_NOISE_H

#include "machine/noise.h"

/*
 * Compares a kernel with itself in fresh workers, on one thread with the default settings, as often
 * as fits into `seconds` (twice at least), and keeps the outcome for the machine. The kernel is
 * naive/standard, or the first of the search path's plugins that has a standard convolution.
 * SB_INTERRUPTED when the user wanted to stop.
 */
int sb_cli_noise_measure(const sb_topology *topology, double seconds, sb_noise *noise,
                         sb_error *error);

#endif
