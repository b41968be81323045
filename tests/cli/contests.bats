# SPDX-License-Identifier: Apache-2.0
# The table of our best kernels against the best peers.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive rival)
    cat > a.yaml <<'END'
name: contests
operations: standard
layers:
  - {name: dense, input: [1, 3, 9, 9], kernel: 3, out_channels: 5, padding: 1, repeat: 7}
  - {name: small, input: [1, 3, 5, 5], kernel: 3, out_channels: 5, padding: 1}
  - {name: thin, input: [1, 8, 5, 5], kernel: 1, out_channels: 5, repeat: 2}
kernels: ["*"]
measure: {min_samples: 3, max_time: 1us, timeout: 20s}
report: {formats: [svg]}
END
}

# by_hand LAYERS: computes from results.csv, for the layers that match and for each way of counting:
# the number of layers, the geometric mean and the least of the ratios, how many were lost, and the
# ratio of the sums.
by_hand() {
    awk -F, -v wanted="$1" '
        BEGIN { repeat["dense"] = 7; repeat["small"] = 1; repeat["thin"] = 2 }
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $1 ~ wanted && $at["status"] == "ok" {
            ns[0] = $at["time_ns"]
            ns[1] = ns[0] + $at["reorder_ns"]
            ns[2] = ns[1] + $at["prepare_ns"]
            for (way = 0; way < 3; way++) {
                k = way SUBSEP $1 SUBSEP $at["peer"]
                if (!(k in best) || ns[way] < best[k]) best[k] = ns[way]
            }
            seen[$1] = 1
        }
        END {
            for (way = 0; way < 3; way++) {
                n = lost = peers = ours = logs = 0; least = 1e30
                for (layer in seen) {
                    own = best[way, layer, 0]; peer = best[way, layer, 1]; ratio = peer / own
                    n++; logs += log(ratio); lost += ratio < 1
                    if (ratio < least) least = ratio
                    ours += own * repeat[layer]; peers += peer * repeat[layer]
                }
                printf "%d %.3f %.3f %d %.3f\n", n, exp(logs / n), least, lost, peers / ours
            }
        }' out/results.csv
}

# printed CLASS: prints the same columns from the three rows of the class in the table.
printed() {
    awk -v class="$1" '
        index($0, class "  ") == 1 { row = 3 }
        row > 0 {
            row--
            sub(/^.*(run|[+] reorders|[+] packing) +/, "")
            gsub(/\[[^]]*\]/, "")
            print $1, $2, $3, $4, $5
        }' <<< "$output"
}

# Checks that the two agree except for rounding. The mean is compared only if every ratio is
# determined.
agree() {
    [ "$(wc -l <<< "$1")" -eq 3 ]
    left=0
    [[ $output == *"left out of geomean"* ]] && left=1
    # The table has "? not determined" if there is no mean.
    sed 's/? not determined/?/' <<< "$1" | paste -d' ' - <(echo "$2") | awk -v left="$left" '{
        for (i = 1; i <= 5; i++) if (i != 2 || !left)
            if (($i - $(i + 5)) ^ 2 > 0.0011 ^ 2 * (1 + $i ^ 2)) { print "differs: " $0; exit 1 }
    }'
}

@test "contests: the table says what results.csv says, in each way of counting" {
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --verbose
    agree "$(printed 'dense 3x3 stride 1')" "$(by_hand 'dense|small')"
    agree "$(printed pointwise)" "$(by_hand thin)"
    agree "$(printed all)" "$(by_hand .)"
    [ "$(wc -L <<< "$output")" -le 100 ]
}

@test "contests: a peer with wrong results has that verdict and wins nothing" {
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --verbose
    [ "$status" -eq 1 ]
    [ "$(grep -c ',rival,wrong,wrong,1,.*,wrong,' out/results.csv)" -eq 3 ]
    [ "$(grep -c ',rival,good,good,1,.*,ok,' out/results.csv)" -eq 3 ]
    # Every lost layer is lost to a kernel with right results.
    losers=$(sed -n '/^Layers on which/,$p' <<< "$output")
    [[ $losers != *rival/wrong* ]]
}

@test "contests: a loss is proven where the machine's own noise cannot explain it" {
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --verbose --set measure.max_time=50ms
    # A ratio [low, high] is proven with the default floor of 1 %.
    sed -n '/^Layers on which/,$p' <<< "$output" | tr -d '[],' | awk '
        $1 ~ /^(dense|small|thin)$/ {
            rows++
            if ($NF != ($(NF - 1) < 1 && $(NF - 3) < 0.99 ? "yes" : "no")) { print; exit 1 }
        }
        /^proven: the interval excludes 1/ { explained = 1 }
        END { exit (rows > 0) != explained }'
}

@test "contests: each thread count has a table of its own" {
    [ "$(nproc)" -gt 1 ] || skip "only one core"
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --verbose --set 'threads=[1,2]' \
        --set 'kernels=[naive/*, rival/slow]'
    [ "$status" -eq 0 ]
    [[ $output == *", 1 thread (above"*", 2 threads (above"* ]]
}

@test "contests: without a peer there is no table" {
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --verbose --set 'kernels=[naive/*]'
    [ "$status" -eq 0 ]
    [[ $output != *"best peer"* && $output != *roofline* ]]
}
