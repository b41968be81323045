# SPDX-License-Identifier: Apache-2.0
# Models of published networks, made for tests here and on the command line.
sb_model_sources = %D%/builder.c %D%/builder.h %D%/networks.c %D%/networks.h
EXTRA_DIST += $(sb_model_sources) %D%/model.c tests/unit/test_import_onnx.c

if HAVE_ONNX
sb_model_cppflags = $(AM_CPPFLAGS) -Iharness -I$(top_srcdir)/%D% $(ONNX_CFLAGS)
check_PROGRAMS += %D%/model
%C%_model_SOURCES = %D%/model.c $(sb_model_sources)
%C%_model_CPPFLAGS = $(sb_model_cppflags)
%C%_model_LDADD = harness/import/libonnxproto.a $(ONNX_LIBS)
$(%C%_model_OBJECTS): harness/import/onnx.pb-c.h

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_import_onnx
TESTS += tests/unit/test_import_onnx
tests_unit_test_import_onnx_SOURCES = tests/unit/test_import_onnx.c $(sb_model_sources)
tests_unit_test_import_onnx_CPPFLAGS = $(sb_model_cppflags)
$(tests_unit_test_import_onnx_OBJECTS): harness/import/onnx.pb-c.h
endif
endif
