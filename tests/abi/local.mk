# SPDX-License-Identifier: Apache-2.0
# plugin.h as a plugin's author meets it: alone, strict, in C and in C++.
abi_cppflags = -I$(top_srcdir)/harness/include

check_PROGRAMS += %D%/header_c
TESTS += %D%/header_c
tests_abi_header_c_SOURCES = %D%/header_c.c %D%/layout.h
tests_abi_header_c_CPPFLAGS = $(abi_cppflags)
tests_abi_header_c_LDADD =
tests_abi_header_c_CFLAGS = $(AM_CFLAGS) -std=c17 -pedantic-errors

if HAVE_CXX17
abi_cxxflags = -std=c++17 -pedantic-errors -Wall -Wextra -Wshadow -Wconversion -fvisibility=hidden \
	$(SB_WERROR) $(SB_SANITIZE_CFLAGS)

check_PROGRAMS += %D%/header_cxx
TESTS += %D%/header_cxx
tests_abi_header_cxx_SOURCES = %D%/header_cxx.cpp %D%/layout.h
tests_abi_header_cxx_CPPFLAGS = $(abi_cppflags)
tests_abi_header_cxx_LDADD =
tests_abi_header_cxx_CXXFLAGS = $(abi_cxxflags)

check_LTLIBRARIES += %D%/plugin_cxx.la
TESTS += %D%/plugin_cxx.la
tests_abi_plugin_cxx_la_SOURCES = %D%/plugin_cxx.cpp
tests_abi_plugin_cxx_la_CPPFLAGS = $(abi_cppflags)
tests_abi_plugin_cxx_la_CXXFLAGS = $(abi_cxxflags)
tests_abi_plugin_cxx_la_LDFLAGS = $(SB_MODULE_LDFLAGS) -rpath /nowhere
endif
