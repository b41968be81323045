# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libcore.a
%C%_libcore_a_SOURCES = \
	%D%/clock.h \
	%D%/csv.c %D%/csv.h \
	%D%/database.c %D%/database.h \
	%D%/dot_lock.c %D%/dot_lock.h \
	%D%/error.c %D%/error.h \
	%D%/expression.c %D%/expression.h \
	%D%/file.c %D%/file.h \
	%D%/log.c %D%/log.h \
	%D%/random.h \
	%D%/table.c %D%/table.h \
	%D%/text.c %D%/text.h \
	%D%/visible.c %D%/visible.h \
	%D%/words.c %D%/words.h
%C%_libcore_a_CPPFLAGS = $(AM_CPPFLAGS) -DSB_PREFIX='"$(prefix)"' -DSB_BIN_DIR='"$(bindir)"'
%C%_libcore_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
