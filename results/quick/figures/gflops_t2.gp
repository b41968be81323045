# Run by itself, "gnuplot gflops_t2.gp" draws the figure anew from gflops_t2.dat.
formats = 'svg png'
data = 'gflops_t2.dat'
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
        set terminal svg size 321,410 dynamic noenhanced background '#ffffff' font 'Helvetica,8'
    }
    if (format eq 'pdf') {
        set terminal pdfcairo size 8.50cm,10.84cm noenhanced font 'Helvetica,7' fontscale 0.82 linewidth 1.8 pointscale 0.8
    }
    if (format eq 'png') {
        set terminal pngcairo size 1004,1280 noenhanced background '#ffffff' font 'Helvetica,7' fontscale 3.125 linewidth 3 pointscale 3
    }
    set output 'gflops_t2.'.format
set title 'quick'.': '.'arithmetic rate'."\n".'Oxide Virtual Turin-like, 2 threads' offset 0,-0.5
set key at screen 0.5, screen 0.01 center bottom horizontal maxcols 3 Left reverse samplen 1.6 noenhanced
set xrange [-0.6:4.6]
set xtics rotate by 90 right scale 0 noenhanced
name(column) = strcol(column)
set logscale y 10
set yrange [0.793138:624.954]
set grid ytics lt 1 lc rgb '#d0d0d0' lw 0.5
set multiplot
set lmargin at screen 0.1412
set rmargin at screen 0.9765
set bmargin at screen 0.5849
set tmargin at screen 0.9170
set ylabel 'Standard (GFLOP/s)'
set format x ''
plot data index 0 every 2 using 1:(1e9) with boxes fs solid 1 noborder lc rgb '#f2f2f2' notitle, \
     data index 0 using 1:3:(0.42) with xerrorbars pt 0 lw 1.5 dt (3,2) lc rgb '#606060' title 'roofline', \
     data index 1 using 1:2 with points pt 5 ps 0.55 lc rgb '#e69f00' title columnheader(2), \
     data index 2 using 1:2 with points pt 9 ps 0.55 lc rgb '#0072b2' title columnheader(2), \
     data index 3 using 1:2 with points pt 11 ps 0.55 lc rgb '#56b4e9' title columnheader(2), \
     data index 4 using 1:2 with points pt 13 ps 0.55 lc rgb '#d55e00' title columnheader(2)
set lmargin at screen 0.1412
set rmargin at screen 0.9765
set bmargin at screen 0.2251
set tmargin at screen 0.5572
set ylabel 'Separable (GFLOP/s)'
unset key
unset title
set format x '%g'
plot data index 0 every 2 using 1:(1e9) with boxes fs solid 1 noborder lc rgb '#f2f2f2' notitle, \
     data index 0 using 1:4:(0.42) with xerrorbars pt 0 lw 1.5 dt (3,2) lc rgb '#606060' title 'roofline', \
     data index 0 using 1:(1e-9):xtic(name(2)) with points pt 0 notitle, \
     data index 1 using 1:3 with points pt 5 ps 0.55 lc rgb '#e69f00' title columnheader(2), \
     data index 2 using 1:3 with points pt 9 ps 0.55 lc rgb '#0072b2' title columnheader(2), \
     data index 3 using 1:3 with points pt 11 ps 0.55 lc rgb '#56b4e9' title columnheader(2), \
     data index 4 using 1:3 with points pt 13 ps 0.55 lc rgb '#d55e00' title columnheader(2)
unset multiplot
    unset output
}
