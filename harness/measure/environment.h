/* SPDX-License-Identifier: Apache-2.0 */
/* The environment of a worker: variables that control threads are set by the harness, not
 * inherited. */
#ifndef SB_MEASURE_ENVIRONMENT_H
#define SB_MEASURE_ENVIRONMENT_H

/*
 * Called in a worker before its plugin is loaded: removes every variable of the OpenMP runtimes and
 * the BLAS libraries, and sets the number of threads and, with cpu_count cores (0: the process is
 * not pinned), the cores that they run on.
 */
void sb_environment_make(int threads, const int *cpus, int cpu_count);

#endif
