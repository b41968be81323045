# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libconv.a
%C%_libconv_a_SOURCES = \
	%D%/activation.c %D%/activation.h \
	%D%/class.c %D%/class.h \
	%D%/cost.c %D%/cost.h \
	%D%/element.c %D%/element.h \
	%D%/fill.c %D%/fill.h \
	%D%/geometry.c %D%/geometry.h \
	%D%/layer.c %D%/layer.h \
	%D%/layout.c %D%/layout.h \
	%D%/odd.c %D%/odd.h \
	%D%/operation.c %D%/operation.h \
	%D%/problem.c %D%/problem.h %D%/problem_text.c \
	%D%/reference.c %D%/reference.h \
	%D%/rounding.h \
	%D%/taps.c %D%/taps.h \
	%D%/tiles.c %D%/tiles.h \
	%D%/tolerance.c %D%/tolerance.h
