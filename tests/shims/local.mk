# SPDX-License-Identifier: Apache-2.0
# What stands between a test's command and the system: sandboxes, containers, odd machines.
check_PROGRAMS += %D%/deny
