# SPDX-License-Identifier: Apache-2.0
# What stands between a test's command and the system: sandboxes, containers, odd machines.
check_PROGRAMS += %D%/deny

check_LTLIBRARIES += %D%/emulated.la
%C%_emulated_la_SOURCES = %D%/emulated.c
%C%_emulated_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

check_LTLIBRARIES += %D%/noshm.la
%C%_noshm_la_SOURCES = %D%/noshm.c
%C%_noshm_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)

check_LTLIBRARIES += %D%/shared.la
%C%_shared_la_SOURCES = %D%/shared.c
%C%_shared_la_LDFLAGS = $(SB_ROGUE_LDFLAGS)
