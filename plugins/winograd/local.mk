# SPDX-License-Identifier: Apache-2.0
# The transforms are compiled once for each instruction set; the products are the engine's.
noinst_LTLIBRARIES += %D%/libbase.la
%C%_libbase_la_SOURCES = %D%/transform.c %D%/transform.h
%C%_libbase_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libbase_la_CFLAGS = $(ENGINE_KERNEL_CFLAGS)

plugins_LTLIBRARIES += plugins/winograd.la
plugins_winograd_la_SOURCES = \
	%D%/filter.c \
	%D%/plan.c \
	%D%/run.c \
	%D%/winograd.c \
	%D%/wino.h
plugins_winograd_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
plugins_winograd_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
plugins_winograd_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_winograd_la_LIBADD = %D%/libbase.la plugins/engine/libengine.la

if SB_X86
noinst_LTLIBRARIES += %D%/libavx2.la %D%/libavx512.la
%C%_libavx2_la_SOURCES = %D%/transform.c %D%/transform.h
%C%_libavx2_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libavx2_la_CFLAGS = $(ENGINE_AVX2_CFLAGS)
%C%_libavx512_la_SOURCES = %D%/transform.c %D%/transform.h
%C%_libavx512_la_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libavx512_la_CFLAGS = $(ENGINE_AVX512_CFLAGS)
plugins_winograd_la_LIBADD += %D%/libavx2.la %D%/libavx512.la
endif
