# SPDX-License-Identifier: Apache-2.0
plugins_LTLIBRARIES += plugins/fused.la
plugins_fused_la_SOURCES = %D%/fused.c
plugins_fused_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
plugins_fused_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
plugins_fused_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_fused_la_LIBADD = $(SB_ENGINE_LIBS)
