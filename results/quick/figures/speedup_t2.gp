# Run by itself, "gnuplot speedup_t2.gp" draws the figure anew from speedup_t2.dat.
formats = 'svg png'
data = 'speedup_t2.dat'
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
        set terminal svg size 321,308 dynamic noenhanced background '#ffffff' font 'Helvetica,8'
    }
    if (format eq 'pdf') {
        set terminal pdfcairo size 8.50cm,8.16cm noenhanced font 'Helvetica,7' fontscale 0.82 linewidth 1.8 pointscale 0.8
    }
    if (format eq 'png') {
        set terminal pngcairo size 1004,964 noenhanced background '#ffffff' font 'Helvetica,7' fontscale 3.125 linewidth 3 pointscale 3
    }
    set output 'speedup_t2.'.format
set title 'quick'.': '.'separable over standard convolution'."\n".'Oxide Virtual Turin-like, 2 threads' offset 0,-0.5
set key at screen 0.5, screen 0.01 center bottom horizontal maxcols 3 Left reverse samplen 1.6 noenhanced
set lmargin at screen 0.1294
set rmargin at screen 0.9765
set bmargin at screen 0.3382
set tmargin at screen 0.8897
set xrange [-0.6:4.6]
set xtics rotate by 90 right scale 0 noenhanced
name(column) = strcol(column)
set logscale y
set ytics (.125, .25, .5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 128)
set yrange [0.833333:27.0086]
set ylabel 'Speedup (times)'
set grid ytics lt 1 lc rgb '#d0d0d0' lw 0.5
plot data index 0 every 2 using 1:(1e6) with boxes fs solid 1 noborder lc rgb '#f2f2f2' notitle, \
     1 with lines lt 1 lw 0.7 lc rgb '#808080' notitle, \
     data index 0 using 1:3:(0.36):xtic(name(2)) with xerrorbars pt 0 lw 2.4 lt 1 lc rgb '#000000' title 'theory', \
     data index 0 using 1:4:(0.48) with xerrorbars pt 0 lw 0.9 dt 1 lc rgb '#606060' title 'roofline', \
     data index 1 using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 1 lc rgb '#e69f00' notitle, \
     data index 1 using 1:2 with points pt 5 ps 0.5 lc rgb '#e69f00' title columnheader(2), \
     data index 2 using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 1 lc rgb '#0072b2' notitle, \
     data index 2 using 1:2 with points pt 9 ps 0.5 lc rgb '#0072b2' title columnheader(2), \
     data index 3 using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 1 lc rgb '#56b4e9' notitle, \
     data index 3 using 1:2 with points pt 11 ps 0.5 lc rgb '#56b4e9' title columnheader(2), \
     data index 4 using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 1 lc rgb '#d55e00' notitle, \
     data index 4 using 1:2 with points pt 13 ps 0.5 lc rgb '#d55e00' title columnheader(2), \
     data index 5 using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 1 lc rgb '#000000' notitle, \
     data index 5 using 1:2 with points pt 7 ps 0.5 lc rgb '#000000' title columnheader(2)
    unset output
}
