# SPDX-License-Identifier: Apache-2.0
plugins_LTLIBRARIES += %D%/im2col_gemm.la
%C%_im2col_gemm_la_SOURCES = \
	%D%/cblas_stage.c %D%/cblas_stage.h \
	%D%/im2col_gemm.c
%C%_im2col_gemm_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_im2col_gemm_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
%C%_im2col_gemm_la_LIBADD = plugins/common/libcommon.la
