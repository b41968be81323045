# SPDX-License-Identifier: Apache-2.0
# A plugin is a libtool module that shows one symbol. All are made in this folder, whichever holds
# their sources, so that a build tree is one plugin folder: plugins/.libs.
SB_MODULE_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-export-symbols-regex '^sb_plugin_entry$$'

SB_PLUGIN_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/%D%

plugins_LTLIBRARIES += %D%/naive.la
%C%_naive_la_SOURCES = %D%/naive.c
%C%_naive_la_LDFLAGS = $(SB_MODULE_LDFLAGS)

include %D%/common/local.mk

plugins_LTLIBRARIES += %D%/tiled.la
%C%_tiled_la_SOURCES = %D%/tiled.c
%C%_tiled_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_tiled_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
%C%_tiled_la_LIBADD = %D%/common/libcommon.la

plugins_LTLIBRARIES += %D%/openmp.la
%C%_openmp_la_SOURCES = %D%/openmp.c
%C%_openmp_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_openmp_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
%C%_openmp_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
%C%_openmp_la_LIBADD = %D%/common/libcommon.la

include %D%/im2col_gemm/local.mk

include %D%/engine/local.mk
include %D%/direct/local.mk
include %D%/fused/local.mk
include %D%/strassen/local.mk
include %D%/winograd/local.mk

include %D%/peers/local.mk
