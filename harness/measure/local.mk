# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libmeasure.a
%C%_libmeasure_a_SOURCES = \
	%D%/arena.c %D%/arena.h \
	%D%/bootstrap.c \
	%D%/choose.c %D%/choose.h \
	%D%/contest.c %D%/contest.h \
	%D%/discover.c \
	%D%/evaluate.c %D%/evaluate.h \
	%D%/gate.c \
	%D%/group.c %D%/group.h \
	%D%/guarded.c %D%/guarded.h \
	%D%/job.c %D%/job.h \
	%D%/pairing.c %D%/pairing.h \
	%D%/look.c %D%/look.h \
	%D%/process.c %D%/process.h \
	%D%/processes.c %D%/processes.h \
	%D%/protocol.h \
	%D%/turn.c %D%/turn.h \
	%D%/worker.c %D%/worker.h \
	%D%/worker_host.c %D%/worker_host.h \
	%D%/quantile.h \
	%D%/result.c %D%/result.h \
	%D%/rounds.c %D%/rounds.h \
	%D%/rounds_run.c %D%/rounds_run.h \
	%D%/session.c %D%/session.h \
	%D%/speedup.c %D%/speedup.h \
	%D%/stats.c %D%/stats.h \
	%D%/stopping.c %D%/stopping.h \
	%D%/tails.c %D%/tails.h

if HAVE_CMOCKA
sb_measure_tests = \
	tests/unit/test_arena \
	tests/unit/test_contest \
	tests/unit/test_guarded \
	tests/unit/test_look \
	tests/unit/test_processes \
	tests/unit/test_stats \
	tests/unit/test_rounds \
	tests/unit/test_result \
	tests/unit/test_stopping \
	tests/unit/test_speedup \
	tests/unit/test_worker_host
check_PROGRAMS += $(sb_measure_tests)
TESTS += $(sb_measure_tests)
sb_measure_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
sb_measure_test_libs = %D%/libmeasure.a harness/conv/libconv.a harness/core/libcore.a \
	$(CMOCKA_LIBS)

tests_unit_test_arena_SOURCES = tests/unit/test_arena.c
tests_unit_test_arena_CFLAGS = $(sb_measure_test_cflags)
tests_unit_test_arena_LDADD = $(sb_measure_test_libs)
tests_unit_test_contest_SOURCES = tests/unit/test_contest.c
tests_unit_test_contest_CFLAGS = $(sb_measure_test_cflags)
tests_unit_test_contest_LDADD = $(sb_measure_test_libs)
tests_unit_test_look_SOURCES = tests/unit/test_look.c
tests_unit_test_look_CFLAGS = $(sb_measure_test_cflags)
tests_unit_test_look_LDADD = $(sb_measure_test_libs)
tests_unit_test_guarded_SOURCES = tests/unit/test_guarded.c
tests_unit_test_guarded_CFLAGS = $(sb_measure_test_cflags)
tests_unit_test_guarded_LDADD = $(sb_measure_test_libs)
tests_unit_test_processes_SOURCES = tests/unit/test_processes.c
tests_unit_test_processes_CFLAGS = $(sb_measure_test_cflags)
tests_unit_test_processes_LDADD = $(sb_measure_test_libs)
tests_unit_test_stats_SOURCES = tests/unit/test_stats.c
tests_unit_test_stats_CFLAGS = $(sb_measure_test_cflags)
tests_unit_test_stats_LDADD = $(sb_measure_test_libs)
tests_unit_test_rounds_SOURCES = tests/unit/test_rounds.c
tests_unit_test_rounds_CFLAGS = $(sb_measure_test_cflags)
tests_unit_test_rounds_LDADD = $(sb_measure_test_libs)
tests_unit_test_result_SOURCES = tests/unit/test_result.c
tests_unit_test_result_CFLAGS = $(sb_measure_test_cflags)
tests_unit_test_result_LDADD = $(sb_measure_test_libs)
tests_unit_test_stopping_SOURCES = tests/unit/test_stopping.c
tests_unit_test_stopping_CFLAGS = $(sb_measure_test_cflags)
tests_unit_test_stopping_LDADD = $(sb_measure_test_libs)
tests_unit_test_speedup_SOURCES = tests/unit/test_speedup.c
tests_unit_test_speedup_CFLAGS = $(sb_measure_test_cflags)
tests_unit_test_speedup_LDADD = $(sb_measure_test_libs)
tests_unit_test_worker_host_SOURCES = tests/unit/test_worker_host.c
tests_unit_test_worker_host_CFLAGS = $(sb_measure_test_cflags)
tests_unit_test_worker_host_LDADD = $(sb_measure_test_libs)
endif
