# SPDX-License-Identifier: Apache-2.0
# A plugin is a libtool module that shows one symbol.
SB_MODULE_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-export-symbols-regex '^sb_plugin_entry$$'

plugins_LTLIBRARIES += %D%/naive.la
%C%_naive_la_SOURCES = %D%/naive.c
%C%_naive_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
