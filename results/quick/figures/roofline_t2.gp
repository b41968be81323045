# Run by itself, "gnuplot roofline_t2.gp" draws the figure anew from roofline_t2.dat.
formats = 'svg png'
data = 'roofline_t2.dat'
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
        set terminal svg size 321,459 dynamic noenhanced background '#ffffff' font 'Helvetica,8'
    }
    if (format eq 'pdf') {
        set terminal pdfcairo size 8.50cm,12.14cm noenhanced font 'Helvetica,7' fontscale 0.82 linewidth 1.8 pointscale 0.8
    }
    if (format eq 'png') {
        set terminal pngcairo size 1004,1434 noenhanced background '#ffffff' font 'Helvetica,7' fontscale 3.125 linewidth 3 pointscale 3
    }
    set output 'roofline_t2.'.format
set title 'quick'.': '.'arithmetic rate under the roofline'."\n".'Oxide Virtual Turin-like, 2 threads' offset 0,-0.5
set key at screen 0.5, screen 0.01 center bottom horizontal maxcols 3 Left reverse samplen 1.6 noenhanced
set logscale xy 10
set xrange [0.113918:168.501]
set yrange [0.693995:892.792]
set grid lt 1 lc rgb '#e0e0e0' lw 0.5
set multiplot
set label 1 'peak 446 GFLOP/s' at 160.478,446.396 right offset 0,0.5
set label 2 'L1 861 GB/s' at 0.41466,357.117 right rotate by 33.4 offset -0.7,0.35 textcolor rgb '#404040'
set label 3 'L2 434 GB/s' at 0.823632,357.117 right rotate by 33.4 offset -0.7,0.35 textcolor rgb '#404040'
set label 4 'L3 211 GB/s' at 1.68976,357.117 right rotate by 33.4 offset -0.7,0.35 textcolor rgb '#404040'
set label 5 'DRAM 83 GB/s' at 4.30625,357.117 right rotate by 33.4 offset -0.7,0.35 textcolor rgb '#404040'
set lmargin at screen 0.1412
set rmargin at screen 0.9765
set bmargin at screen 0.5470
set tmargin at screen 0.9259
set ylabel 'Standard (GFLOP/s)'
set format x ''
unset xlabel
plot for [i = 0:4] data index i using 1:2 with lines lw (i ? 0.8 : 1.4) dt 1 lc rgb (i ? '#808080' : '#000000') notitle, \
     data index 5 using 1:2 with points pt 5 ps 0.55 lc rgb '#e69f00' title columnheader(2), \
     data index 6 using 1:2 with points pt 9 ps 0.55 lc rgb '#0072b2' title columnheader(2), \
     data index 7 using 1:2 with points pt 11 ps 0.55 lc rgb '#56b4e9' title columnheader(2), \
     data index 8 using 1:2 with points pt 13 ps 0.55 lc rgb '#d55e00' title columnheader(2)
set lmargin at screen 0.1412
set rmargin at screen 0.9765
set bmargin at screen 0.1433
set tmargin at screen 0.5222
set ylabel 'Separable (GFLOP/s)'
unset key
unset title
set format x '%g'
set xlabel 'Operations for each byte that must move (flop/B)'
plot for [i = 0:4] data index i using 1:2 with lines lw (i ? 0.8 : 1.4) dt 1 lc rgb (i ? '#808080' : '#000000') notitle, \
     data index 9 using 1:2 with points pt 5 ps 0.55 lc rgb '#e69f00' title columnheader(2), \
     data index 10 using 1:2 with points pt 9 ps 0.55 lc rgb '#0072b2' title columnheader(2), \
     data index 11 using 1:2 with points pt 11 ps 0.55 lc rgb '#56b4e9' title columnheader(2), \
     data index 12 using 1:2 with points pt 13 ps 0.55 lc rgb '#d55e00' title columnheader(2)
unset multiplot
    unset output
}
