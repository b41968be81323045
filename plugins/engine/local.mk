# SPDX-License-Identifier: Apache-2.0
# The compute engine of direct, fused, winograd and strassen.
SB_ENGINE_LIBS = %D%/libengine.la $(SB_THREADS_LIBS)

noinst_LTLIBRARIES += %D%/libengine.la
%C%_libengine_la_SOURCES = \
	%D%/dense.c %D%/dense.h %D%/dense_cut.c %D%/dense_cut.h \
	%D%/dense_default.c %D%/dense_run.c \
	%D%/depthwise.c %D%/depthwise.h \
	%D%/depthwise_cut.c %D%/depthwise_cut.h \
	%D%/depthwise_inner.h %D%/depthwise_kernel.h \
	%D%/depthwise_row.h %D%/depthwise_row_inner.h \
	%D%/depthwise_run.c %D%/depthwise_threads.c \
	%D%/gemm.c %D%/gemm.h %D%/gemm_inner.h %D%/gemm_tile.h \
	%D%/isa.c %D%/isa.h %D%/isa_halves.c \
	%D%/layout_default.c %D%/options.c %D%/options.h \
	%D%/pairs.c %D%/pairs.h \
	%D%/patches.c %D%/patches.h \
	%D%/share.h \
	%D%/stages.c %D%/stages.h \
	%D%/vec.h \
	%D%/view.h
%C%_libengine_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_libengine_la_CFLAGS = $(AM_CFLAGS) $(SB_PARTS_CFLAGS) $(OPENMP_CFLAGS)
