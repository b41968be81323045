# SPDX-License-Identifier: Apache-2.0
# Everything but main() is a library, so that unit tests can link it.
noinst_LIBRARIES += %D%/libcli.a
%C%_libcli_a_SOURCES =

bin_PROGRAMS += harness/sepbench
harness_sepbench_SOURCES = %D%/main.c
harness_sepbench_LDADD = \
	%D%/libcli.a harness/report/libreport.a harness/store/libstore.a harness/tune/libtune.a \
	harness/measure/libmeasure.a harness/plugin/libplugin.a harness/machine/libmachine.a \
	harness/conv/libconv.a harness/core/libcore.a \
	$(YAML_LIBS) $(SQLITE_LIBS) $(HWLOC_LIBS) $(JANSSON_LIBS) $(XXHASH_LIBS) $(ZLIB_LIBS)
