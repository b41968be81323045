# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libplugin.a
%C%_libplugin_a_SOURCES =
