# SPDX-License-Identifier: Apache-2.0
# Code that several plugins share.
SB_COMMON_LIBS = %D%/libcommon.la plugins/libkernels.la

noinst_LTLIBRARIES += %D%/libcommon.la
%C%_libcommon_la_SOURCES = \
	%D%/activate.h \
	%D%/chain.c %D%/chain.h \
	%D%/conv.h \
	%D%/epilogue.h \
	%D%/gemm_options.c %D%/gemm_options.h \
	%D%/gemm_stage.c %D%/gemm_stage.h \
	%D%/kit.h \
	%D%/lower.c %D%/lower.h \
	%D%/names.c %D%/names.h \
	%D%/panels.c %D%/panels.h \
	%D%/patch.c %D%/patch.h \
	%D%/simd.c %D%/simd.h %D%/simd_inner.h \
	%D%/step_list.h \
	%D%/tile_options.c %D%/tile_options.h \
	%D%/tile_stage.c %D%/tile_stage.h \
	%D%/transpose.c %D%/transpose.h \
	%D%/trim.c %D%/trim.h
%C%_libcommon_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_libcommon_la_CFLAGS = $(SB_KERNEL_CFLAGS) $(SB_PARTS_CFLAGS)

# Runs the tasks of a chain on several threads. Kept apart, so that only the plugins that use it need
# OpenMP.
SB_THREADS_LIBS = %D%/libthreads.la $(SB_COMMON_LIBS)

noinst_LTLIBRARIES += %D%/libthreads.la
%C%_libthreads_la_SOURCES = %D%/chain_threads.c %D%/chain_threads.h
%C%_libthreads_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_libthreads_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
