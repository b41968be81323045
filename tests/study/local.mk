# SPDX-License-Identifier: Apache-2.0
# Validates the measuring method (docs/method.md). `make check` builds it; it is run by hand.
check_PROGRAMS += tests/study/study
tests_study_study_SOURCES = %D%/study.c
tests_study_study_LDADD = $(harness_sepbench_LDADD)

# Validates the search strategies (docs/tuning.md).
check_PROGRAMS += tests/study/searches
tests_study_searches_SOURCES = %D%/searches.c %D%/landscapes.c %D%/landscapes.h
tests_study_searches_LDADD = $(harness_sepbench_LDADD)
EXTRA_DIST += %D%/agreement %D%/gains %D%/pairs %D%/table %D%/tune_pairs.yaml %D%/tune_spaces.yaml %D%/tuner

check_LTLIBRARIES += tests/study/work_a.la tests/study/work_b.la
tests_study_work_a_la_SOURCES = %D%/work.c
tests_study_work_a_la_CPPFLAGS = $(AM_CPPFLAGS) -DWORK_ID='"work_a"'
tests_study_work_a_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
tests_study_work_a_la_LDFLAGS = $(SB_MODULE_LDFLAGS) -rpath /nowhere
tests_study_work_b_la_SOURCES = %D%/work.c
tests_study_work_b_la_CPPFLAGS = $(AM_CPPFLAGS) -DWORK_ID='"work_b"'
tests_study_work_b_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
tests_study_work_b_la_LDFLAGS = $(tests_study_work_a_la_LDFLAGS)
