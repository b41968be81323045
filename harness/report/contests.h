/* SPDX-License-Identifier: Apache-2.0 */
/* Our best kernels against the best peers, for each class of layers. */
#ifndef SB_REPORT_CONTESTS_H
#define SB_REPORT_CONTESTS_H

#include "machine/topology.h"
#include "store/rundb.h"

/* Prints on standard output, for each thread count and class of layers, the geometric mean of peer
 * time over own time in each way of counting (also with direct arithmetic only, if that differs)
 * and the share of the roofline that our best kernels reach; then the layers on which they lose.
 * Prints nothing if the run has no peer. `topology` determines the machine whose A/A noise floor a
 * loss must exceed; `seed` and `confidence` as in the run's configuration. */
int sb_contests_print(sb_rundb *db, const sb_topology *topology, double confidence, uint64_t seed,
                      sb_error *error);

#endif
