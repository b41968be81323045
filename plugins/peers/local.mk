# SPDX-License-Identifier: Apache-2.0
# Peers: plugins that wrap a library of somebody else. Each is built if configure found its library.
# They load the library when they are initialised, so they are not linked to it.
SB_PEERS = plugins/blis.la plugins/libxsmm.la plugins/onednn.la plugins/onnxruntime.la \
	plugins/openblas.la plugins/xnnpack.la

noinst_LTLIBRARIES += %D%/libpeers.la
%C%_libpeers_la_SOURCES = \
	%D%/library.c %D%/library.h
%C%_libpeers_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)

# Always built: it needs nothing of the library, which is one that the user has.
plugins_LTLIBRARIES += plugins/onnxruntime.la
plugins_onnxruntime_la_SOURCES = \
	%D%/onnx_bytes.c %D%/onnx_bytes.h \
	%D%/onnx_model.c %D%/onnx_model.h \
	%D%/onnxruntime.c \
	%D%/onnxruntime_api.c %D%/onnxruntime_api.h
plugins_onnxruntime_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
plugins_onnxruntime_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_onnxruntime_la_LIBADD = %D%/libpeers.la $(SB_COMMON_LIBS)

if HAVE_ONEDNN
plugins_LTLIBRARIES += plugins/onednn.la
plugins_onednn_la_SOURCES = \
	%D%/onednn.c \
	%D%/onednn_api.c %D%/onednn_api.h \
	%D%/onednn_ask.c \
	%D%/onednn_stage.c %D%/onednn_stage.h
plugins_onednn_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS) $(ONEDNN_CFLAGS)
plugins_onednn_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_onednn_la_LIBADD = %D%/libpeers.la $(SB_COMMON_LIBS)
endif

if HAVE_XNNPACK
plugins_LTLIBRARIES += plugins/xnnpack.la
plugins_xnnpack_la_SOURCES = %D%/xnnpack.c
plugins_xnnpack_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS) $(XNNPACK_CFLAGS)
plugins_xnnpack_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_xnnpack_la_LIBADD = %D%/libpeers.la $(SB_COMMON_LIBS)
endif

# OpenBLAS and BLIS both export cblas_sgemm, so nothing is linked to either of them.
noinst_LTLIBRARIES += %D%/libpeerblas.la
%C%_libpeerblas_la_SOURCES = \
	%D%/blas_library.c %D%/blas_library.h \
	%D%/blas_stage.c %D%/blas_stage.h
%C%_libpeerblas_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
%C%_libpeerblas_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
%C%_libpeerblas_la_LIBADD = %D%/libpeers.la

if HAVE_OPENBLAS
plugins_LTLIBRARIES += plugins/openblas.la
plugins_openblas_la_SOURCES = %D%/openblas.c
plugins_openblas_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
plugins_openblas_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
plugins_openblas_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_openblas_la_LIBADD = %D%/libpeerblas.la $(SB_COMMON_LIBS)
endif

if HAVE_BLIS
plugins_LTLIBRARIES += plugins/blis.la
plugins_blis_la_SOURCES = %D%/blis.c
plugins_blis_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS)
plugins_blis_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
plugins_blis_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_blis_la_LIBADD = %D%/libpeerblas.la $(SB_COMMON_LIBS)
endif

# Debian has libxsmm only as a static library. It needs a BLAS, which we never call; the small
# library beside it stands in for one.
if HAVE_LIBXSMM
plugins_LTLIBRARIES += plugins/libxsmm.la
plugins_libxsmm_la_SOURCES = %D%/libxsmm.c
plugins_libxsmm_la_CPPFLAGS = $(SB_PLUGIN_CPPFLAGS) $(LIBXSMM_CFLAGS)
plugins_libxsmm_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
plugins_libxsmm_la_LDFLAGS = $(SB_MODULE_LDFLAGS)
plugins_libxsmm_la_LIBADD = %D%/libpeers.la $(SB_COMMON_LIBS) $(LIBXSMM_LIBS) -lxsmmnoblas
endif
