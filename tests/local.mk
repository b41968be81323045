# SPDX-License-Identifier: Apache-2.0
# How all tests run, and the tests that are not listed in a local.mk of their own.
# Every test prints TAP. tests/listed fails if a test is in no local.mk.
TEST_EXTENSIONS = .bats .la

# After a cross build, what runs its programs (.ci/run): unit tests, conformance and tests/emulated.
EMULATOR =

sb_tap_driver = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(sb_tap_driver) --merge
LOG_COMPILER = $(SHELL) $(srcdir)/%D%/tap
dist_check_SCRIPTS += %D%/tap

# Tests find everything through these variables. So they work in a separate build folder, with a
# read-only source folder, and do not use the user's own cache and plugins.
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	SEPBENCH=$(abs_top_builddir)/harness/sepbench; export SEPBENCH; \
	SRCDIR=$(abs_top_srcdir); export SRCDIR; \
	BUILDDIR=$(abs_top_builddir); export BUILDDIR; \
	CC='$(CC)'; export CC; \
	BUILD_CFLAGS='$(CC) $(CFLAGS)'; export BUILD_CFLAGS; \
	HARDENING='$(SB_HARDEN_CPPFLAGS) $(SB_HARDEN_LDFLAGS)'; export HARDENING; \
	NM='$(NM)'; export NM; \
	OBJDUMP='$(OBJDUMP)'; export OBJDUMP; \
	SEPBENCH_PLUGIN_PATH=$(abs_top_builddir)/plugins/.libs; export SEPBENCH_PLUGIN_PATH; \
	SEPBENCH_SYSTEM_PLUGIN_PATH=; export SEPBENCH_SYSTEM_PLUGIN_PATH; \
	SEPBENCH_CONFIG_PATH=$(abs_top_srcdir)/configs; export SEPBENCH_CONFIG_PATH; \
	XDG_CACHE_HOME=$(abs_top_builddir)/tests/cache; export XDG_CACHE_HOME; \
	EMULATOR='$(EMULATOR)'; export EMULATOR;

# ------------------------------------------------------------------------------ the command line
BATS_LOG_DRIVER = $(sb_tap_driver)
BATS_LOG_COMPILER = $(BATS)
AM_BATS_LOG_FLAGS = --tap

command_line_tests = \
	%D%/cli/answer.bats \
	%D%/cli/attach.bats \
	%D%/cli/bound.bats \
	%D%/cli/compare.bats \
	%D%/cli/config.bats \
	%D%/cli/defaults.bats \
	%D%/cli/export.bats \
	%D%/cli/hostile_files.bats \
	%D%/cli/import.bats \
	%D%/cli/latex.bats \
	%D%/cli/list_layers.bats \
	%D%/cli/machine.bats \
	%D%/cli/menaces.bats \
	%D%/cli/network.bats \
	%D%/cli/merge.bats \
	%D%/cli/named.bats \
	%D%/cli/page.bats \
	%D%/cli/report.bats \
	%D%/cli/shards.bats \
	%D%/cli/showcase.bats \
	%D%/cli/shared.bats \
	%D%/cli/slurm.bats \
	%D%/cli/theory.bats \
	%D%/cli/tune.bats
dist_noinst_DATA += $(command_line_tests)
if HAVE_BATS
TESTS += $(command_line_tests)
endif

# --------------------------------------------------------------- conformance: plugins are tests
LA_LOG_DRIVER = $(sb_tap_driver)
LA_LOG_COMPILER = $(SHELL) $(srcdir)/%D%/conformance
dist_check_SCRIPTS += %D%/conformance
TESTS += $(plugins_LTLIBRARIES)

# ------------------------------------------------------------------------- the header, C and C++
include tests/abi/local.mk

# -------------------------------------------------------------------------------- unit tests
include tests/unit/local.mk
include tests/import/local.mk
include tests/shims/local.mk

# -------------------------------------------------------------------------- rules of the sources
source_tests = %D%/circles %D%/configured %D%/format %D%/layering %D%/links %D%/listed
dist_check_SCRIPTS += $(source_tests)
TESTS += $(source_tests)

# ---------------------------------------------- run by `make installcheck`, on what was installed
dist_noinst_SCRIPTS += %D%/installed

# ------------------------------------------------------------- what kernels were compiled for
dist_check_SCRIPTS += %D%/variants
TESTS += %D%/variants

# ------------------------------------------------------------------ what configure hardened it with
dist_check_SCRIPTS += %D%/hardened
TESTS += %D%/hardened

# ------------------------------------------------------------- another C library, where it is there
dist_check_SCRIPTS += %D%/musl
TESTS += %D%/musl

# ------------------------------------------------------------- another processor, in an emulator
dist_check_SCRIPTS += %D%/emulated
TESTS += %D%/emulated

# For scripts: lists the unit tests.
print-unit-tests:
	@for test in $(TESTS); do case $$test in tests/unit/*) echo $$test ;; esac; done

# For scripts: lists the plugins whose kernels are ours.
print-own-plugins:
	@for plugin in $(plugins_LTLIBRARIES); do case " $(SB_PEERS) " in *" $$plugin "*) ;; *) echo $$plugin ;; esac; done

# For scripts: prints "PASS: name" or the like for each result of the last `make check`, and of a `make recheck`
# that ran failed tests again.
print-test-results:
	@for result in $(TEST_LOGS:.log=.trs); do \
	    sed -n "s,^:test-result: \([A-Z]*\),\1: $${result%.trs},p" $$result 2>&1; done
.PHONY: print-unit-tests print-own-plugins print-test-results

# The files that tests read are in the tarball.
EXTRA_DIST += %D%/fixtures

include tests/page/local.mk
include tests/study/local.mk
include tests/plugins/local.mk
include tests/fuzz/local.mk

mostlyclean-local:
	rm -rf tests/cache tests/fuzz/work
