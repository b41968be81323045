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
	%D%/machine.c \
	%D%/merge.c \
	%D%/new_plugin.c \
	%D%/parse.c %D%/parse.h \
	%D%/progress_line.c %D%/progress_line.h \
	%D%/recommend.c \
	%D%/report.c \
	%D%/run.c \
	%D%/scope_arguments.c %D%/scope_arguments.h \
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
# The commit of the sources, for run.json. Checked in each build, and changed only if the commit did.
nodist_harness_sepbench_SOURCES = %D%/built_from.h
harness_sepbench_CPPFLAGS = $(AM_CPPFLAGS) -Iharness
BUILT_SOURCES += %D%/built_from.h
# Automake makes BUILT_SOURCES before `all`, `check` and `install`, but not before single targets.
%D%/sepbench-main.$(OBJEXT): %D%/built_from.h
CLEANFILES += %D%/built_from.h
dist_noinst_SCRIPTS += %D%/commit
.PHONY: always
always:
%D%/built_from.h: always
	@$(MKDIR_P) %D%
	@echo "#define SB_BUILT_FROM \"`$(srcdir)/%D%/commit $(srcdir)`\"" >$@.new
	@if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi
dist-hook:
	$(srcdir)/harness/cli/commit $(srcdir) >$(distdir)/.commit
harness_sepbench_LDADD = \
	%D%/libcli.a harness/campaign/libcampaign.a harness/config/libconfig.a \
	$(sb_import_libs) harness/report/libreport.a harness/store/libstore.a harness/tune/libtune.a \
	harness/measure/libmeasure.a harness/plugin/libplugin.a harness/machine/libmachine.a \
	harness/conv/libconv.a harness/core/libcore.a \
	$(YAML_LIBS) $(SQLITE_LIBS) $(HWLOC_LIBS) $(JANSSON_LIBS) $(XXHASH_LIBS) $(ZLIB_LIBS)
