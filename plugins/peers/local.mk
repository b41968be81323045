# SPDX-License-Identifier: Apache-2.0
# Peers: plugins that wrap somebody else's library, each built where configure found it. They load
# the library when they are initialised, so none is linked to it.
noinst_LTLIBRARIES += %D%/libpeers.la
%C%_libpeers_la_SOURCES = \
	%D%/library.c %D%/library.h \
	%D%/steps.c %D%/steps.h
%C%_libpeers_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)

if HAVE_ONEDNN
plugins_LTLIBRARIES += %D%/onednn.la
%C%_onednn_la_SOURCES = \
	%D%/onednn.c \
	%D%/onednn_api.c %D%/onednn_api.h \
	%D%/onednn_ask.c \
	%D%/onednn_step.c %D%/onednn_step.h
%C%_onednn_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS) $(ONEDNN_CFLAGS)
%C%_onednn_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
%C%_onednn_la_LIBADD = %D%/libpeers.la
endif

if HAVE_XNNPACK
plugins_LTLIBRARIES += %D%/xnnpack.la
%C%_xnnpack_la_SOURCES = %D%/xnnpack.c
%C%_xnnpack_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS) $(XNNPACK_CFLAGS)
%C%_xnnpack_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
%C%_xnnpack_la_LIBADD = %D%/libpeers.la
endif
