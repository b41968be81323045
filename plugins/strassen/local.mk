# SPDX-License-Identifier: Apache-2.0
# The sums are compiled once for each instruction set; the products are the engine's.
noinst_LTLIBRARIES += %D%/libbase.la
%C%_libbase_la_SOURCES = %D%/sums.c %D%/sums.h
%C%_libbase_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libbase_la_CFLAGS = $(ENGINE_KERNEL_CFLAGS)

plugins_LTLIBRARIES += plugins/strassen.la
plugins_strassen_la_SOURCES = %D%/product.c %D%/product.h %D%/strassen.c
plugins_strassen_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
plugins_strassen_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
plugins_strassen_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_strassen_la_LIBADD = %D%/libbase.la plugins/engine/libengine.la

if SB_X86
noinst_LTLIBRARIES += %D%/libavx2.la %D%/libavx512.la
%C%_libavx2_la_SOURCES = %D%/sums.c %D%/sums.h
%C%_libavx2_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libavx2_la_CFLAGS = $(ENGINE_AVX2_CFLAGS)
%C%_libavx512_la_SOURCES = %D%/sums.c %D%/sums.h
%C%_libavx512_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libavx512_la_CFLAGS = $(ENGINE_AVX512_CFLAGS)
plugins_strassen_la_LIBADD += %D%/libavx2.la %D%/libavx512.la
endif
