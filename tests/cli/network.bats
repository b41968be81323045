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
    grep -q '"sequences_ns": [1-9]' out/run.json # of the run's time
    # The times of the steps add up to that of the whole, in sequence and alone.
    awk -F, 'NR > 1 { if ($4 == "total") { whole[$2] = $11; alone[$2] = $14 }
                      else { sum[$2] += $11; apart[$2] += $14 } }
        function off(a, b) { return a > 1.0001 * b || b > 1.0001 * a }
        END { for (s in whole) { n++; if (off(sum[s], whole[s]) || off(apart[s], alone[s])) exit 1 }
              exit !n }' out/network.csv
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
    [[ "$stderr" == *"not run in sequence with 1 thread: no kernel is correct for "* ]]
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

@test "a plugin whose passes would take too long is named" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive direct)
    sed 's/12, 12/200, 200/' net.yaml > slow.yaml
    run --separate-stderr "$SEPBENCH" run slow.yaml -o out --quiet --set threads=1 --set measure.max_time=1ms
    [ "$status" -eq 0 ]
    [[ $(tr -s " \n" " " <<< "$output") == *" not run "*"naive: would take too long for measure.max_time"* ]]
    [ -z "$(cut_out out/network.csv sequence | grep naive)" ]
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

@test "JSON, page and LaTeX have the numbers of network.csv; names cannot do harm there" {
    command -v python3 > /dev/null || skip "no python3"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    sed 's|name: last,|name: "</script><b>last\\\\input{x}",|' net.yaml > bad.yaml
    "$SEPBENCH" run bad.yaml -o out --quiet --set 'report.formats=[html, latex]' > text
    python3 - <<'END'
import csv, json, re
rows = list(csv.DictReader(open("out/network.csv")))
totals = {r["sequence"]: r for r in rows if r["step"] == "total"}
assert totals and all(float(r["over_alone"]) > 0 for r in totals.values())
assert not any(r["over_alone"] for r in rows if r["step"] != "total")

answer = json.load(open("out/answer.json"))["thread_counts"][0]["in_sequence"]
assert [s["sequence"] for s in answer] == list(totals)
for s in answer:
    row = totals[s["sequence"]]
    assert abs(s["time_ns"]["value"] - float(row["time_ns"])) < 0.01
    assert abs(s["in_sequence_over_alone"]["high"] - float(row["over_alone_high"])) < 1e-5
    assert s["reorders"] == sum(r["step"] != "run" and r["step"] != "total" for r in rows
                                if r["sequence"] == s["sequence"])

page = open("out/report.html").read()
assert "<b>last" not in page
data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])
header, *records = data["tables"]["network"]
assert header == list(rows[0])
assert [dict(zip(header, r))["time_ns"] for r in records] == [r["time_ns"] for r in rows]

table = open("out/tables/sequences.tex").read()
macros = open("out/tables/macros.tex").read()
for name, row in totals.items():
    shown = re.search(r"^%s & 1 & (\S+)" % name, table, re.M)[1].rstrip("?")
    time = float(row["time_ns"]) / 1e6
    assert shown == "n.d." or abs(float(shown) - time) <= 0.06 * time, (shown, time)
    assert re.search(r"SequenceTime.*%s.*1" % name, macros)
END
}

@test "a run without sequences has none in its tables" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    "$SEPBENCH" run net.yaml -o out --quiet --set network=false --set 'report.formats=[html, latex]' > text
    [ ! -e out/network.csv ]
    [ ! -s out/tables/sequences.tex ] || ! grep tabular out/tables/sequences.tex
    ! grep '"network":\[' out/report.html
}

# faulty_net: three layers of standard convolutions, which the misbehaving plugins can compute.
faulty_net() {
    cat > faulty.yaml <<'END'
name: faulty
network: true
operations: standard
layers:
  - {name: first, input: [3, 12, 12], kernel: 3, out_channels: 20, padding: 1}
  - {name: second, input: [20, 12, 12], kernel: 3, out_channels: 20, padding: 1}
  - {name: third, input: [20, 6, 6], kernel: 1, out_channels: 24}
measure: {min_samples: 3, max_time: 50ms, processes: 1}
report: {formats: []}
END
}

# expect_fault KERNEL TEXT: the kernel is right alone and wrong in sequence, for this reason.
expect_fault() {
    run --separate-stderr "$SEPBENCH" run faulty.yaml -o "out-${1#*/}" --quiet --set threads=1 \
        --set "kernels=[$1]"
    [ "$status" -eq 1 ]
    [ "$(grep -c ',ok,' "out-${1#*/}/results.csv")" -eq 3 ] # every layer
    [[ "$stderr" == *"$1 is wrong on "*"$2"* ]]
    [[ "$output" == *"wrong"*"$1 on "* ]]
    awk -F, -v kernel="$1" '$4 == "fault" && $7 == kernel && $20 == "wrong" && NF >= 21 { n++ }
        $4 == "total" { n = -9 } END { exit n < 1 }' "out-${1#*/}/network.csv"
}

@test "a kernel that is wrong only in sequence gets a verdict" {
    export SEPBENCH_PLUGIN_PATH=$(plugins breaker mixer)
    faulty_net
    expect_fault breaker/shares 'was never written'
    expect_fault breaker/keeps_weights 'error over magnitude'
    expect_fault mixer/hurries 'another result if the layers run without pause'
    expect_fault mixer/tires 'another result after the layers were timed'
    # A report, and a run that is resumed, say the same.
    run "$SEPBENCH" report out-shares -o again
    [[ "$output" == *"wrong"*"breaker/shares on first"* ]]
    run "$SEPBENCH" run faulty.yaml -o out-shares --resume --quiet --set threads=1 \
        --set 'kernels=[breaker/shares]'
    [ "$status" -eq 1 ]
}

@test "another kernel takes the place of one that is wrong in sequence" {
    export SEPBENCH_PLUGIN_PATH=$(plugins breaker naive)
    faulty_net
    run --separate-stderr "$SEPBENCH" run faulty.yaml -o out --quiet --set threads=1 \
        --set 'kernels=[breaker/shares, {kernel: naive/standard, params: {layout: nhwc}}]'
    [ "$status" -eq 1 ]
    [ "$(awk -F, '$4 == "run" { print $7 }' out/network.csv | sort -u | xargs)" = naive/standard ]
    [ "$(awk -F, '$4 == "fault" { print $7 }' out/network.csv | sort -u | xargs)" = breaker/shares ]
}

@test "right kernels have no faults, whatever the shapes and layouts between them" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled direct)
    cat > odd.yaml <<'END'
name: odd
network: true
operations: standard
layers:
  - {name: small, input: [3, 9, 9], kernel: 3, out_channels: 5, padding: 1, bias: true, activation: relu}
  - {name: larger, input: [20, 15, 15], kernel: 3, out_channels: 21, padding: 1, repeat: 2}
  - {name: blocks, input: [21, 15, 15], kernel: 1, out_channels: 21, residual: true, repeat: 2}
measure: {min_samples: 3, max_time: 50ms, processes: 2}
report: {formats: []}
END
    "$SEPBENCH" run odd.yaml -o out --quiet --set threads=2 > text
    [ "$(cut_out out/network.csv verdict | sort -u)" = ok ]
    grep -q '^Layers in sequence' text
}

# models OUT: the rows of the sequence of joiner/network, as "layer: kernel".
models() {
    awk -F, '$2 == "joiner/network" && $4 == "run" { print $5 ": " $7 }' "$1/network.csv"
}

@test "a library that takes networks gets the layers that follow each other as one model" {
    export SEPBENCH_PLUGIN_PATH=$(plugins joiner naive)
    faulty_net
    "$SEPBENCH" run faulty.yaml -o out --quiet --set threads=1 > text
    [ "$(models out)" = "first to second: joiner/network
third: joiner/network" ] # the third has another input than the second's output
    grep -q '^  joiner/network *[0-9]' text
    # Its input comes in NHWC, as that of the others.
    [ "$(awk -F, '$2 == "joiner/network" && $4 == "reorder" { print $9, $10 }' out/network.csv | xargs)" = \
        "NHWC NCHW NCHW NHWC" ]
    # One that is wrong is told, and leaves the kernels in sequence as they are.
    sed 's/\[3, /[5, /' faulty.yaml > five.yaml
    run --separate-stderr "$SEPBENCH" run five.yaml -o five --quiet --set threads=1
    [ "$status" -eq 1 ]
    [[ "$stderr" == *"with joiner/network kernels: as one model: relative L2 error "*", must be at most 4e-05"* ]]
    [ "$(cut_out five/network.csv sequence | sort -u | xargs)" = "best joiner joiner/network" ]
    [ "$(awk -F, '$2 == "joiner/network" { print $4 }' five/network.csv)" = fault ]
}

@test "compare has a row for each sequence" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive direct)
    "$SEPBENCH" run net.yaml -o base --quiet > text
    cp -r base same
    run "$SEPBENCH" compare base same --format csv
    [ "$status" -eq 0 ]
    [ "$(grep -c '^all layers,sequence,' <<< "$output")" -eq 2 ]
    [[ "$output" == *"all layers,sequence,naive,,1,same,"* || "$output" == *"all layers,sequence,naive,"* ]]
    "$SEPBENCH" run net.yaml -o none --quiet --set network=false > text
    run "$SEPBENCH" compare base none
    [[ "$output" == *"all layers sequence naive t1: in BASE alone (NEW: not there)"* ]]
}

@test "the figure of sequences has their times" {
    command -v gnuplot > /dev/null || skip "no gnuplot"
    export SEPBENCH_PLUGIN_PATH=$(plugins joiner naive tiled)
    faulty_net
    "$SEPBENCH" run faulty.yaml -o out --quiet --set threads=1 --set 'report.formats=[svg]' > text
    [ -s out/figures/sequence_t1.svg ]
    for name in 'best mix' naive joiner 'joiner, one model'; do # tiled is the best mix
        [ "$(grep -c "	$name\$" out/figures/sequence_t1.dat)" -eq 2 ]
    done
    # A row of the data has the time of network.csv, in milliseconds.
    wanted=$(awk -F, '$2 == "naive" && $4 == "total" { printf "%.3g", $11 / 1e6 }' out/network.csv)
    awk -v wanted="$wanted" '/naive/ { if (sprintf("%.3g", $2) == wanted) found = 1 } END { exit !found }' \
        out/figures/sequence_t1.dat
    "$SEPBENCH" run faulty.yaml -o none --quiet --set threads=1 --set network=false --set 'report.formats=[svg]' > text
    [ ! -e none/figures/sequence_t1.svg ]
}
