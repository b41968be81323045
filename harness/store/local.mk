# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libstore.a
%C%_libstore_a_SOURCES = \
	%D%/csv.c %D%/csv.h \
	%D%/number.c %D%/number.h \
	%D%/provenance.c %D%/provenance.h \
	%D%/rundb.c %D%/rundb.h \
	%D%/rundb_group.c \
	%D%/samples.c %D%/samples.h \
	%D%/schema.c %D%/schema.h \
	%D%/sqlite.h \
	%D%/tune_gains.c %D%/tune_gains.h \
	%D%/tune_gains_csv.c \
	%D%/tune_log.c %D%/tune_log.h
# What run.json says of this build.
%C%_libstore_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSB_BUILD_VERSION='"$(PACKAGE_VERSION)"' -DSB_BUILD_CC='"$(CC)"' \
	-DSB_BUILD_CFLAGS='"$(CFLAGS)"' -DSB_BUILD_HOST='"$(host)"'
%C%_libstore_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) $(JANSSON_CFLAGS) $(XXHASH_CFLAGS)
