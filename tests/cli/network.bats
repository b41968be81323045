# SPDX-License-Identifier: Apache-2.0
# A configuration with `network: true`, whose layers are run in sequence.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    export XDG_CACHE_HOME=$BATS_FILE_TMPDIR/cache
    cat > net.yaml <<'END'
name: tiny
network: true
operations: [standard, bottleneck, separable]
layers:
  - {name: first, input: [3, 12, 12], kernel: 3, out_channels: 20, padding: 1, operations: standard}
  - {name: block, input: [20, 12, 12], expand: 40, kernel: 3, out_channels: 20, padding: 1, residual: true, repeat: 2}
  - {name: last, input: [20, 6, 6], kernel: 1, out_channels: 24, operations: standard}
measure: {min_samples: 3, max_time: 50ms, processes: 1}
report: {formats: []}
END
}

# cut_out FILE FIELD: prints a field of every row of a CSV file without quotes.
cut_out() {
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next } { print $at }' "$1"
}

@test "layers run in sequence, in order, as often as they are repeated" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive direct)
    "$SEPBENCH" run net.yaml -o out --quiet > text
    [ "$(awk -F, '$2 == "naive" && $4 == "run" { print $5 "/" $6 }' out/network.csv | xargs)" = \
        "first/standard block/bottleneck block/bottleneck last/standard" ]
    [ "$(cut_out out/network.csv sequence | sort -u | xargs)" = "best naive" ] # direct is the best
    grep -q '^Layers in sequence' text
    grep -q 'each alone' text
    # Every step has a time, both in sequence and alone, and so do the totals.
    ! awk -F, 'NR > 1 && !($11 > 0 && $14 > 0)' out/network.csv | grep .
    # The low quantiles of the steps add up to no more than that of the whole.
    awk -F, 'NR > 1 { if ($4 == "total") whole[$2] = $11; else sum[$2] += $11 }
        END { for (s in whole) { n++; if (sum[s] > 1.5 * whole[s]) exit 1 } exit !n }' \
        out/network.csv
}

@test "reorders are counted as steps, and lead from layout to layout" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    "$SEPBENCH" run net.yaml -o out --quiet --set 'kernels=[{kernel: naive/standard, params: {layout: nchw}},
        {kernel: naive/bottleneck, params: {layout: nhwc}}]' > text
    awk -F, '$2 == "best" && $4 != "total" && NR > 1 {
        if (at == "") at = "NHWC"                       # the input of the network
        if ($9 != at) { print "step " $3 " takes " $9 ", there is " at; bad = 1 }
        at = $10; if ($4 == "reorder") reorders++ }
        END { exit bad || at != "NHWC" || reorders < 3 }' out/network.csv
    grep -q 'reorders' text
}

@test "a plugin that cannot run every layer has no sequence; without a kernel there is none" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive direct winograd)
    "$SEPBENCH" run net.yaml -o out --quiet > text
    ! cut_out out/network.csv sequence | grep -x winograd
    run --separate-stderr "$SEPBENCH" run net.yaml -o none --quiet --set 'kernels=[winograd/f2]'
    [ ! -e none/network.csv ]
    [[ "$stderr" == *"not run in sequence with 1 thread: no kernel is right for "* ]]
}

@test "the mix takes kernels of several plugins in one process" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    "$SEPBENCH" run net.yaml -o out --quiet \
        --set 'kernels=[naive/standard, tiled/bottleneck]' > text
    [ "$(awk -F, '$4 == "run" { print $2, $7 }' out/network.csv | sort -u | xargs)" = \
        "best naive/standard best tiled/bottleneck" ]
}

@test "a report writes the same plan again, and --resume keeps it" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive direct)
    "$SEPBENCH" run net.yaml -o out --quiet > text
    "$SEPBENCH" report out -o again > text2
    cmp out/network.csv again/network.csv
    cmp out/network.json again/network.json
    cmp text text2
    "$SEPBENCH" run net.yaml -o out --resume --quiet > text3
    cmp out/network.csv again/network.csv
    command -v python3 > /dev/null || skip "no python3"
    python3 - <<'END'
import json
plan = json.load(open("out/network.json"))
for s in plan["sequences"]:
    assert s["time_ns"]["low"] <= s["time_ns"]["value"] <= s["time_ns"]["high"]
    assert s["in_sequence_over_alone"]["value"] > 0
    runs = [step for step in s["steps"] if step["step"] == "run"]
    assert [step["layer"] for step in runs] == ["first", "block", "block", "last"]
    assert s["reorders"] == len(s["steps"]) - len(runs)
assert sum(s["fastest"] for s in plan["sequences"]) == 1
END
}

@test "what is no sequence of ours in run.db is refused" {
    command -v python3 > /dev/null || skip "no python3"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    "$SEPBENCH" run net.yaml -o out --quiet > text
    python3 -c 'import sqlite3
db = sqlite3.connect("out/run.db")
db.execute("UPDATE sequence SET time_ns = -1")
db.commit()' || skip "python3 has no sqlite3"
    run "$SEPBENCH" report out
    [ "$status" -eq 2 ]
    [[ "$output" == *"is damaged"* ]]
}
