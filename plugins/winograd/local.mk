# SPDX-License-Identifier: Apache-2.0
plugins_LTLIBRARIES += plugins/winograd.la
plugins_winograd_la_SOURCES = \
	%D%/pays.c \
	%D%/pays.h \
	%D%/cut.c \
	%D%/cut.h \
	%D%/pack.c \
	%D%/plan.c \
	%D%/run.c \
	%D%/transform.h \
	%D%/winograd.c \
	%D%/wino.h
plugins_winograd_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
plugins_winograd_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
plugins_winograd_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_winograd_la_LIBADD = $(SB_ENGINE_LIBS)
