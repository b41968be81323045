# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libplugin.a
%C%_libplugin_a_CPPFLAGS = $(AM_CPPFLAGS) -DSB_PLUGIN_DIR='"$(pluginsdir)"'
%C%_libplugin_a_SOURCES = \
	%D%/corners.c %D%/corners.h \
	%D%/describe.c %D%/describe.h \
	%D%/info.c %D%/info.h \
	%D%/loader.c %D%/loader.h \
	%D%/paths.c %D%/paths.h \
	%D%/rules.c %D%/rules.h \
	%D%/symbols.c %D%/symbols.h
