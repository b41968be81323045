# SPDX-License-Identifier: Apache-2.0
# Plugins that misbehave. They are never installed; -rpath makes libtool build a shared object of a
# module that is only for tests.
SB_ROGUE_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined -rpath /nowhere

check_LTLIBRARIES += \
	%D%/liar.la \
	%D%/breaker.la \
	%D%/climber.la \
	%D%/crasher.la \
	%D%/staller.la \
	%D%/sleeper_init.la \
	%D%/sleeper_deinit.la \
	%D%/sleeper_destructor.la \
	%D%/sleeper_destroy.la \
	%D%/refuser.la \
	%D%/joiner.la \
	%D%/meddler.la \
	%D%/mixer.la \
	%D%/moody.la \
	%D%/rival.la \
	%D%/dodger.la \
	%D%/lingerer.la \
	%D%/skipper.la \
	%D%/forger.la \
	%D%/saboteur.la \
	%D%/shouter.la \
	%D%/vandal.la \
	%D%/vast.la \
	%D%/turncoat.la \
	%D%/yesterday.la \
	%D%/tomorrow.la \
	%D%/teller.la \
	%D%/weaver.la \
	%D%/noter.la \
	%D%/broken_symbol.la \
	%D%/broken_abi.la \
	%D%/broken_size.la \
	%D%/broken_old.la \
	%D%/broken_id.la \
	%D%/broken_text.la \
	%D%/broken_twice.la \
	%D%/broken_parameter.la \
	%D%/broken_empty.la \
	%D%/broken_init.la \
	%D%/broken_constructor.la

%C%_liar_la_SOURCES = %D%/liar.c %D%/rogue.h
%C%_liar_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_breaker_la_SOURCES = %D%/breaker.c %D%/rogue.h
%C%_breaker_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)
%C%_climber_la_SOURCES = %D%/climber.c %D%/rogue.h
%C%_climber_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)
%C%_crasher_la_SOURCES = %D%/crasher.c %D%/rogue.h
%C%_crasher_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_staller_la_SOURCES = %D%/staller.c %D%/rogue.h
%C%_staller_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_sleeper_init_la_SOURCES = %D%/sleeper.c %D%/rogue.h
%C%_sleeper_init_la_CPPFLAGS = $(AM_CPPFLAGS) -DSLEEPS_IN_INIT
%C%_sleeper_init_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_sleeper_deinit_la_SOURCES = %D%/sleeper.c %D%/rogue.h
%C%_sleeper_deinit_la_CPPFLAGS = $(AM_CPPFLAGS) -DSLEEPS_IN_DEINIT
%C%_sleeper_deinit_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_sleeper_destructor_la_SOURCES = %D%/sleeper.c %D%/rogue.h
%C%_sleeper_destructor_la_CPPFLAGS = $(AM_CPPFLAGS) -DSLEEPS_IN_DESTRUCTOR
%C%_sleeper_destructor_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_sleeper_destroy_la_SOURCES = %D%/sleeper.c %D%/rogue.h
%C%_sleeper_destroy_la_CPPFLAGS = $(AM_CPPFLAGS) -DSLEEPS_IN_DESTROY
%C%_sleeper_destroy_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_refuser_la_SOURCES = %D%/refuser.c %D%/rogue.h
%C%_refuser_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_meddler_la_SOURCES = %D%/meddler.c %D%/rogue.h
%C%_meddler_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_joiner_la_SOURCES = %D%/joiner.c %D%/rogue.h
%C%_joiner_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_mixer_la_SOURCES = %D%/mixer.c %D%/rogue.h
%C%_mixer_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_moody_la_SOURCES = %D%/moody.c %D%/rogue.h
%C%_moody_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_vast_la_SOURCES = %D%/vast.c %D%/rogue.h
%C%_vast_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_rival_la_SOURCES = %D%/rival.c %D%/rogue.h
%C%_rival_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_dodger_la_SOURCES = %D%/dodger.c %D%/rogue.h
%C%_dodger_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_teller_la_SOURCES = %D%/teller.c %D%/rogue.h
%C%_teller_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_weaver_la_SOURCES = %D%/weaver.c %D%/rogue.h
%C%_weaver_la_CFLAGS = $(AM_CFLAGS) $(OPENMP_CFLAGS)
%C%_weaver_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_noter_la_SOURCES = %D%/noter.c %D%/rogue.h
%C%_noter_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_turncoat_la_SOURCES = %D%/turncoat.c %D%/rogue.h
%C%_turncoat_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_forger_la_SOURCES = %D%/forger.c %D%/rogue.h
%C%_forger_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_saboteur_la_SOURCES = %D%/saboteur.c %D%/rogue.h
%C%_saboteur_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_shouter_la_SOURCES = %D%/shouter.c %D%/rogue.h
%C%_shouter_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_skipper_la_SOURCES = %D%/skipper.c %D%/rogue.h
%C%_skipper_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_vandal_la_SOURCES = %D%/vandal.c %D%/rogue.h
%C%_vandal_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_lingerer_la_SOURCES = %D%/lingerer.c %D%/rogue.h
%C%_lingerer_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_yesterday_la_SOURCES = %D%/yesterday.c %D%/rogue.h
%C%_yesterday_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_tomorrow_la_SOURCES = %D%/tomorrow.c %D%/rogue.h
%C%_tomorrow_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_broken_symbol_la_SOURCES = %D%/broken.c %D%/rogue.h
%C%_broken_symbol_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN_SYMBOL
%C%_broken_symbol_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_broken_abi_la_SOURCES = %D%/broken.c %D%/rogue.h
%C%_broken_abi_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN_ABI
%C%_broken_abi_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_broken_size_la_SOURCES = %D%/broken.c %D%/rogue.h
%C%_broken_size_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN_SIZE
%C%_broken_size_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_broken_old_la_SOURCES = %D%/broken.c %D%/rogue.h
%C%_broken_old_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN_OLD
%C%_broken_old_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_broken_id_la_SOURCES = %D%/broken.c %D%/rogue.h
%C%_broken_id_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN_ID
%C%_broken_id_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_broken_text_la_SOURCES = %D%/broken.c %D%/rogue.h
%C%_broken_text_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN_TEXT
%C%_broken_text_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_broken_twice_la_SOURCES = %D%/broken.c %D%/rogue.h
%C%_broken_twice_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN_TWICE
%C%_broken_twice_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_broken_parameter_la_SOURCES = %D%/broken.c %D%/rogue.h
%C%_broken_parameter_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN_PARAMETER
%C%_broken_parameter_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_broken_empty_la_SOURCES = %D%/broken.c %D%/rogue.h
%C%_broken_empty_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN_EMPTY
%C%_broken_empty_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_broken_init_la_SOURCES = %D%/broken.c %D%/rogue.h
%C%_broken_init_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN_INIT
%C%_broken_init_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

%C%_broken_constructor_la_SOURCES = %D%/broken.c %D%/rogue.h
%C%_broken_constructor_la_CPPFLAGS = $(AM_CPPFLAGS) -DBROKEN_CONSTRUCTOR
%C%_broken_constructor_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

rogue_tests = \
	tests/cli/abi.bats \
	tests/cli/check.bats \
	tests/cli/contract.bats \
	tests/cli/new_plugin.bats \
	tests/cli/contests.bats \
	tests/cli/environments.bats \
	tests/cli/keys.bats \
	tests/cli/list.bats \
	tests/cli/names.bats \
	tests/cli/onnxruntime.bats \
	tests/cli/peers.bats \
	tests/cli/resume.bats \
	tests/cli/run.bats \
	tests/cli/tune_live.bats \
	tests/cli/verdicts.bats
dist_noinst_DATA += $(rogue_tests)
if HAVE_BATS
TESTS += $(rogue_tests)
endif
dist_noinst_DATA += tests/cli/common.bash
dist_check_SCRIPTS += tests/stress/all_menaces tests/stress/kill_cycles tests/stress/kill_tunings tests/stress/merge_many tests/stress/odd_layers \
	tests/stress/slow_kernels
dist_noinst_DATA += tests/stress/fields.awk tests/stress/menaces.awk %D%/verdicts
