# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libtune.a
%C%_libtune_a_SOURCES = \
	%D%/advice.c %D%/advice.h \
	%D%/annealing.c \
	%D%/auto.c \
	%D%/baseline.c %D%/baseline.h \
	%D%/cholesky.c %D%/cholesky.h \
	%D%/covariance.c %D%/covariance.h \
	%D%/differential.c \
	%D%/dimension.c %D%/dimension.h \
	%D%/exhaustive.c \
	%D%/export.c %D%/export.h \
	%D%/fit.c \
	%D%/gaussian.c %D%/gaussian.h \
	%D%/genetic.c \
	%D%/guide.c %D%/guide.h \
	%D%/json_scan.c %D%/json_scan.h \
	%D%/jump.c \
	%D%/local.c \
	%D%/population.c %D%/population.h \
	%D%/prior.c %D%/prior.h \
	%D%/recorded.c %D%/recorded.h \
	%D%/recorded_csv.c \
	%D%/recorded_json.c \
	%D%/recorded_parts.h \
	%D%/regression.c %D%/regression.h \
	%D%/replay.c %D%/replay.h \
	%D%/rows.c %D%/rows.h \
	%D%/rows_build.c \
	%D%/search.c %D%/search.h \
	%D%/source.c %D%/source.h \
	%D%/space.c %D%/space.h \
	%D%/space_build.c \
	%D%/space_builder.c %D%/space_builder.h \
	%D%/space_codes.h \
	%D%/space_count.c \
	%D%/space_large.c %D%/space_large.h \
	%D%/space_neighbours.c \
	%D%/space_thin.c \
	%D%/strategies.c %D%/strategies.h \
	%D%/surrogate.c \
	%D%/tunedb.c %D%/tunedb.h \
	%D%/tunedb_merge.c \
	%D%/tunedb_related.c \
	%D%/tunedb_json.c \
	%D%/tunedb_rows.c \
	%D%/tunedb_sql.h
# Products are rounded, so that the same seed gives the same search whether or not the processor can fuse them with sums.
%C%_libtune_a_CFLAGS = $(AM_CFLAGS) -ffp-contract=off $(JANSSON_CFLAGS) $(ZLIB_CFLAGS) $(SQLITE_CFLAGS)
