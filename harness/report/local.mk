# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libreport.a
%C%_libreport_a_SOURCES = \
	%D%/contests.c %D%/contests.h \
	%D%/evaluations.c %D%/evaluations.h \
	%D%/fig_channels.c \
	%D%/fig_convergence.c \
	%D%/fig_gflops.c \
	%D%/fig_influence.c \
	%D%/fig_roofline.c \
	%D%/fig_scaling.c \
	%D%/fig_scatter.c \
	%D%/fig_speedup.c \
	%D%/figure.c %D%/figure.h \
	%D%/figures.c %D%/figures.h \
	%D%/gnuplot.c %D%/gnuplot.h \
	%D%/influence.c %D%/influence.h \
	%D%/model.c %D%/model.h \
	%D%/summary.c %D%/summary.h

if HAVE_CMOCKA
sb_report_tests = tests/unit/test_evaluations tests/unit/test_figures
check_PROGRAMS += $(sb_report_tests)
TESTS += $(sb_report_tests)
tests_unit_test_evaluations_SOURCES = tests/unit/test_evaluations.c $(run_fixture)
tests_unit_test_evaluations_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_evaluations_LDADD = %D%/libreport.a $(store_test_libs)
tests_unit_test_figures_SOURCES = tests/unit/test_figures.c $(run_fixture)
tests_unit_test_figures_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_figures_LDADD = %D%/libreport.a $(store_test_libs)
endif
