# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libplugin.a
%C%_libplugin_a_CPPFLAGS = $(AM_CPPFLAGS) -DSB_PLUGIN_DIR='"$(pluginsdir)"'
%C%_libplugin_a_SOURCES = \
	%D%/corners.c %D%/corners.h \
	%D%/describe.c %D%/describe.h \
	%D%/info.c %D%/info.h \
	%D%/loader.c %D%/loader.h \
	%D%/rules.c %D%/rules.h \
	%D%/search.c %D%/search.h

if HAVE_CMOCKA
sb_plugin_tests = \
	tests/unit/test_params \
	tests/unit/test_rules \
	tests/unit/test_search
check_PROGRAMS += $(sb_plugin_tests)
TESTS += $(sb_plugin_tests)
sb_plugin_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
sb_plugin_test_libs = \
	%D%/libplugin.a harness/core/libcore.a $(JANSSON_LIBS) $(XXHASH_LIBS) $(CMOCKA_LIBS)

tests_unit_test_params_SOURCES = tests/unit/test_params.c
tests_unit_test_params_CFLAGS = $(sb_plugin_test_cflags)
tests_unit_test_params_LDADD = $(sb_plugin_test_libs)
tests_unit_test_rules_SOURCES = tests/unit/test_rules.c
tests_unit_test_rules_CFLAGS = $(sb_plugin_test_cflags)
tests_unit_test_rules_LDADD = $(sb_plugin_test_libs)
tests_unit_test_search_SOURCES = tests/unit/test_search.c
tests_unit_test_search_CFLAGS = $(sb_plugin_test_cflags)
tests_unit_test_search_LDADD = $(sb_plugin_test_libs)
endif
