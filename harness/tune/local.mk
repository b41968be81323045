# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libtune.a
%C%_libtune_a_SOURCES =
