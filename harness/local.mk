# SPDX-License-Identifier: Apache-2.0
# In the order of dependence: a folder uses only those above it (tests/layering checks).
pkginclude_HEADERS += %D%/include/sepbench/plugin.h

include harness/core/local.mk
include harness/conv/local.mk
include harness/machine/local.mk
include harness/plugin/local.mk
include harness/measure/local.mk
include harness/tune/local.mk
include harness/store/local.mk
include harness/report/local.mk
include harness/import/local.mk
include harness/config/local.mk
include harness/campaign/local.mk
include harness/cli/local.mk
