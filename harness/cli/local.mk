# SPDX-License-Identifier: Apache-2.0
# Everything but main() is a library, so that unit tests can link it.
noinst_LIBRARIES += %D%/libcli.a
%C%_libcli_a_SOURCES = \
	%D%/check.c \
	%D%/command.h \
	%D%/commands.h \
	%D%/compare.c \
	%D%/export.c \
	%D%/format.c %D%/format.h \
	%D%/help.c %D%/help.h \
	%D%/import.c \
	%D%/list.c \
	%D%/list_plugins.c %D%/list_plugins.h \
	%D%/machine.c \
	%D%/merge.c \
	%D%/parse.c %D%/parse.h \
	%D%/progress_line.c %D%/progress_line.h \
	%D%/recommend.c \
	%D%/report.c \
	%D%/run.c \
	%D%/slurm.c \
	%D%/stop.c %D%/stop.h \
	%D%/theory.c \
	%D%/tune.c \
	%D%/tune_replay.c %D%/tune_replay.h \
	%D%/tuning.c \
	%D%/worker.c
%C%_libcli_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

bin_PROGRAMS += harness/sepbench
harness_sepbench_SOURCES = %D%/main.c
harness_sepbench_LDADD = \
	%D%/libcli.a harness/campaign/libcampaign.a harness/config/libconfig.a \
	$(sb_import_libs) harness/report/libreport.a harness/store/libstore.a harness/tune/libtune.a \
	harness/measure/libmeasure.a harness/plugin/libplugin.a harness/machine/libmachine.a \
	harness/conv/libconv.a harness/core/libcore.a \
	$(YAML_LIBS) $(SQLITE_LIBS) $(HWLOC_LIBS) $(JANSSON_LIBS) $(XXHASH_LIBS) $(ZLIB_LIBS)
