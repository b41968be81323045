# SPDX-License-Identifier: Apache-2.0
# What direct, fused, winograd and strassen compute with. The micro-kernels are compiled once for each
# instruction set.
ENGINE_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
ENGINE_KERNELS = %D%/gemm_kernel.c %D%/gemm_half.c %D%/depthwise_kernel.c
ENGINE_KERNEL_CFLAGS = $(AM_CFLAGS) -ffp-contract=fast
ENGINE_AVX2_CFLAGS = $(ENGINE_KERNEL_CFLAGS) -mavx2 -mfma
ENGINE_AVX512_CFLAGS = $(ENGINE_AVX2_CFLAGS) -mavx512f -mavx512bw -mavx512dq -mavx512vl

noinst_LTLIBRARIES += %D%/libbase.la
%C%_libbase_la_SOURCES = $(ENGINE_KERNELS) \
	%D%/depthwise_kernel.h \
	%D%/gemm.h %D%/gemm_inner.h \
	%D%/vec.h
%C%_libbase_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libbase_la_CFLAGS = $(ENGINE_KERNEL_CFLAGS)

noinst_LTLIBRARIES += %D%/libengine.la
%C%_libengine_la_SOURCES = \
	%D%/dense.c %D%/dense.h %D%/dense_default.c %D%/dense_run.c \
	%D%/depthwise.c %D%/depthwise.h \
	%D%/isa.c %D%/isa.h \
	%D%/options.c %D%/options.h \
	%D%/share.h %D%/view.h
%C%_libengine_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libengine_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
%C%_libengine_la_LIBADD = %D%/libbase.la

if SB_X86
ENGINE_CPPFLAGS += -DSB_X86
noinst_LTLIBRARIES += %D%/libavx2.la %D%/libavx512.la
%C%_libavx2_la_SOURCES = $(ENGINE_KERNELS)
%C%_libavx2_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libavx2_la_CFLAGS = $(ENGINE_AVX2_CFLAGS)
%C%_libavx512_la_SOURCES = $(ENGINE_KERNELS)
%C%_libavx512_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libavx512_la_CFLAGS = $(ENGINE_AVX512_CFLAGS)
%C%_libengine_la_LIBADD += %D%/libavx2.la %D%/libavx512.la
endif
