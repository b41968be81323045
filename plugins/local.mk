# SPDX-License-Identifier: Apache-2.0
# A plugin is a libtool module that exports one symbol. All plugins are built in this folder,
# wherever their sources are, so that a build tree has a single plugin folder: plugins/.libs.
SB_MODULE_LDFLAGS = $(AM_LDFLAGS) $(SB_GC_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-export-symbols-regex '^sb_plugin_entry$$'

# Plugins are not hardened as the harness is, because that would slow the kernels down.
SB_PLUGIN_CPPFLAGS = $(SB_COMMON_CPPFLAGS) -I$(srcdir)/%D% $(SB_BUILD_CPPFLAGS)

# ------------------------------------------------------------------------------------- kernels
# Sources that are compiled once for each instruction set (common/variants.h). To add one, name it
# here. Every plugin is linked with all of them; the linker leaves out the files that a plugin does
# not use.
SB_KERNELS = \
	%D%/common/simd_rows.c \
	%D%/common/simd_tiles.c \
	%D%/engine/depthwise_3x3.c \
	%D%/engine/depthwise_3x3_high.c \
	%D%/engine/depthwise_5x5.c \
	%D%/engine/depthwise_7x7.c \
	%D%/engine/depthwise_few.c \
	%D%/engine/depthwise_general.c \
	%D%/engine/depthwise_row.c \
	%D%/engine/depthwise_spread.c \
	%D%/engine/gemm_blocked.c \
	%D%/engine/gemm_half.c \
	%D%/engine/gemm_pairs.c \
	%D%/engine/gemm_rgb.c \
	%D%/engine/gemm_strided.c \
	%D%/strassen/sums.c \
	%D%/winograd/filter.c \
	%D%/winograd/transform.c

# Those of DENSE_VARIANTS.
SB_DENSE_KERNELS = %D%/engine/gemm_strided.c

# Automake puts a variant's flags before the user's CFLAGS. A -march option in CFLAGS does not undo
# them: in GCC and Clang, options such as -mavx2 and -mno-avx512f take precedence over -march in any
# order. Therefore each variant also names what it must not use: -mno-sse3 excludes everything after
# SSE2, including AVX and FMA, and -mno-avx512f excludes all of AVX-512. Instructions that are not
# for vectors, such as BMI2, are left to CFLAGS, because the rest of the program is compiled with
# them too.
SB_KERNEL_CFLAGS = $(AM_CFLAGS) $(SB_UNROLLED_CFLAGS) -ffp-contract=fast -ftree-vectorize

noinst_LTLIBRARIES += %D%/libkernels.la %D%/libkernels_base.la
%C%_libkernels_la_SOURCES = %D%/common/variants.c %D%/common/variants.h
%C%_libkernels_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_libkernels_la_LIBADD = %D%/libkernels_base.la
%C%_libkernels_base_la_SOURCES = $(SB_KERNELS)
%C%_libkernels_base_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS) -DSB_ISA=base
%C%_libkernels_base_la_CFLAGS = $(SB_KERNEL_CFLAGS) $(SB_BASE_CFLAGS)

if SB_X86
SB_BASE_CFLAGS = -mno-sse3
SB_AVX512_CFLAGS = -mavx2 -mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl
noinst_LTLIBRARIES += %D%/libkernels_avx2.la %D%/libkernels_avx512.la \
	%D%/libkernels_avx512vl.la
%C%_libkernels_la_LIBADD += %D%/libkernels_avx2.la %D%/libkernels_avx512.la \
	%D%/libkernels_avx512vl.la
%C%_libkernels_avx2_la_SOURCES = $(SB_KERNELS)
%C%_libkernels_avx2_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS) -DSB_ISA=avx2
%C%_libkernels_avx2_la_CFLAGS = $(SB_KERNEL_CFLAGS) -mavx2 -mfma -mno-avx512f
%C%_libkernels_avx512_la_SOURCES = $(SB_KERNELS)
%C%_libkernels_avx512_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS) -DSB_ISA=avx512
%C%_libkernels_avx512_la_CFLAGS = $(SB_KERNEL_CFLAGS) $(SB_AVX512_CFLAGS) \
	-mprefer-vector-width=512
%C%_libkernels_avx512vl_la_SOURCES = $(SB_DENSE_KERNELS)
%C%_libkernels_avx512vl_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS) -DSB_ISA=avx512vl
%C%_libkernels_avx512vl_la_CFLAGS = $(SB_KERNEL_CFLAGS) $(SB_AVX512_CFLAGS) \
	-mprefer-vector-width=256
endif

# ------------------------------------------------------------------------------------- plugins
plugins_LTLIBRARIES += %D%/naive.la
%C%_naive_la_SOURCES = %D%/naive.c
%C%_naive_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_naive_la_LDFLAGS = $(SB_MODULE_LDFLAGS)

include %D%/common/local.mk

plugins_LTLIBRARIES += %D%/tiled.la
%C%_tiled_la_SOURCES = %D%/tiled.c
%C%_tiled_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_tiled_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
%C%_tiled_la_LIBADD = $(SB_COMMON_LIBS)

plugins_LTLIBRARIES += %D%/openmp.la
%C%_openmp_la_SOURCES = %D%/openmp.c
%C%_openmp_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_openmp_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
%C%_openmp_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
%C%_openmp_la_LIBADD = $(SB_THREADS_LIBS)

include %D%/im2col_gemm/local.mk

include %D%/engine/local.mk
include %D%/direct/local.mk
include %D%/fused/local.mk
include %D%/strassen/local.mk
include %D%/winograd/local.mk

include %D%/peers/local.mk
