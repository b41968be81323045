# SPDX-License-Identifier: Apache-2.0
# The micro-kernels are compiled once for each instruction set; the engine on top of them serves
# this plugin and fused.
DIRECT_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
DIRECT_KERNELS = %D%/gemm_kernel.c %D%/gemm_half.c %D%/depthwise_kernel.c
DIRECT_KERNEL_CFLAGS = $(AM_CFLAGS) -ffp-contract=fast
DIRECT_AVX2_CFLAGS = $(DIRECT_KERNEL_CFLAGS) -mavx2 -mfma
DIRECT_AVX512_CFLAGS = $(DIRECT_AVX2_CFLAGS) -mavx512f -mavx512bw -mavx512dq -mavx512vl

noinst_LTLIBRARIES += %D%/libbase.la
%C%_libbase_la_SOURCES = $(DIRECT_KERNELS) %D%/gemm.h %D%/gemm_inner.h %D%/depthwise_kernel.h
%C%_libbase_la_CPPFLAGS = $(DIRECT_CPPFLAGS)
%C%_libbase_la_CFLAGS = $(DIRECT_KERNEL_CFLAGS)

noinst_LTLIBRARIES += %D%/libengine.la
%C%_libengine_la_SOURCES = \
	%D%/dense.c %D%/dense.h %D%/dense_default.c %D%/dense_run.c \
	%D%/depthwise.c %D%/depthwise.h \
	%D%/isa.c %D%/isa.h \
	%D%/options.c %D%/options.h \
	%D%/share.h %D%/view.h
%C%_libengine_la_CPPFLAGS = $(DIRECT_CPPFLAGS)
%C%_libengine_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
%C%_libengine_la_LIBADD = %D%/libbase.la

if SB_X86
DIRECT_CPPFLAGS += -DSB_X86
noinst_LTLIBRARIES += %D%/libavx2.la %D%/libavx512.la
%C%_libavx2_la_SOURCES = $(DIRECT_KERNELS)
%C%_libavx2_la_CPPFLAGS = $(DIRECT_CPPFLAGS)
%C%_libavx2_la_CFLAGS = $(DIRECT_AVX2_CFLAGS)
%C%_libavx512_la_SOURCES = $(DIRECT_KERNELS)
%C%_libavx512_la_CPPFLAGS = $(DIRECT_CPPFLAGS)
%C%_libavx512_la_CFLAGS = $(DIRECT_AVX512_CFLAGS)
%C%_libengine_la_LIBADD += %D%/libavx2.la %D%/libavx512.la
endif

plugins_LTLIBRARIES += plugins/direct.la
plugins_direct_la_SOURCES = %D%/direct.c %D%/kernels.h %D%/standard.c %D%/separable.c
plugins_direct_la_CPPFLAGS = $(DIRECT_CPPFLAGS)
plugins_direct_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
plugins_direct_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_direct_la_LIBADD = %D%/libengine.la
