/* SPDX-License-Identifier: Apache-2.0 */
/* How long a group will take, from what is known before it is measured. */
#ifndef SB_CAMPAIGN_ESTIMATE_H
#define SB_CAMPAIGN_ESTIMATE_H

#include "campaign/scope.h"
#include "machine/peaks.h"

/*
 * Nanoseconds for the layer with the number of threads and all its candidates: each is timed for
 * max_time, or for as long as min_samples of its calls take, whichever is longer; before that it is
 * planned and verified, and each operation's reference is computed. A call takes what the roofline
 * of its problem says over the share of it that kernels of its technique reach. It is an upper
 * estimate: a kernel whose interval is narrow enough stops before max_time.
 *
 * `peaks` NULL: of a machine that is nobody's, so that all machines give the same answer, to the
 * millisecond (the last bits of floating point are not the same for all compilers).
 */
int64_t sb_estimate_group_ns(const sb_scope *scope, const sb_layer *layer, int64_t threads,
                             const sb_peaks *peaks);

/* Of all groups that the scope holds. */
int64_t sb_estimate_scope_ns(const sb_scope *scope, const sb_peaks *peaks);

#endif
