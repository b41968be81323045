# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libmachine.a
%C%_libmachine_a_SOURCES = \
	%D%/cache.c %D%/cache.h \
	%D%/cgroup.c %D%/cgroup.h \
	%D%/conditions.c %D%/conditions.h \
	%D%/cpu.c %D%/cpu.h \
	%D%/crowd.c %D%/crowd.h \
	%D%/energy.c %D%/energy.h \
	%D%/level.c %D%/level.h \
	%D%/limits.c %D%/limits.h \
	%D%/loops.c %D%/loops.h %D%/loops.inc \
	%D%/machine.c %D%/machine.h \
	%D%/noise.c %D%/noise.h \
	%D%/peaks.c %D%/peaks.h \
	%D%/peaks_file.c %D%/peaks_file.h \
	%D%/peaks_probe.c %D%/peaks_probe.h \
	%D%/probe.c %D%/probe.h \
	%D%/roofline.c %D%/roofline.h \
	%D%/system.c %D%/system.h \
	%D%/topology.c %D%/topology.h
%C%_libmachine_a_CFLAGS = $(AM_CFLAGS) $(HWLOC_CFLAGS) $(JANSSON_CFLAGS) $(XXHASH_CFLAGS)
