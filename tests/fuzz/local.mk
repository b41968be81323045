# SPDX-License-Identifier: Apache-2.0
# Fuzz targets (CONTRIBUTING.md). With --enable-fuzzing they are linked with libFuzzer, and `make fuzz`
# runs them. Otherwise they are linked with a driver that reads files, and tests/fuzz/regress runs them.
# To add one, write fuzz_NAME.c, add a word here, seeds in `seeds`, and perhaps dictionaries/NAME.
fuzz_targets = \
	%D%/fuzz_config \
	%D%/fuzz_csv \
	%D%/fuzz_import_benchdnn \
	%D%/fuzz_import_csv \
	%D%/fuzz_import_onnx \
	%D%/fuzz_import_tflite \
	%D%/fuzz_recorded \
	%D%/fuzz_reply \
	%D%/fuzz_run_json \
	%D%/fuzz_rundb \
	%D%/fuzz_set \
	%D%/fuzz_text \
	%D%/fuzz_tunedb \
	%D%/fuzz_tuning_json

check_LIBRARIES += %D%/libfuzz.a
%C%_libfuzz_a_SOURCES = %D%/fuzz.c %D%/fuzz.h %D%/fuzz_import.h
if !SB_FUZZING
%C%_libfuzz_a_SOURCES += %D%/driver.c
endif
EXTRA_DIST += %D%/corpus %D%/dictionaries

check_PROGRAMS += $(fuzz_targets) %D%/make_seeds
fuzz_libraries = %D%/libfuzz.a $(harness_sepbench_LDADD) $(SB_FUZZ_LDFLAGS)
%C%_make_seeds_LDADD = $(harness_sepbench_LDADD)
%C%_fuzz_config_LDADD = $(fuzz_libraries)
%C%_fuzz_csv_LDADD = $(fuzz_libraries)
%C%_fuzz_import_benchdnn_LDADD = $(fuzz_libraries)
%C%_fuzz_import_csv_LDADD = $(fuzz_libraries)
%C%_fuzz_import_onnx_LDADD = $(fuzz_libraries)
%C%_fuzz_import_tflite_LDADD = $(fuzz_libraries)
%C%_fuzz_recorded_LDADD = $(fuzz_libraries)
%C%_fuzz_reply_LDADD = $(fuzz_libraries)
%C%_fuzz_run_json_LDADD = $(fuzz_libraries)
%C%_fuzz_rundb_LDADD = $(fuzz_libraries)
%C%_fuzz_set_LDADD = $(fuzz_libraries)
%C%_fuzz_text_LDADD = $(fuzz_libraries)
%C%_fuzz_tunedb_LDADD = $(fuzz_libraries)
%C%_fuzz_tuning_json_LDADD = $(fuzz_libraries)

dist_check_SCRIPTS += %D%/coverage %D%/regress %D%/run %D%/seeds
TESTS += %D%/regress

# Programs that make seeds.
fuzz_seeders = %D%/make_seeds tests/page/make_run
if HAVE_CMOCKA
fuzz_seeders += tests/unit/test_import tests/unit/test_import_benchdnn tests/unit/test_import_tflite
if HAVE_ONNX
fuzz_seeders += tests/unit/test_import_onnx
endif
endif

# Runs each target for FUZZ_SECONDS, FUZZ_JOBS at a time. FUZZ_TARGETS="config set" selects targets.
.PHONY: fuzz run-fuzz
fuzz: $(BUILT_SOURCES)
	$(MAKE) $(AM_MAKEFLAGS) run-fuzz
run-fuzz: $(fuzz_targets) $(fuzz_seeders)
	SRCDIR=$(abs_top_srcdir) BUILDDIR=$(abs_top_builddir) $(SHELL) $(srcdir)/%D%/run $(fuzz_targets)
