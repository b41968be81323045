# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libplugin.a
%C%_libplugin_a_CPPFLAGS = $(AM_CPPFLAGS) -DSB_PLUGIN_DIR='"$(pluginsdir)"'
%C%_libplugin_a_SOURCES = \
	%D%/complete.c %D%/complete.h \
	%D%/constraint.c %D%/constraint.h \
	%D%/corners.c %D%/corners.h \
	%D%/describe.c %D%/describe.h \
	%D%/info.c %D%/info.h \
	%D%/loader.c %D%/loader.h \
	%D%/notes.c %D%/notes.h \
	%D%/paths.c %D%/paths.h \
	%D%/rules.c %D%/rules.h \
	%D%/symbols.c %D%/symbols.h \
	%D%/templates.h %D%/templates_write.c
nodist_%C%_libplugin_a_SOURCES = %D%/templates.c

# The files that `sepbench new-plugin` writes.
sb_templates = \
	plugins/naive.c harness/include/sepbench/plugin.h \
	plugins/template/kernel.cpp.txt plugins/template/Makefile.txt plugins/template/README.txt \
	plugins/template/layers.txt plugins/template/ranked.txt
EXTRA_DIST += %D%/embed.awk $(sb_templates)
CLEANFILES += %D%/templates.c
%D%/templates.c: %D%/embed.awk $(sb_templates)
	$(AM_V_GEN)$(MKDIR_P) %D% && cd $(srcdir) && \
	$(AWK) -f %D%/embed.awk $(sb_templates) >$(abs_builddir)/$@.new && mv $(abs_builddir)/$@.new $(abs_builddir)/$@
