# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libimport.a
%C%_libimport_a_SOURCES = \
	%D%/benchdnn.c \
	%D%/benchdnn_problem.c %D%/benchdnn_problem.h \
	%D%/csv.c \
	%D%/csv_row.c %D%/csv_row.h \
	%D%/flatbuffer.c %D%/flatbuffer.h \
	%D%/import.h \
	%D%/imported.c %D%/imported.h \
	%D%/imported_account.c \
	%D%/import_layer.c %D%/import_layer.h \
	%D%/import_yaml.c %D%/import_yaml.h \
	%D%/onnx.c \
	%D%/onnx_convs.c \
	%D%/onnx_elements.c \
	%D%/onnx_graph.c %D%/onnx_graph.h \
	%D%/onnx_infer.c \
	%D%/onnx_layers.c %D%/onnx_layers.h \
	%D%/onnx_layouts.c \
	%D%/onnx_names.c \
	%D%/onnx_rules.c %D%/onnx_rules.h \
	%D%/onnx_tail.c \
	%D%/onnx_trim.c %D%/onnx_trim.h \
	%D%/onnx_windows.c \
	%D%/tflite.c \
	%D%/tflite_operators.c \
	%D%/tflite_reader.h \
	%D%/tflite_tensors.c
%C%_libimport_a_CPPFLAGS = $(AM_CPPFLAGS) -Iharness
%C%_libimport_a_CFLAGS = $(AM_CFLAGS) $(ONNX_CFLAGS)
EXTRA_DIST += %D%/onnx.proto %D%/onnx_read.c %D%/onnx_none.c

if HAVE_ONNX
%C%_libimport_a_SOURCES += %D%/onnx_read.c

# The output of protoc-c, which does not follow our coding rules.
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
