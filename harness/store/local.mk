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

if HAVE_CMOCKA
store_tests = tests/unit/test_rundb tests/unit/test_csv tests/unit/test_provenance
check_PROGRAMS += $(store_tests)
TESTS += $(store_tests)
run_fixture = tests/unit/run_fixture.c tests/unit/run_fixture.h
store_test_libs = \
	%D%/libstore.a harness/measure/libmeasure.a harness/machine/libmachine.a \
	harness/conv/libconv.a harness/core/libcore.a \
	$(SQLITE_LIBS) $(JANSSON_LIBS) $(XXHASH_LIBS) $(HWLOC_LIBS) $(CMOCKA_LIBS)
tests_unit_test_rundb_SOURCES = tests/unit/test_rundb.c $(run_fixture)
tests_unit_test_rundb_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_rundb_LDADD = $(store_test_libs)
tests_unit_test_csv_SOURCES = tests/unit/test_csv.c $(run_fixture)
tests_unit_test_csv_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_csv_LDADD = $(store_test_libs)
tests_unit_test_provenance_SOURCES = tests/unit/test_provenance.c $(run_fixture)
tests_unit_test_provenance_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_test_provenance_LDADD = $(store_test_libs)
endif
