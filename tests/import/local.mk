# SPDX-License-Identifier: Apache-2.0
# Models of published networks, made for tests here and on the command line.
sb_model_sources = %D%/builder.c %D%/builder.h %D%/networks.c %D%/networks.h
EXTRA_DIST += $(sb_model_sources) %D%/model.c tests/unit/test_import_onnx.c \
	tests/unit/test_onnx_model.c tests/unit/test_onnx_variants.c

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

check_PROGRAMS += tests/unit/test_onnx_variants
TESTS += tests/unit/test_onnx_variants
tests_unit_test_onnx_variants_SOURCES = tests/unit/test_onnx_variants.c $(sb_model_sources)
tests_unit_test_onnx_variants_CPPFLAGS = $(sb_model_cppflags)
$(tests_unit_test_onnx_variants_OBJECTS): harness/import/onnx.pb-c.h

# What the peer for ONNX Runtime writes, the import reads.
check_PROGRAMS += tests/unit/test_onnx_model
TESTS += tests/unit/test_onnx_model
tests_unit_test_onnx_model_SOURCES = tests/unit/test_onnx_model.c \
	plugins/peers/onnx_bytes.c plugins/peers/onnx_model.c
tests_unit_test_onnx_model_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/plugins
endif
endif
