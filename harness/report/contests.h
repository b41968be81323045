/* SPDX-License-Identifier: Apache-2.0 */
/* Our best kernels against the best peers, a class of layers at a time. */
#ifndef SB_REPORT_CONTESTS_H
#define SB_REPORT_CONTESTS_H

#include "machine/topology.h"
#include "store/rundb.h"

/* Prints on standard output, for each thread count and class of layers, the geometric mean of peer
 * time over own time in each way of counting (with direct arithmetic alone as well, where that
 * makes a difference) and what our best reach of the roofline; then the layers that lose. Nothing
 * where the run holds no peer. `topology` tells whose A/A floor a loss must pass; `seed` and
 * `confidence` as in the run's configuration. */
int sb_contests_print(sb_rundb *db, const sb_topology *topology, double confidence, uint64_t seed,
                      sb_error *error);

#endif
