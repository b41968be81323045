# SPDX-License-Identifier: Apache-2.0
# The page of a run is used in headless Chromium by tests/cli/page.bats.
dist_check_SCRIPTS += %D%/drive
EXTRA_DIST += %D%/drive.js %D%/watch.js

check_PROGRAMS += %D%/make_run
