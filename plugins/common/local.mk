# SPDX-License-Identifier: Apache-2.0
# What several plugins share. Only the simd_*.c files are compiled for more than the base processor.
noinst_LTLIBRARIES += %D%/libcommon.la
%C%_libcommon_la_SOURCES = \
	%D%/gemm_options.c %D%/gemm_options.h \
	%D%/gemm_stage.c %D%/gemm_stage.h \
	%D%/kit.h \
	%D%/lower.c %D%/lower.h \
	%D%/panels.c %D%/panels.h \
	%D%/patch.c %D%/patch.h \
	%D%/simd.c %D%/simd.h %D%/simd_generic.c %D%/simd_kernels.h \
	%D%/stage.c %D%/stage.h \
	%D%/tile_options.c %D%/tile_options.h \
	%D%/tile_stage.c %D%/tile_stage.h
%C%_libcommon_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_libcommon_la_CFLAGS = $(AM_CFLAGS) $(SB_KERNEL_CFLAGS)
%C%_libcommon_la_LIBADD =

SB_KERNEL_CFLAGS = -ffp-contract=fast -ftree-vectorize

if SB_X86
%C%_libcommon_la_CPPFLAGS += -DSB_SIMD_X86
%C%_libcommon_la_LIBADD += %D%/libsimd_avx2.la %D%/libsimd_avx512.la
noinst_LTLIBRARIES += %D%/libsimd_avx2.la %D%/libsimd_avx512.la

%C%_libsimd_avx2_la_SOURCES = %D%/simd_avx2.c
%C%_libsimd_avx2_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_libsimd_avx2_la_CFLAGS = $(AM_CFLAGS) $(SB_KERNEL_CFLAGS) -mavx2 -mfma

%C%_libsimd_avx512_la_SOURCES = %D%/simd_avx512.c
%C%_libsimd_avx512_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_libsimd_avx512_la_CFLAGS = $(AM_CFLAGS) $(SB_KERNEL_CFLAGS) \
	-mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512
endif
