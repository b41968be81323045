# SPDX-License-Identifier: Apache-2.0
# A unit test is a file test_NAME.c and a word in this list. By default, automake compiles PROGRAM.c and
# links it with LDADD.
unit_tests = \
	%D%/test_activate \
	%D%/test_advice \
	%D%/test_arena \
	%D%/test_bounds \
	%D%/test_canvas \
	%D%/test_complete \
	%D%/test_conditions \
	%D%/test_claims \
	%D%/test_config \
	%D%/test_contest \
	%D%/test_contrast \
	%D%/test_cost \
	%D%/test_cpu \
	%D%/test_csv \
	%D%/test_energy \
	%D%/test_estimate \
	%D%/test_evaluations \
	%D%/test_export \
	%D%/test_expression \
	%D%/test_figures \
	%D%/test_fill \
	%D%/test_guarded \
	%D%/test_import \
	%D%/test_import_benchdnn \
	%D%/test_import_tflite \
	%D%/test_layout \
	%D%/test_layout_of_figures \
	%D%/test_loader \
	%D%/test_look \
	%D%/test_names \
	%D%/test_notes \
	%D%/test_objective \
	%D%/test_others \
	%D%/test_page \
	%D%/test_params \
	%D%/test_parse \
	%D%/test_peaks \
	%D%/test_possible \
	%D%/test_prior \
	%D%/test_problem \
	%D%/test_processes \
	%D%/test_provenance \
	%D%/test_ranks \
	%D%/test_reference \
	%D%/test_replay \
	%D%/test_result \
	%D%/test_roofline \
	%D%/test_rounds \
	%D%/test_rules \
	%D%/test_rundb \
	%D%/test_paths \
	%D%/test_sequence \
	%D%/test_scratch \
	%D%/test_shard \
	%D%/test_listing \
	%D%/test_space \
	%D%/test_speedup \
	%D%/test_stats \
	%D%/test_stopping \
	%D%/test_strangers \
	%D%/test_strategy \
	%D%/test_taps \
	%D%/test_tie \
	%D%/test_tolerance \
	%D%/test_topology \
	%D%/test_tune_plan \
	%D%/test_tunedb \
	%D%/test_worker_host

AM_CPPFLAGS += $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) $(SQLITE_CFLAGS)
LDADD = %D%/libfixtures.a $(harness_sepbench_LDADD) $(CMOCKA_LIBS)

check_LIBRARIES += %D%/libfixtures.a
%C%_libfixtures_a_SOURCES = \
	%D%/import_fixture.h %D%/run_fixture.c %D%/run_fixture.h \
	%D%/svg_texts.c %D%/svg_texts.h %D%/tensors.h

%C%_test_activate_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/plugins

if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
