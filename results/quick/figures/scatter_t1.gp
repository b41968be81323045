# Run by itself, "gnuplot scatter_t1.gp" draws the figure anew from scatter_t1.dat.
formats = 'svg png'
data = 'scatter_t1.dat'
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
        set terminal svg size 321,384 dynamic noenhanced background '#ffffff' font 'Helvetica,8'
    }
    if (format eq 'pdf') {
        set terminal pdfcairo size 8.50cm,10.16cm noenhanced font 'Helvetica,7' fontscale 0.82 linewidth 1.8 pointscale 0.8
    }
    if (format eq 'png') {
        set terminal pngcairo size 1004,1200 noenhanced background '#ffffff' font 'Helvetica,7' fontscale 3.125 linewidth 3 pointscale 3
    }
    set output 'scatter_t1.'.format
set title 'quick'.': '.'measured against theoretical'."\n".'Oxide Virtual Turin-like, 1 thread' offset 0,-0.5
set key at screen 0.5, screen 0.01 center bottom horizontal maxcols 3 Left reverse samplen 1.6 noenhanced
set lmargin at screen 0.1294
set rmargin at screen 0.9765
set bmargin at screen 0.2028
set tmargin at screen 0.9114
set logscale xy
set xtics (.125, .25, .5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 128)
set ytics (.125, .25, .5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 128)
set xrange [2.36152:33.7946]
set yrange [2.36152:33.7946]
set xlabel 'Theoretical speedup (times)'
set ylabel 'Measured speedup (times)'
set grid lt 1 lc rgb '#d0d0d0' lw 0.5
plot x with lines lt 1 lw 1 lc rgb '#000000' title 'equal', \
     x / 2 with lines lw 1 dt (4,4) lc rgb '#606060' title 'half', \
     data index 0 using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 1 lc rgb '#e69f00' notitle, \
     data index 0 using 1:2 with points pt 5 ps 0.5 lc rgb '#e69f00' title columnheader(2), \
     data index 1 using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 1 lc rgb '#0072b2' notitle, \
     data index 1 using 1:2 with points pt 9 ps 0.5 lc rgb '#0072b2' title columnheader(2), \
     data index 2 using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 1 lc rgb '#56b4e9' notitle, \
     data index 2 using 1:2 with points pt 11 ps 0.5 lc rgb '#56b4e9' title columnheader(2), \
     data index 3 using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 1 lc rgb '#d55e00' notitle, \
     data index 3 using 1:2 with points pt 13 ps 0.5 lc rgb '#d55e00' title columnheader(2), \
     data index 4 using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 1 lc rgb '#000000' notitle, \
     data index 4 using 1:2 with points pt 7 ps 0.5 lc rgb '#000000' title columnheader(2)
    unset output
}
