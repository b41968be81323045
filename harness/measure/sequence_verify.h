/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifies layers in sequence, outside of what is timed. A kernel that is right alone may be wrong
 * here: if plans share state, or read weights that belong to another layer by now. Internal to the
 * measuring of sequences.
 */
#ifndef SB_MEASURE_SEQUENCE_VERIFY_H
#define SB_MEASURE_SEQUENCE_VERIFY_H

#include "measure/sequence_run.h"

/*
 * Before the timing in a process: runs leg by leg, from the tensors that the legs before really
 * wrote, and checks each output: of a kernel against the fp64 reference of that input and the
 * bounds of the gates (or the bits, if these tensors were verified before), of a reorder bit for
 * bit. Then runs all legs without pause, and compares the network's output with that. On failure
 * the run has its verdict, and `at` and `blames` if the kernel of a place is to blame.
 */
bool sb_sequence_verify(sb_sequence_run *run);

/* After a round: is the network's output still the same? Only of a run that `repeats`. */
bool sb_sequence_verify_round(sb_sequence_run *run);

/* After the timing in a process: all legs without pause again; leg by leg, if the run has a kernel
 * that promises no bits. */
bool sb_sequence_verify_after(sb_sequence_run *run);

#endif
