/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The variations of variation.h change single elements of the input. A kernel that keeps its last
 * input and output, and computes again only what depends on a changed element, is right in every
 * call, and takes a fraction of the time of a convolution. So after the samples some calls get an
 * input that is new everywhere. Before others the input changes as much and changes back: caches
 * and threads are in the same state, and a kernel that computes every output takes as long for
 * both.
 */
#ifndef SB_MEASURE_RENEWAL_H
#define SB_MEASURE_RENEWAL_H

#include "measure/job.h"

/* At the end of some processes. False, with the job's verdict set, if the shortest of a dozen calls
 * with new inputs takes over twice as long as the longest of as many others. If nothing but load
 * made the difference, that would happen at most once in 2.7 million times: 12! 12! / 24!. Calls
 * under 50 us prove nothing; calls of which few were timed would cost too much. */
bool sb_job_renew(sb_bench *bench, sb_job *job);

#endif
