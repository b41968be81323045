# SPDX-License-Identifier: Apache-2.0
plugins_LTLIBRARIES += %D%/fused.la
%C%_fused_la_SOURCES = %D%/fused.c
%C%_fused_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_fused_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
%C%_fused_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
%C%_fused_la_LIBADD = plugins/direct/libengine.la
