# SPDX-License-Identifier: Apache-2.0
plugins_LTLIBRARIES += plugins/im2col_gemm.la
plugins_im2col_gemm_la_SOURCES = \
	%D%/cblas_stage.c %D%/cblas_stage.h \
	%D%/im2col_gemm.c
plugins_im2col_gemm_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
plugins_im2col_gemm_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_im2col_gemm_la_LIBADD = $(SB_COMMON_LIBS)
