/* SPDX-License-Identifier: Apache-2.0 */
/* Groups with invented numbers, for the tests of databases, tables and figures. */
#ifndef TESTS_RUN_FIXTURE_H
#define TESTS_RUN_FIXTURE_H

#include "core/random.h"
#include "core/text.h"
#include "measure/result.h"

/* Makes a pair with h = w = size and padding that keeps the size. The name is copied; release the
 * layer with free_layer(). */
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

/* Makes a new folder under $TMPDIR; release it with remove_folder(). */
char *make_folder(void);
void remove_folder(char *folder);
/* A test whose state is such a folder. */
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
int enter_folder(void **state);
int leave_folder(void **state);
char *slurp(const char *folder, const char *name); /* free() it; fails the test if unreadable */

#endif
