# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libconfig.a
%C%_libconfig_a_SOURCES = \
	%D%/config.c %D%/config.h \
	%D%/document.c %D%/document.h \
	%D%/include.c %D%/include.h \
	%D%/keys.c %D%/keys.h \
	%D%/layers.c %D%/layers.h \
	%D%/node.c %D%/node.h \
	%D%/reading.h \
	%D%/shape.c %D%/shape.h \
	%D%/source.c %D%/source.h
%C%_libconfig_a_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)

EXTRA_DIST += tests/fixtures/config

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_config
TESTS += tests/unit/test_config
tests_unit_test_config_SOURCES = tests/unit/test_config.c
tests_unit_test_config_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_config_LDADD = \
	%D%/libconfig.a harness/measure/libmeasure.a harness/conv/libconv.a harness/core/libcore.a \
	$(YAML_LIBS) $(CMOCKA_LIBS)
endif
