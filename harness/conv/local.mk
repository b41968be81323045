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
	%D%/taps.c %D%/taps.h \
	%D%/tolerance.c %D%/tolerance.h
