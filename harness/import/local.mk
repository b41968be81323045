# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libimport.a
%C%_libimport_a_SOURCES = \
	%D%/benchdnn.c \
	%D%/benchdnn_problem.c %D%/benchdnn_problem.h \
	%D%/csv.c \
	%D%/csv_row.c %D%/csv_row.h \
	%D%/import.h \
	%D%/imported.c %D%/imported.h \
	%D%/import_layer.c %D%/import_layer.h \
	%D%/import_yaml.c %D%/import_yaml.h \
	%D%/onnx_none.c
sb_import_libs = %D%/libimport.a

if HAVE_CMOCKA
sb_import_tests = tests/unit/test_import tests/unit/test_import_benchdnn
check_PROGRAMS += $(sb_import_tests)
TESTS += $(sb_import_tests)
sb_import_test_libs = \
	$(sb_import_libs) harness/conv/libconv.a harness/core/libcore.a $(CMOCKA_LIBS)

tests_unit_test_import_SOURCES = tests/unit/test_import.c tests/unit/import_fixture.h
tests_unit_test_import_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_import_LDADD = $(sb_import_test_libs)
tests_unit_test_import_benchdnn_SOURCES = \
	tests/unit/test_import_benchdnn.c tests/unit/import_fixture.h
tests_unit_test_import_benchdnn_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_import_benchdnn_LDADD = $(sb_import_test_libs)
endif
