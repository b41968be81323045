/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library that takes whole networks: the layers that follow each other are one model. A new one
 * begins where a layer's input has not the shape of the output before it, because of a pooling or a
 * branch between them. Internal to the measuring of sequences.
 */
#ifndef SB_MEASURE_SEQUENCE_JOIN_H
#define SB_MEASURE_SEQUENCE_JOIN_H

#include "measure/sequence_run.h"

/* The end of the model that begins at a place: the first place after it. */
size_t sb_sequence_join_end(const sb_sequence_job *job, size_t first);

/* The legs of a pass: a leg for each model, with the number of its first place as slot, and with
 * its last place as place; tensors are NCHW. Pure. */
void sb_sequence_join_lay(const sb_sequence_job *job, const sb_sequence_memory *memory,
                          sb_sequence_legs *legs);

/* The part of a model from `first` on whose input the residual of a place is; negative: none. */
int64_t sb_sequence_join_residual(const sb_sequence_job *job, size_t first, size_t place);

/*
 * Is `output` what the model from place `first` on makes of `input` (both NCHW)? Compared with a
 * chain of fp64 references, rounded to fp32 between them. There is no useful bound for each element
 * of many layers, so that the L2 norm of the difference counts: at most 2e-5 of the output's for
 * each step, the tolerance of one fast algorithm (conv/tolerance.h). False with the reason.
 */
bool sb_sequence_join_check(const sb_sequence_ground *ground, size_t first, const float *input,
                            const float *output, sb_error *error);

#endif
