# SPDX-License-Identifier: Apache-2.0
# Unit tests stand in the local.mk of the folder that they test:
#
#   if HAVE_CMOCKA
#   check_PROGRAMS += tests/unit/test_problem
#   TESTS += tests/unit/test_problem
#   tests_unit_test_problem_SOURCES = tests/unit/test_problem.c
#   tests_unit_test_problem_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
#   tests_unit_test_problem_LDADD = harness/conv/libconv.a harness/core/libcore.a $(CMOCKA_LIBS)
#   endif
#
# Here: how all tests run, and the command-line tests.
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT;
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh --merge

include tests/study/local.mk
