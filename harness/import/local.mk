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
	%D%/import_yaml.c %D%/import_yaml.h
%C%_libimport_a_CPPFLAGS = $(AM_CPPFLAGS) -Iharness
%C%_libimport_a_CFLAGS = $(AM_CFLAGS) $(ONNX_CFLAGS)

sb_onnx_sources = \
	%D%/onnx.c \
	%D%/onnx_convs.c \
	%D%/onnx_elements.c \
	%D%/onnx_graph.h \
	%D%/onnx_infer.c %D%/onnx_infer.h \
	%D%/onnx_layers.h \
	%D%/onnx_layouts.c \
	%D%/onnx_names.c \
	%D%/onnx_read.c \
	%D%/onnx_tail.c \
	%D%/onnx_trim.c %D%/onnx_trim.h \
	%D%/onnx_windows.c
EXTRA_DIST += %D%/onnx.proto $(sb_onnx_sources) %D%/onnx_none.c

if HAVE_ONNX
%C%_libimport_a_SOURCES += $(sb_onnx_sources)

# protoc-c's output, which does not keep our rules.
noinst_LIBRARIES += %D%/libonnxproto.a
nodist_%C%_libonnxproto_a_SOURCES = %D%/onnx.pb-c.c %D%/onnx.pb-c.h
%C%_libonnxproto_a_CPPFLAGS = -I%D%
%C%_libonnxproto_a_CFLAGS = $(SB_SANITIZE_CFLAGS) $(ONNX_CFLAGS)
BUILT_SOURCES += %D%/onnx.pb-c.h
CLEANFILES += %D%/onnx.pb-c.c %D%/onnx.pb-c.h

%D%/onnx.pb-c.c: %D%/onnx.proto
	$(AM_V_GEN)$(MKDIR_P) %D% && \
	    $(ONNX_PROGRAM) --proto_path=$(srcdir)/%D% --c_out=%D% $(srcdir)/%D%/onnx.proto
%D%/onnx.pb-c.h: %D%/onnx.pb-c.c
	@:
$(%C%_libimport_a_OBJECTS): %D%/onnx.pb-c.h
sb_import_libs = %D%/libimport.a %D%/libonnxproto.a $(ONNX_LIBS)
else
%C%_libimport_a_SOURCES += %D%/onnx_none.c
sb_import_libs = %D%/libimport.a
endif

if HAVE_CMOCKA
sb_import_tests = tests/unit/test_import tests/unit/test_import_benchdnn
if HAVE_ONNX
sb_import_tests += tests/unit/test_import_onnx
endif
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

# Models of published networks, for tests here and on the command line.
sb_model_sources = \
	tests/import/builder.c tests/import/builder.h \
	tests/import/networks.c tests/import/networks.h
EXTRA_DIST += $(sb_model_sources) tests/import/model.c tests/unit/test_import_onnx.c
if HAVE_ONNX
sb_model_cppflags = $(AM_CPPFLAGS) -Iharness -I$(top_srcdir)/tests/import
check_PROGRAMS += tests/import/model
tests_import_model_SOURCES = tests/import/model.c $(sb_model_sources)
tests_import_model_CPPFLAGS = $(sb_model_cppflags)
tests_import_model_CFLAGS = $(AM_CFLAGS) $(ONNX_CFLAGS)
tests_import_model_LDADD = %D%/libonnxproto.a $(ONNX_LIBS)
$(tests_import_model_OBJECTS): %D%/onnx.pb-c.h
if HAVE_CMOCKA
tests_unit_test_import_onnx_SOURCES = \
	tests/unit/test_import_onnx.c tests/unit/import_fixture.h $(sb_model_sources)
tests_unit_test_import_onnx_CPPFLAGS = $(sb_model_cppflags)
tests_unit_test_import_onnx_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ONNX_CFLAGS)
tests_unit_test_import_onnx_LDADD = $(sb_import_test_libs)
$(tests_unit_test_import_onnx_OBJECTS): %D%/onnx.pb-c.h
endif
endif
