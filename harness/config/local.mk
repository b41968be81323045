# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libconfig.a
%C%_libconfig_a_CPPFLAGS = $(AM_CPPFLAGS) -DSB_CONFIG_DIR='"$(configsdir)"'
%C%_libconfig_a_SOURCES = \
	%D%/config.c %D%/config.h \
	%D%/document.c %D%/document.h \
	%D%/include.c %D%/include.h \
	%D%/keys.c %D%/keys.h \
	%D%/keys_kernels.c \
	%D%/keys_sections.c \
	%D%/keys_table.c %D%/keys_table.h \
	%D%/keys_tune.c \
	%D%/layers.c %D%/layers.h \
	%D%/named.c %D%/named.h \
	%D%/node.c %D%/node.h \
	%D%/reading.c %D%/reading.h \
	%D%/shape.c %D%/shape.h \
	%D%/unknown_key.c %D%/unknown_key.h \
	%D%/value.c %D%/value.h \
	%D%/write.c %D%/write.h
%C%_libconfig_a_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
