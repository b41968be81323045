# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libmachine.a
%C%_libmachine_a_SOURCES =
