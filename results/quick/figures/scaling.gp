# Run by itself, "gnuplot scaling.gp" draws the figure anew from scaling.dat.
formats = 'svg png'
data = 'scaling.dat'
set encoding utf8
do for [format in formats] {
    reset
    set datafile separator tab
    set datafile missing '?'
    set border 3 lw 0.7
    set tics nomirror out scale 0.5
    set boxwidth 1
    set errorbars 0
    set pointintervalbox 0
    if (format eq 'svg') {
        set terminal svg size 321,395 dynamic noenhanced background '#ffffff' font 'Helvetica,8'
    }
    if (format eq 'pdf') {
        set terminal pdfcairo size 8.50cm,10.46cm noenhanced font 'Helvetica,7' fontscale 0.82 linewidth 1.8 pointscale 0.8
    }
    if (format eq 'png') {
        set terminal pngcairo size 1004,1235 noenhanced background '#ffffff' font 'Helvetica,7' fontscale 3.125 linewidth 3 pointscale 3
    }
    set output 'scaling.'.format
set title 'quick'.': '.'scaling, geometric mean over layers'."\n".'Oxide Virtual Turin-like' offset 0,-0.5
set key at screen 0.5, screen 0.01 center bottom horizontal maxcols 3 Left reverse samplen 1.6 noenhanced
set xrange [0.94:2.06]
set xtics (1, 2)
set grid lt 1 lc rgb '#e0e0e0' lw 0.5
set multiplot
set lmargin at screen 0.1294
set rmargin at screen 0.9765
set bmargin at screen 0.5698
set tmargin at screen 0.9140
set format x ''
set ylabel 'Speedup over 1 thread'
set yrange [0:2.16]
plot x / 1. with lines lw 0.8 dt (2,3) lc rgb '#000000' title 'ideal', \
     data index 0 using 1:2 with linespoints lw 1.2 dt 1 pt 5 ps 0.5 lc rgb '#e69f00' notitle, \
     data index 1 using 1:2 with linespoints lw 1.2 dt (6,3) pt 5 ps 0.5 lc rgb '#e69f00' notitle, \
     data index 2 using 1:2 with linespoints lw 1.2 dt 1 pt 9 ps 0.5 lc rgb '#0072b2' notitle, \
     data index 3 using 1:2 with linespoints lw 1.2 dt (6,3) pt 9 ps 0.5 lc rgb '#0072b2' notitle, \
     data index 4 using 1:2 with linespoints lw 1.2 dt 1 pt 11 ps 0.5 lc rgb '#56b4e9' notitle, \
     data index 5 using 1:2 with linespoints lw 1.2 dt (6,3) pt 11 ps 0.5 lc rgb '#56b4e9' notitle, \
     data index 6 using 1:2 with linespoints lw 1.2 dt 1 pt 13 ps 0.5 lc rgb '#d55e00' notitle, \
     data index 7 using 1:2 with linespoints lw 1.2 dt (6,3) pt 13 ps 0.5 lc rgb '#d55e00' notitle, \
     keyentry with points pt 5 ps 0.6 lc rgb '#e69f00' title 'naive', \
     keyentry with points pt 9 ps 0.6 lc rgb '#0072b2' title 'im2col_gemm', \
     keyentry with points pt 11 ps 0.6 lc rgb '#56b4e9' title 'tiled', \
     keyentry with points pt 13 ps 0.6 lc rgb '#d55e00' title 'openmp', \
     keyentry with lines lw 1.2 dt 1 lc rgb '#606060' title 'standard', \
     keyentry with lines lw 1.2 dt (6,3) lc rgb '#606060' title 'separable'
set lmargin at screen 0.1294
set rmargin at screen 0.9765
set bmargin at screen 0.1969
set tmargin at screen 0.5411
unset key
unset title
unset logscale y
set format x '%g'
set xlabel 'Threads'
set ylabel 'Efficiency'
set yrange [0:*<1.6]
plot 1 with lines lw 0.8 dt (2,3) lc rgb '#000000', \
     data index 0 using 1:5 with linespoints lw 1.2 dt 1 pt 5 ps 0.5 lc rgb '#e69f00' notitle, \
     data index 1 using 1:5 with linespoints lw 1.2 dt (6,3) pt 5 ps 0.5 lc rgb '#e69f00' notitle, \
     data index 2 using 1:5 with linespoints lw 1.2 dt 1 pt 9 ps 0.5 lc rgb '#0072b2' notitle, \
     data index 3 using 1:5 with linespoints lw 1.2 dt (6,3) pt 9 ps 0.5 lc rgb '#0072b2' notitle, \
     data index 4 using 1:5 with linespoints lw 1.2 dt 1 pt 11 ps 0.5 lc rgb '#56b4e9' notitle, \
     data index 5 using 1:5 with linespoints lw 1.2 dt (6,3) pt 11 ps 0.5 lc rgb '#56b4e9' notitle, \
     data index 6 using 1:5 with linespoints lw 1.2 dt 1 pt 13 ps 0.5 lc rgb '#d55e00' notitle, \
     data index 7 using 1:5 with linespoints lw 1.2 dt (6,3) pt 13 ps 0.5 lc rgb '#d55e00' notitle
unset multiplot
    unset output
}
