# SPDX-License-Identifier: Apache-2.0
plugins_LTLIBRARIES += plugins/direct.la
plugins_direct_la_SOURCES = %D%/direct.c
plugins_direct_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
plugins_direct_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
plugins_direct_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_direct_la_LIBADD = $(SB_ENGINE_LIBS)
