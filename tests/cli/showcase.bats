# SPDX-License-Identifier: Apache-2.0
# The runs kept in results/. All their other files can be made again from run.db, with the same
# contents.

load common

# unpack NAME: unpacks the kept run into a folder of this test.
unpack() {
    mkdir -p "$BATS_TEST_TMPDIR/$1"
    gzip -d < "$SRCDIR/results/$1/run.db.gz" > "$BATS_TEST_TMPDIR/$1/run.db"
}

kept() {
    for run in "$SRCDIR"/results/*/run.db.gz; do
        [ ! -e "$run" ] || basename "${run%/run.db.gz}"
    done
}

@test "showcase: report makes the files of the kept runs bit for bit" {
    cd "$BATS_TEST_TMPDIR"
    [ -n "$(kept)" ]
    for name in $(kept); do
        unpack "$name"
        run --separate-stderr "$SEPBENCH" report "$name" -o "$name.made" --format svg
        [[ $stderr != *" has format "* ]] || skip "$name is of another format: results/remake makes it anew"
        [ "$status" -eq 0 ]
        for file in run.json results.csv speedups.csv; do
            cmp "$name.made/$file" "$SRCDIR/results/$name/$file"
        done
        # Results of resampling may differ in the last digit if the compiler uses fused multiply-add.
        for file in "$name.made" "$SRCDIR/results/$name"; do
            sed 's/"[^"]*"//g' "$file/recommend.csv" | tr ',' '\n' > "$BATS_TEST_TMPDIR/$(basename "$file").fields"
        done
        paste "$name.made.fields" "$name.fields" | awk -F'\t' '
            $1 == $2 { next }
            $1 > 0 && $2 > 0 && $1 / $2 < 1.0001 && $2 / $1 < 1.0001 { next }
            { print "differs: " $0; exit 1 }'
        grep -q '^| the best kernel per layer |' "$name.made/answer.md"
        [ "$(sed 's/[0-9.]//g' "$name.made/answer.md")" = "$(sed 's/[0-9.]//g' "$SRCDIR/results/$name/answer.md")" ]
    done
}

@test "showcase: reproduce finds a run as it was, and one that is not" {
    cp -r "$SRCDIR/results" "$BATS_TEST_TMPDIR/results"
    chmod -R u+w "$BATS_TEST_TMPDIR/results"
    cd "$BATS_TEST_TMPDIR/results"
    # a sepbench that gives back what is kept
    cat > fake <<'END'
#!/bin/sh
while [ "$1" != -o ]; do shift; done
mkdir -p "$2"
cp "${FAKE:-quick}/speedups.csv" "$2"
END
    chmod +x fake
    run -0 ./reproduce ./fake quick
    [[ $output == "quick: "*" speedups within a factor of 1.25; on average off by a factor of 1.000, at most 1.00" ]]
    mkdir other
    awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
        { for (c in at) if (c == "measured" || c == "ci_low" || c == "ci_high") $at[c] *= 1.5; print }' \
        quick/speedups.csv > other/speedups.csv
    FAKE=other run -1 ./reproduce ./fake quick
    [[ $output == "quick: 0 of "* ]]
    run -2 ./remake ./fake nothing
}
