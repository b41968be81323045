# SPDX-License-Identifier: Apache-2.0
# tables/: the LaTeX tables hold the numbers of the CSV files, and LaTeX accepts them unchanged.

load common

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    cat > a.yaml <<'END'
name: plain_net
layers:
  - {name: first, input: [1, 3, 9, 9], kernel: 3, out_channels: 8, padding: 1, operations: standard}
  - {name: block_1, input: [1, 8, 9, 9], kernel: 3, out_channels: 16, padding: 1, repeat: 3}
  - {name: block_2, input: [1, 8, 9, 9], kernel: 5, out_channels: 16, padding: 2}
kernels: ["*"]
threads: [1, 2]
measure: {min_samples: 5, max_time: 1us, timeout: 20s}
report: {formats: [pdf, latex]}
END
    # every character of ASCII, letters that pdfTeX has and has not, and a name of 128 bytes
    cat > b.yaml <<'END'
name: "#$%&_{}~^\\<>|\"'`-- ,,?` [x] *"
layers:
  - {name: "!\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~", input: [1, 8, 9, 9], kernel: 3, out_channels: 16, padding: 1}
  - {name: "\u00e9\u00df\u05d0\u05d1 \U0001F600 \\input{secret} \\end{document}", input: [1, 8, 9, 9], kernel: 3, out_channels: 16, padding: 1}
  - {name: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", input: [1, 8, 9, 9], kernel: 3, out_channels: 8, padding: 1}
kernels: ["*"]
measure: {min_samples: 5, max_time: 1us, timeout: 20s}
report: {formats: [latex]}
END
    "$SEPBENCH" run a.yaml -o plain > /dev/null 2>&1
    "$SEPBENCH" run b.yaml -o odd > /dev/null 2>&1
}

setup() {
    cd "$BATS_FILE_TMPDIR"
}

# values KIND: prints "key value" for every macro of the kind.
values() {
    sed -n "s/^.sbSet{$1@\([^}]*\)}{\([^}]*\)}$/\1 \2/p" plain/tables/macros.tex
}

# alike FILE: checks, for each line "key value expected", that the value is the expected one, rounded
# to as many digits.
alike() {
    [ -s "$1" ]
    awk '{
        decimals = index($2, ".") ? length($2) - index($2, ".") : 0
        if ($2 ~ /e/ || $3 == "") { if ($3 == "") { print "no such row:", $0; exit 1 } next }
        unit = 10 ^ -decimals
        d = $2 - $3
        if (d > 0.501 * unit || d < -0.501 * unit) { print "differs:", $0; exit 1 }
    }' "$1"
}

# csv FILE KEY-COLUMNS... VALUE-COLUMN: prints "a@b value" for each row.
csv() {
    sed 's/"[^"]*"//g' "plain/$1" | awk -F, -v want="${*:2}" '
        NR == 1 { for (i = 1; i <= NF; i++) if (!($i in at)) at[$i] = i; n = split(want, name, " "); next }
        { key = ""
          for (i = 1; i < n; i++) key = key (i > 1 ? "@" : "") $at[name[i]]
          print key, $at[name[n]] }'
}

@test "latex: speedups, bounds, bases and theory are those of speedups.csv" {
    for pair in LayerSpeedup:measured Bound:roofline Base:standard_ns; do
        csv speedups.csv layer technique threads "${pair#*:}" | sort > told
        [ "${pair#*:}" != standard_ns ] || awk '{ print $1, $2 / 1000 }' told > scaled
        [ ! -e scaled ] || mv scaled told
        values "${pair%:*}" | sort | join - told > both
        if [ "${pair%:*}" = Bound ]; then
            [ "$(wc -l < both)" -eq "$(values Bound | wc -l)" ]
        else
            [ "$(wc -l < both)" -eq "$(wc -l < told)" ]
        fi
        [ ! -s both ] || alike both
    done
}

@test "latex: times are the least of results.csv" {
    # Uses the separable convolution if there is one.
    csv results.csv layer threads operation time_ns | awk '
        { split($1, k, "@"); key = k[1] "@" k[2] }
        $2 == "" || (k[1] != "first" && k[3] == "standard") { next }
        !(key in least) || $2 < least[key] { least[key] = $2 }
        END { for (key in least) print key, least[key] / 1000 }' | sort > told
    values Time | sort | join - told > both
    [ "$(wc -l < both)" -eq 6 ]
    alike both
}

@test "latex: a technique's speedup on a network is the quotient of its times" {
    csv speedups.csv layer technique threads standard_ns | sort > standard
    csv speedups.csv layer technique threads separable_ns | sort | join standard - | awk '
        { split($1, k, "@"); n = k[1] == "block_1" ? 3 : 1; key = "plain_net@" k[2] "@" k[3]
          a[key] += n * $2; b[key] += n * $3 }
        END { for (key in a) print key, a[key] / b[key] }' | sort > told
    values Speedup | sort | join - told > both
    [ "$(wc -l < both)" -eq "$(wc -l < told)" ]
    alike both
}

# intervals KIND: prints "key value" for both ends of every interval of the kind.
intervals() {
    values "$1" | tr -d '[],' | awk 'NF == 3 { print $1 "@low", $2; print $1 "@high", $3 }'
}

# margins COLUMN: of the layers whose best kernel has no tie and whose margin is determined.
margins() {
    csv recommend.csv layer threads ties margin_low margin_high "$1" | awk '
        { split($1, k, "@"); if (k[3] == "" && k[5] <= 1.5 * k[4]) print k[1] "@" k[2], $2 }'
}

@test "latex: intervals and margins are those of the CSV files" {
    for kind in Time Margin; do
        for end in low high; do
            if [ $kind = Time ]; then
                csv recommend.csv layer threads "ci_${end}_ns" | awk '{ print $1, $2 / 1000 }'
            else
                margins "margin_$end"
            fi | awk -v end="$end" '{ print $1 "@" end, $2 }'
        done | sort > told
        intervals ${kind}Interval | sort > made
        join made told > both
        [ "$(wc -l < both)" -eq "$(wc -l < told)" ]
        [ "$(wc -l < both)" -eq "$(wc -l < made)" ]
        [ ! -s told ] || alike both
    done
    for end in low high; do
        csv speedups.csv layer technique threads "ci_$end" | awk -v end="$end" '{ print $1 "@" end, $2 }'
    done | sort > told
    intervals LayerSpeedupInterval | sort | join - told > both
    alike both
    margins margin | sort > told
    values Margin | sort | join - told > both
    [ "$(wc -l < both)" -eq "$(wc -l < told)" ]
    [ ! -s told ] || alike both
}

@test "latex: a network's numbers are sums of the layers'" {
    csv recommend.csv layer threads repeat time_ns | tr '@' ' ' > best
    csv results.csv layer threads operation time_ns | tr '@' ' ' | awk '$3 == "standard" && $4 != "" {
        key = $1 " " $2; if (!(key in least) || $4 < least[key]) least[key] = $4 }
        END { for (key in least) print key, least[key] }' > twins
    csv speedups.csv layer threads technique standard_multiplications | tr '@' ' ' | grep ' best ' > more
    csv speedups.csv layer threads technique separable_multiplications | tr '@' ' ' | grep ' best ' > less
    awk -v net=plain_net '
        FILENAME == "twins" { twin[$1, $2] = $3; next }
        FILENAME == "more" { more[$1, $2] = $4; next }
        FILENAME == "less" { less[$1, $2] = $4; next }
        { t = $2; time[t] += $3 * $4; paired = ($1, t) in more
          twins[t] += $3 * (paired ? twin[$1, t] : $4)
          if (paired) { a[t] += $3 * more[$1, t]; b[t] += $3 * less[$1, t]
                        c[t] += $3 * twin[$1, t]; d[t] += $3 * $4 } }
        END { for (t in time) {
                  print "NetworkTime@" net "@" t, time[t] / 1e6
                  print "TwinTime@" net "@" t, twins[t] / 1e6
                  print "NetworkTheory@" net "@" t, a[t] / b[t]
                  print "NetworkGain@" net "@" t, c[t] / d[t] } }' twins more less best | sort > told
    for kind in NetworkTime TwinTime NetworkTheory NetworkGain; do
        values $kind | sed "s/^/$kind@/"
    done | sort | join - told > both
    [ "$(wc -l < both)" -eq 8 ]
    alike both
}

@test "latex: classes come to the network's time" {
    for threads in 1 2; do
        values ClassTime | awk -v t="@$threads" 'index($1, t) { sum += $2 } END { print sum }' > classes
        values NetworkTime | awk -v t="@$threads" 'index($1, t) { print $2 }' | paste - classes |
            awk '{ d = $1 - $2; if (d > 0.06 * $2 || d < -0.06 * $2) { print "differs:", $0; exit 1 } }'
        values ClassShare | awk -v t="@$threads" 'index($1, t) { sum += $2 } END { exit !(sum > 99.9 && sum < 100.1) }'
    done
}

@test "latex: every number of a table has its macro" {
    values LayerSpeedup | while read -r key value; do
        grep -qE "(textbf\{|& )${value//./\\.}" plain/tables/speedups.tex ||
            grep -q 'n.\\,d.' plain/tables/speedups.tex
    done
    grep -q '^.providecommand{.sbSpeedup}\[3\]' plain/tables/macros.tex
}

# typeset DIR: checks that pdflatex accepts the example without a warning.
typeset() {
    command -v pdflatex > /dev/null || skip "no pdflatex (apt-get install texlive-latex-base texlive-latex-recommended)"
    cd "$1/tables"
    for pass in 1 2 3; do
        pdflatex -interaction=nonstopmode -halt-on-error example.tex > said 2>&1 || { tail -n 30 said; return 1; }
    done
    ! grep -nE -A3 'Warning|Overfull|Underfull|Missing character' said
    ! grep -nE 'Missing character' example.log
    [ "$(head -c 5 example.pdf)" = "%PDF-" ]
}

@test "latex: the example is typeset without a warning" {
    typeset plain
}

@test "latex: names are typeset, whatever they are" {
    typeset odd
    command -v pdftotext > /dev/null || skip "no pdftotext"
    pdftotext -layout example.pdf - | grep -q 'U+5D0'
    pdftotext example.pdf - | tr -d '\n ' | grep -qF 'input{secret}'
}

@test "latex: tables made again are the same" {
    "$SEPBENCH" report plain --format latex -o again > /dev/null 2>&1
    for file in plain/tables/*.tex; do
        cmp "$file" "again/tables/${file##*/}"
    done
}
