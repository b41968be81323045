# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libreport.a
%C%_libreport_a_SOURCES = \
	%D%/fig_channels.c \
	%D%/fig_gflops.c \
	%D%/fig_scatter.c \
	%D%/fig_speedup.c \
	%D%/figure.c %D%/figure.h \
	%D%/figures.c %D%/figures.h \
	%D%/gnuplot.c %D%/gnuplot.h \
	%D%/model.c %D%/model.h
