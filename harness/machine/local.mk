# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libmachine.a
%C%_libmachine_a_SOURCES = \
	%D%/cache.c %D%/cache.h \
	%D%/cgroup.c %D%/cgroup.h \
	%D%/conditions.c %D%/conditions.h \
	%D%/cpu.c %D%/cpu.h \
	%D%/level.c %D%/level.h \
	%D%/loops.c %D%/loops.h %D%/loops.inc \
	%D%/noise.c %D%/noise.h \
	%D%/peaks.c %D%/peaks.h \
	%D%/peaks_file.c %D%/peaks_file.h \
	%D%/peaks_probe.c %D%/peaks_probe.h \
	%D%/probe.c %D%/probe.h \
	%D%/roofline.c %D%/roofline.h \
	%D%/topology.c %D%/topology.h
%C%_libmachine_a_CFLAGS = $(AM_CFLAGS) $(HWLOC_CFLAGS) $(JANSSON_CFLAGS) $(XXHASH_CFLAGS)

if HAVE_CMOCKA
sb_machine_tests = \
	tests/unit/test_cpu \
	tests/unit/test_topology \
	tests/unit/test_peaks \
	tests/unit/test_roofline \
	tests/unit/test_conditions
check_PROGRAMS += $(sb_machine_tests)
TESTS += $(sb_machine_tests)
sb_machine_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
sb_machine_test_libs = %D%/libmachine.a harness/core/libcore.a \
	$(HWLOC_LIBS) $(JANSSON_LIBS) $(XXHASH_LIBS) $(CMOCKA_LIBS)

tests_unit_test_cpu_SOURCES = tests/unit/test_cpu.c
tests_unit_test_cpu_CFLAGS = $(sb_machine_test_cflags)
tests_unit_test_cpu_LDADD = $(sb_machine_test_libs)
tests_unit_test_topology_SOURCES = tests/unit/test_topology.c
tests_unit_test_topology_CFLAGS = $(sb_machine_test_cflags)
tests_unit_test_topology_LDADD = $(sb_machine_test_libs)
tests_unit_test_peaks_SOURCES = tests/unit/test_peaks.c
tests_unit_test_peaks_CFLAGS = $(sb_machine_test_cflags)
tests_unit_test_peaks_LDADD = $(sb_machine_test_libs)
tests_unit_test_roofline_SOURCES = tests/unit/test_roofline.c
tests_unit_test_roofline_CFLAGS = $(sb_machine_test_cflags)
tests_unit_test_roofline_LDADD = $(sb_machine_test_libs)
tests_unit_test_conditions_SOURCES = tests/unit/test_conditions.c
tests_unit_test_conditions_CFLAGS = $(sb_machine_test_cflags)
tests_unit_test_conditions_LDADD = $(sb_machine_test_libs)
endif
