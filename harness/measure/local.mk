# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libmeasure.a
%C%_libmeasure_a_SOURCES = \
	%D%/arena.c %D%/arena.h \
	%D%/bootstrap.c \
	%D%/discover.c \
	%D%/guarded.c %D%/guarded.h \
	%D%/process.c %D%/process.h \
	%D%/protocol.h \
	%D%/turn.c %D%/turn.h \
	%D%/worker.c %D%/worker.h \
	%D%/quantile.h \
	%D%/result.c %D%/result.h \
	%D%/rounds.c %D%/rounds.h \
	%D%/session.c %D%/session.h \
	%D%/speedup.c %D%/speedup.h \
	%D%/stats.c %D%/stats.h \
	%D%/stopping.c %D%/stopping.h
