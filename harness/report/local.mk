# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libreport.a
%C%_libreport_a_SOURCES = \
	%D%/answer.c %D%/answer.h \
	%D%/answer_files.c %D%/answer_files.h \
	%D%/answer_json.c \
	%D%/answer_markdown.c \
	%D%/answer_text.c \
	%D%/answer_totals.c %D%/answer_totals.h \
	%D%/axis.c %D%/axis.h \
	%D%/bag.c %D%/bag.h \
	%D%/canvas.c %D%/canvas.h \
	%D%/columns80.c %D%/columns80.h \
	%D%/comparison.c %D%/comparison.h \
	%D%/comparison_data.c \
	%D%/comparison_print.h \
	%D%/comparison_text.c \
	%D%/contests.c %D%/contests.h \
	%D%/differences.c %D%/differences.h \
	%D%/dims.c %D%/dims.h \
	%D%/dots.c %D%/dots.h \
	%D%/dots_chart.h %D%/dots_plot.c \
	%D%/evaluations.c %D%/evaluations.h \
	%D%/facets.c %D%/facets.h \
	%D%/fig_breakdown.c \
	%D%/fig_channels.c \
	%D%/fig_convergence.c \
	%D%/fig_cost.c \
	%D%/fig_ecdf.c \
	%D%/fig_efficiency.c \
	%D%/fig_error.c \
	%D%/fig_gflops.c \
	%D%/fig_heat.c \
	%D%/fig_influence.c \
	%D%/fig_network.c \
	%D%/fig_peers.c \
	%D%/fig_predicted.c \
	%D%/fig_processes.c \
	%D%/fig_profile.c \
	%D%/fig_roof.c \
	%D%/fig_roofline.c \
	%D%/fig_scaling.c \
	%D%/fig_scatter.c \
	%D%/fig_sequence.c \
	%D%/fig_speedup.c \
	%D%/fig_winner.c \
	%D%/figure.c %D%/figure.h \
	%D%/figures.c %D%/figures.h \
	%D%/glyphs.c %D%/glyphs.h \
	%D%/gnuplot.c %D%/gnuplot.h \
	%D%/workplace.c %D%/workplace.h \
	%D%/groups.c %D%/groups.h \
	%D%/html.c %D%/html.h \
	%D%/influence.c %D%/influence.h \
	%D%/layer_rows.c %D%/layer_rows.h \
	%D%/layers_table.c %D%/layers_table.h \
	%D%/legend.c %D%/legend.h \
	%D%/machine_report.c %D%/machine_report.h \
	%D%/map.c %D%/map.h \
	%D%/marks.c %D%/marks.h \
	%D%/model.c %D%/model.h \
	%D%/model_order.c %D%/model_order.h \
	%D%/network.h \
	%D%/outputs.c %D%/outputs.h \
	%D%/page.c %D%/page.h \
	%D%/plan_files.c %D%/plan_files.h \
	%D%/plugin_lists.c %D%/plugin_lists.h \
	%D%/page_answer.c %D%/page_answer.h \
	%D%/page_data.c %D%/page_data.h \
	%D%/page_files.h \
	%D%/page_lists.c %D%/page_lists.h \
	%D%/page_tables.c %D%/page_tables.h \
	%D%/pack.c %D%/pack.h \
	%D%/panel.c %D%/panel.h \
	%D%/pass.c %D%/pass.h \
	%D%/pdf_date.c \
	%D%/recommend.c %D%/recommend.h \
	%D%/recommend_print.c \
	%D%/replay_table.c %D%/replay_table.h \
	%D%/report_run.c %D%/report_run.h \
	%D%/search_table.c %D%/search_table.h \
	%D%/side_by_side.c %D%/side_by_side.h \
	%D%/stairs.c %D%/stairs.h \
	%D%/steps_table.c %D%/steps_table.h \
	%D%/style.c %D%/style.h \
	%D%/summary.c %D%/summary.h \
	%D%/swept.c %D%/swept.h \
	%D%/tex.c %D%/tex.h \
	%D%/tex_layers.c \
	%D%/tex_networks.c \
	%D%/tex_sequences.c \
	%D%/tex_parts.h \
	%D%/tex_setup.c \
	%D%/tex_write.c %D%/tex_write.h \
	%D%/theory.h \
	%D%/theory_data.c \
	%D%/theory_rows.c %D%/theory_rows.h \
	%D%/theory_text.c \
	%D%/thin.c %D%/thin.h \
	%D%/tuner_caches.c %D%/tuner_caches.h \
	%D%/tuning_advice.c %D%/tuning_advice.h
%C%_libreport_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

# The fixed parts of every page, as arrays of bytes, because the compiler warns about very long
# strings.
nodist_%C%_libreport_a_SOURCES = %D%/page_files.c
EXTRA_DIST += %D%/page.css %D%/page.js
CLEANFILES += %D%/page_files.c
%D%/page_files.c: %D%/page.css %D%/page.js
	$(AM_V_GEN)$(MKDIR_P) %D% && { \
	    echo '#include "report/page_files.h"' && \
	    echo 'const char sb_page_style[] = {' && \
	    od -An -v -tx1 $(srcdir)/%D%/page.css | sed 's/ \(..\)/0x\1,/g' && echo '0 };' && \
	    echo 'const char sb_page_script[] = {' && \
	    od -An -v -tx1 $(srcdir)/%D%/page.js | sed 's/ \(..\)/0x\1,/g' && echo '0 };' ; \
	} > $@.tmp && mv $@.tmp $@
