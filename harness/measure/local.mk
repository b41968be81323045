# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libmeasure.a
%C%_libmeasure_a_SOURCES =
