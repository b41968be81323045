# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libconv.a
%C%_libconv_a_SOURCES = \
	%D%/class.c %D%/class.h \
	%D%/cost.c %D%/cost.h \
	%D%/fill.c %D%/fill.h \
	%D%/layout.c %D%/layout.h \
	%D%/odd.c %D%/odd.h \
	%D%/problem.c %D%/problem.h \
	%D%/reference.c %D%/reference.h \
	%D%/tolerance.c %D%/tolerance.h

if HAVE_CMOCKA
sb_conv_tests = \
	tests/unit/test_problem \
	tests/unit/test_cost \
	tests/unit/test_layout \
	tests/unit/test_fill \
	tests/unit/test_reference \
	tests/unit/test_tolerance
check_PROGRAMS += $(sb_conv_tests)
TESTS += $(sb_conv_tests)
sb_conv_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
sb_conv_test_libs = harness/conv/libconv.a harness/core/libcore.a $(CMOCKA_LIBS)

tests_unit_test_problem_SOURCES = tests/unit/test_problem.c
tests_unit_test_problem_CFLAGS = $(sb_conv_test_cflags)
tests_unit_test_problem_LDADD = $(sb_conv_test_libs)
tests_unit_test_cost_SOURCES = tests/unit/test_cost.c
tests_unit_test_cost_CFLAGS = $(sb_conv_test_cflags)
tests_unit_test_cost_LDADD = $(sb_conv_test_libs)
tests_unit_test_layout_SOURCES = tests/unit/test_layout.c
tests_unit_test_layout_CFLAGS = $(sb_conv_test_cflags)
tests_unit_test_layout_LDADD = $(sb_conv_test_libs)
tests_unit_test_fill_SOURCES = tests/unit/test_fill.c tests/unit/tensors.h
tests_unit_test_fill_CFLAGS = $(sb_conv_test_cflags)
tests_unit_test_fill_LDADD = $(sb_conv_test_libs)
tests_unit_test_reference_SOURCES = tests/unit/test_reference.c tests/unit/tensors.h
tests_unit_test_reference_CFLAGS = $(sb_conv_test_cflags)
tests_unit_test_reference_LDADD = $(sb_conv_test_libs)
tests_unit_test_tolerance_SOURCES = tests/unit/test_tolerance.c tests/unit/tensors.h
tests_unit_test_tolerance_CFLAGS = $(sb_conv_test_cflags)
tests_unit_test_tolerance_LDADD = $(sb_conv_test_libs)
endif
