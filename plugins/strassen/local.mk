# SPDX-License-Identifier: Apache-2.0
plugins_LTLIBRARIES += plugins/strassen.la
plugins_strassen_la_SOURCES = %D%/product.c %D%/product.h %D%/split.c %D%/split.h \
	%D%/strassen.c %D%/sums.h
plugins_strassen_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
plugins_strassen_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
plugins_strassen_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_strassen_la_LIBADD = $(SB_ENGINE_LIBS)
