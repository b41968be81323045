# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libcampaign.a
%C%_libcampaign_a_SOURCES = \
	%D%/candidates.c %D%/candidates.h \
	%D%/noise_pairs.c %D%/noise_pairs.h \
	%D%/plugins.c %D%/plugins.h \
	%D%/progress.c %D%/progress.h \
	%D%/run_folder.c %D%/run_folder.h \
	%D%/sweep.c %D%/sweep.h \
	%D%/tune_live.c %D%/tune_live.h \
	%D%/tune_race.c %D%/tune_race.h \
	%D%/tune_search.c %D%/tune_search.h \
	%D%/winners.c %D%/winners.h
