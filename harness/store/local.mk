# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libstore.a
%C%_libstore_a_SOURCES = \
	%D%/columns.c %D%/columns.h \
	%D%/csv_log.c %D%/csv_log.h \
	%D%/evaluation_log.c %D%/evaluation_log.h \
	%D%/export_benchmark.c \
	%D%/export_caches.c \
	%D%/exports.h \
	%D%/identity.c %D%/identity.h \
	%D%/lock.c %D%/lock.h \
	%D%/machines.c %D%/machines.h \
	%D%/merge.c %D%/merge.h \
	%D%/merge_copy.c %D%/merge_copy.h \
	%D%/merge_source.c %D%/merge_source.h \
	%D%/number.c %D%/number.h \
	%D%/provenance.c %D%/provenance.h \
	%D%/provenance_difference.c \
	%D%/provenance_machine.c \
	%D%/provenance_merge.c \
	%D%/provenance_names.c %D%/provenance_names.h \
	%D%/provenance_pack.c %D%/provenance_pack.h \
	%D%/provenance_read.c \
	%D%/results_csv.c %D%/results_csv.h \
	%D%/row_conditions.c %D%/row_conditions.h \
	%D%/rundb.c %D%/rundb.h \
	%D%/rundb_group.c \
	%D%/rundb_scratch.c \
	%D%/samples.c %D%/samples.h \
	%D%/schema.c %D%/schema.h \
	%D%/scratch.c %D%/scratch.h \
	%D%/search_log.c %D%/search_log.h \
	%D%/search_log_csv.c \
	%D%/sequence_rows.c %D%/sequence_rows.h \
	%D%/tune_account.c %D%/tune_account.h \
	%D%/sqlite.h
# The description of this build in run.json.
%C%_libstore_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSB_BUILD_VERSION='"$(PACKAGE_VERSION)"' -DSB_BUILD_CC='"$(CC)"' \
	-DSB_BUILD_CFLAGS='"$(CFLAGS)"' -DSB_BUILD_HOST='"$(host)"'
%C%_libstore_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) $(JANSSON_CFLAGS) $(XXHASH_CFLAGS)
