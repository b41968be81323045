/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a plugin which values of a kernel's parameters are valid for a problem. No tensors are
 * needed. */
#ifndef SB_MEASURE_VALIDITY_H
#define SB_MEASURE_VALIDITY_H

#include "measure/session.h"

typedef struct sb_validity {
    sb_session *session;          /* borrowed, as is the plugin */
    const sb_plugin_info *plugin; /* which has the kernel */
    size_t kernel;
    sb_problem problem;
} sb_validity;

/* OK if the kernel supports the problem; unsupported if it does not; otherwise why the worker did
 * not answer. */
sb_verdict sb_validity_support(const sb_validity *asked);

/* Fills those of the values whose bit is not set in `given`, as a plan would; the values stay if
 * they cannot be used. */
sb_verdict sb_validity_complete(const sb_validity *asked, uint32_t given, int64_t *values);

/* Narrows the kernel's parameters to what it reports as possibly valid; without an answer they stay
 * as they are. */
void sb_validity_narrow(const sb_validity *asked, sb_parameter_info *parameters);

/* Sets ok[i] to 1 if the parameter set at values[i * parameters] is valid, else to 0. Negative if
 * the worker does not answer, or the kernel does not support the problem. */
int sb_validity_ask(const sb_validity *asked, const int64_t *values, size_t count,
                    unsigned char *ok, sb_error *error);

#endif
