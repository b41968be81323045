/* SPDX-License-Identifier: Apache-2.0 */
/* Made-up groups for the tests of what is stored and drawn. Their numbers are invented on purpose.
 */
#ifndef TESTS_RUN_FIXTURE_H
#define TESTS_RUN_FIXTURE_H

#include "core/random.h"
#include "core/text.h"
#include "measure/result.h"

/* A 3 x 3 pair, h = w = size, padding to the same size. The name is copied; free_layer() it. */
sb_layer make_layer(const char *name, int64_t channels, int64_t size, int64_t kernel,
                    int64_t outputs);
void free_layer(sb_layer *layer);

/*
 * A standard and a separable result of each technique (NULL-terminated list; one that begins with
 * '*' is a peer), with `rounds` samples each, one unsupported candidate, and the speedups with
 * "best". Times fall with the place in the list; noise comes from `random`.
 */
sb_group make_group(const sb_layer *layer, int64_t threads, const char *const *techniques,
                    uint32_t rounds, sb_random *random);

/* A new folder under $TMPDIR; remove_folder() it. */
char *make_folder(void);
void remove_folder(char *folder);
char *slurp(const char *folder, const char *name); /* free() it; fails the test if unreadable */

#endif
