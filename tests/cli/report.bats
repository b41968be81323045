# SPDX-License-Identifier: Apache-2.0
# sepbench report: makes all figures and tables from run.db alone.

load common

# Makes one run for all tests; each test works on a copy.
setup_file() {
    cd "$BATS_FILE_TMPDIR"
    BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    config 3 '["*"]' 'timeout: 20s' > a.yaml
    "$SEPBENCH" run a.yaml -o kept > answer 2> run.log
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    cp -r "$BATS_FILE_TMPDIR/kept" run
}

need_gnuplot() {
    command -v gnuplot > /dev/null || skip "no gnuplot"
}

@test "report: figures and tables of a run are made anew, and are the same" {
    rm -r run/figures run/*.csv run/answer.* run/run.json
    run --separate-stderr "$SEPBENCH" report run
    [ "$status" -eq 0 ]
    [ "$output" = "$(cat "$BATS_FILE_TMPDIR/answer")" ]
    for file in results.csv speedups.csv steps.csv scaling.csv samples.csv recommend.csv answer.md answer.json run.json; do
        cmp "run/$file" "$BATS_FILE_TMPDIR/kept/$file"
    done
    for name in speedup_t1 scatter_t1 gflops_t1 roofline_t1; do
        cmp "run/figures/$name.dat" "$BATS_FILE_TMPDIR/kept/figures/$name.dat"
        [ -s "run/figures/$name.gp" ]
        [ -s "run/figures/$name.txt" ]
    done
    [ ! -e run/figures/scaling.gp ] # one thread count does not scale
}

@test "report: several runs are put side by side" {
    cp -r run other
    run --separate-stderr "$SEPBENCH" report run other -o out --format svg
    [ "$status" -eq 0 ]
    [[ $output == *"Side by side"*"A  run: "*"B  other: "*"1 thread"* ]]
    layers=$(tail -n +2 run/recommend.csv | wc -l)
    [ "$(sed -n '/^Side by side/,$p' <<< "$output" | grep -c ' 1\.000$')" -eq $((layers + 1)) ]
    [ "$(wc -l < out/side_by_side.csv)" -eq $((2 * layers + 1)) ]
    # The times are those of recommend.csv.
    [ "$(tail -n +2 out/side_by_side.csv | grep '^other,' | grep -oE '[^,]*,[^,]*,[^,]*$')" = \
        "$(tail -n +2 run/recommend.csv | sed 's/"[^"]*"//g' | cut -d, -f7-9)" ]
    # A single run has nothing to be compared with.
    run "$SEPBENCH" report run --format svg
    [[ $output != *"Side by side"* ]]
}

@test "report: --format chooses what is drawn" {
    need_gnuplot
    rm -r run/figures
    run --separate-stderr "$SEPBENCH" report run --format pdf,png
    [ "$status" -eq 0 ]
    [ "$(head -c 5 run/figures/speedup_t1.pdf)" = "%PDF-" ]
    [ "$(head -c 4 run/figures/speedup_t1.png | tail -c 3)" = PNG ]
    [ ! -e run/figures/speedup_t1.svg ]
    run --separate-stderr "$SEPBENCH" report run --format svg
    grep -q '<svg' run/figures/roofline_t1.svg
}

@test "report: a figure's script runs by itself" {
    need_gnuplot
    rm -r run/figures
    "$SEPBENCH" report run --format svg
    rm run/figures/*.svg
    cd run/figures
    for script in *.gp; do
        gnuplot "$script"
        [ -s "${script%.gp}.svg" ]
    done
}

# overlaps FILE.bbox: prints words that extend past their page or overlap another, from the output of
# pdftotext -bbox.
overlaps() {
    awk -F'"' -v slack=0.4 '
        / *<page / { width = $2; height = $4 }
        / *<word / {
            n++
            l[n] = $2; t[n] = $4; r[n] = $6; b[n] = $8; word[n] = $9
            if (l[n] < -slack || t[n] < -slack || r[n] > width + slack || b[n] > height + slack)
                print "outside", word[n]
            for (i = 1; i < n; i++)
                if (l[n] < r[i] - slack && l[i] < r[n] - slack && t[n] < b[i] - slack && t[i] < b[n] - slack)
                    print word[i], "meets", word[n]
        }
        END { if (!n) print "no words" }' "$1"
}

@test "report: in PDF, no word leaves the page or meets another, in either font; fonts are embedded" {
    need_gnuplot
    command -v pdftotext > /dev/null || skip "no pdftotext (poppler-utils)"
    "$SEPBENCH" report run --format pdf --title
    cd run/figures
    for font in "Liberation Sans" "DejaVu Sans"; do
        for script in *.gp; do
            name=${script%.gp}
            sed -i "s/^font = .*/font = '$font'/" "$script"
            gnuplot "$script"
            pdffonts "$name.pdf" | awk 'NR > 2 && $(NF - 4) != "yes" { exit 1 }'
            pdftotext -bbox "$name.pdf" "$name.bbox"
            run overlaps "$name.bbox"
            [ -z "$output" ] || { echo "$font, $name: $output"; false; }
        done
    done
}

@test "report: techniques, threads, names, sizes and titles are chosen" {
    "$SEPBENCH" report run --format svg --techniques 'n*,best' --threads 1 \
        --rename "naive=plain 'loops'" --style ieee --title
    cd run/figures
    grep -q "^# plain 'loops': " speedup_t1.dat
    grep -q '^width = 88.90$' speedup_t1.gp
    grep -q 'set label "Speedup over the standard convolution' speedup_t1.gp
    grep -q '^Speedup over the standard convolution.* 1 thread\.' speedup_t1.txt
    cd ../..
    for wrong in "--style ieeee:did you mean 'ieee'" "--threads none:not 'none'" "--threads 9:9 threads" \
        "--techniques ,:names no technique" "--techniques naiv:did you mean 'naive'" \
        "--rename naive:A=B" "--rename =x:A=B" "--rename x=y:no technique 'x'"; do
        # shellcheck disable=SC2086  # an option and its value
        run --separate-stderr "$SEPBENCH" report run ${wrong%%:*}
        [ "$status" -eq 2 ]
        [[ $stderr == *"${wrong#*:}"* ]]
    done
}

@test "report: -o leaves the run as it was" {
    before=$(cd run && find . -type f ! -name '*-shm' ! -name '*-wal' -exec cksum {} + | sort)
    run --separate-stderr "$SEPBENCH" report run -o out/deep --format svg
    [ "$status" -eq 0 ]
    cmp out/deep/results.csv run/results.csv
    [ -s out/deep/figures/speedup_t1.dat ]
    after=$(cd run && find . -type f ! -name '*-shm' ! -name '*-wal' -exec cksum {} + | sort)
    [ "$before" = "$after" ]
}

@test "report: several runs go to folders of their names, unless those are the same" {
    cp -r run other
    run --separate-stderr "$SEPBENCH" report run other/ -o out --format svg
    [ "$status" -eq 0 ]
    [ -s out/run/results.csv ]
    [ -s out/other/figures/gflops_t1.gp ]
    mkdir sub
    cp -r run sub/run
    run --separate-stderr "$SEPBENCH" report run sub/run -o both
    [ "$status" -eq 2 ]
    [[ $stderr == *"run and sub/run would both be written to the same folder of both"* ]]
    [ ! -e both ]
}

@test "report: without a gnuplot, scripts and data are there and the package is named" {
    rm -r run/figures
    mkdir empty
    run --separate-stderr env PATH="$PWD/empty" "$SEPBENCH" report run
    [ "$status" -eq 0 ]
    [[ $stderr == *gnuplot-nox* ]]
    [ "$(grep -c gnuplot-nox <<< "$stderr")" -eq 1 ]
    [ -s run/figures/speedup_t1.gp ]
}

@test "report: what is no run is refused" {
    mkdir nothing
    echo garbage > nothing/run.db
    for wrong in missing nothing "$BATS_FILE_TMPDIR/a.yaml"; do
        run --separate-stderr "$SEPBENCH" report "$wrong"
        [ "$status" -eq 2 ]
        [[ $stderr == *"$wrong"* ]]
        [ "$(wc -l <<< "$stderr")" -eq 1 ]
    done
    run --separate-stderr "$SEPBENCH" report
    [ "$status" -eq 2 ]
}

@test "report: formats that there are not" {
    run --separate-stderr "$SEPBENCH" report run --format pngg
    [ "$status" -eq 2 ]
    [[ $stderr == *"did you mean 'png'"* ]]
    for format in "" ,; do
        run --separate-stderr "$SEPBENCH" report run --format "$format"
        [ "$status" -eq 2 ]
        [[ $stderr == *"expected a list of formats"* ]]
    done
}

@test "report: an output folder that cannot be made" {
    : > file
    run --separate-stderr "$SEPBENCH" report run -o file/out
    [ "$status" -eq 2 ]
    [[ $stderr == *file/out* ]]
}
