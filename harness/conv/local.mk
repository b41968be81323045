# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libconv.a
%C%_libconv_a_SOURCES =
