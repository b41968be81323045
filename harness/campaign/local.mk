# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libcampaign.a
%C%_libcampaign_a_SOURCES = \
	%D%/account.c %D%/account.h \
	%D%/campaign.c %D%/campaign.h \
	%D%/candidates.c %D%/candidates.h \
	%D%/candidates_tune.c \
	%D%/check.c %D%/check.h \
	%D%/check_child.c %D%/check_child.h \
	%D%/check_one.c %D%/check_one.h \
	%D%/check_print.c %D%/check_print.h \
	%D%/doubts.c %D%/doubts.h \
	%D%/estimate.c %D%/estimate.h \
	%D%/lasting_notes.c %D%/lasting_notes.h \
	%D%/noise_pairs.c %D%/noise_pairs.h \
	%D%/plan.c %D%/plan.h \
	%D%/plugins.c %D%/plugins.h \
	%D%/progress.c %D%/progress.h \
	%D%/run_folder.c %D%/run_folder.h \
	%D%/run_states.c %D%/run_states.h \
	%D%/scope.c %D%/scope.h \
	%D%/sequences.c %D%/sequences.h \
	%D%/sharing.c %D%/sharing.h \
	%D%/shard.c %D%/shard.h \
	%D%/slurm_script.c %D%/slurm_script.h \
	%D%/sweep.c %D%/sweep.h \
	%D%/tune_allowed.c %D%/tune_allowed.h \
	%D%/tune_base_line.c \
	%D%/tune_decide.c \
	%D%/tune_explore.c \
	%D%/tune_hints.c \
	%D%/tune_outline.c %D%/tune_outline.h \
	%D%/tune_plan.c %D%/tune_plan.h \
	%D%/tune_race.c %D%/tune_race.h \
	%D%/tune_records.c %D%/tune_records.h \
	%D%/tune_search.c %D%/tune_search.h \
	%D%/tune_starts.c \
	%D%/tune_state.h \
	%D%/tune_unit.c %D%/tune_unit.h \
	%D%/tuning.c %D%/tuning.h \
	%D%/watch.h \
	%D%/winners.c %D%/winners.h
