# SPDX-License-Identifier: Apache-2.0
# The summary after a run: the best kernel for each layer, and the time of the network with them.

load common

# The tests of the numbers share one run.
setup_file() {
    cd "$BATS_FILE_TMPDIR"
    BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    cat > a.yaml <<'END'
name: answered
layers:
  - {name: first, input: [1, 3, 17, 17], kernel: 3, out_channels: 8, padding: 1, stride: 2, operations: standard}
  - {name: pair, input: [1, 8, 9, 9], kernel: 3, out_channels: 16, padding: 1, repeat: 3}
  - {name: point, input: [1, 16, 9, 9], kernel: 1, out_channels: 16, operations: standard, repeat: 5}
  - {name: steps, input: [1, 8, 9, 9], kernel: 3, out_channels: 8, padding: 1, operations: [standard, depthwise, pointwise], repeat: 2}
kernels: ["*"]
measure: {min_samples: 5, max_time: 1us, timeout: 20s}
report: {formats: [svg]}
END
    "$SEPBENCH" run a.yaml -o kept > answer 2> talk
}

setup() {
    cd "$BATS_FILE_TMPDIR"
}

# total SPEC: the milliseconds of all layers in results.csv. SPEC is best, twin, or a plugin.
total() {
    sed 's/"[^"]*"//g' kept/results.csv | awk -F, -v spec="$1" '
        BEGIN { times["first"] = 1; times["pair"] = 3; times["point"] = 5; times["steps"] = 2 }
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["status"] != "ok" { next }
        spec != "best" && spec != "twin" && $at["plugin"] != spec { next }
        {
            op = $at["operation"]
            if ($1 == "pair" && op != (spec == "twin" ? "standard" : "separable")) next
            if ($1 == "steps" && op == "standard") next
            key = $1 "/" op
            if (!(key in least) || $at["time_ns"] < least[key]) least[key] = $at["time_ns"]
        }
        END {
            for (key in least) { split(key, part, "/"); sum += times[part[1]] * least[key]; parts++ }
            if (parts != 5) exit 1
            printf "%.9f\n", sum / 1e6
        }'
}

# says HEAD: the number that follows HEAD.
says() {
    sed -n "s/^  $1  *\([0-9.]*\) ms.*/\1/p" answer
}

# near A B: succeeds if the numbers agree to four digits.
near() {
    awk -v a="$1" -v b="$2" 'BEGIN { d = a / b - 1; exit !(a > 0 && d < 6e-4 && d > -6e-4) }'
}

@test "answer: totals are those of results.csv, layers as often as they are repeated" {
    near "$(says 'best kernel per layer')" "$(total best)"
    near "$(says 'naive only')" "$(total naive)"
    near "$(says 'tiled only')" "$(total tiled)"
    near "$(says 'standard convolution')" "$(total twin)"
}

@test "answer: the gain is the quotient of the times, the arithmetic that of the shapes" {
    # 9 * 8 * 16 multiplications per pixel against 9 * 8 + 8 * 16
    grep -q '^Separable over standard  *5\.76 x less arithmetic, .*time' answer
    grep -q '(1 layer)' answer
}

@test "answer: every layer has a row, those that cost most first, with shares of 100 %" {
    sed -n '/^Layers by cost/,/^$/p' answer | tail -n +3 | sed '/^$/d' > rows
    [ "$(wc -l < rows)" -eq 5 ]
    grep -q '^steps d.* 2 ' rows
    grep -q '^steps p.* 2 ' rows
    grep -q '^pair  *3 ' rows
    # The share is printed before the kernel.
    sed 's/ *[a-z]*\/[a-z].*//; s/.* //' rows > shares
    sort -c -g -r shares
    awk '{ sum += $1 } END { exit !(sum > 99.5 && sum < 100.5) }' shares
}

@test "answer: classes and bounds come to 100 % each" {
    for head in 'Share of the time' 'Bound by'; do
        sed -n "/^$head/,/^[^ ]/p" answer | sed "1s/^$head//; 1!{/^[^ ]/d}" | grep -o '[0-9.]* %' |
            awk '{ sum += $1 } END { exit !(NR > 0 && sum > 99.5 && sum < 100.5) }'
    done
    grep -q 'pointwise [0-9.]* %' answer
}

@test "answer: what was stopped early is told, and what does not apply is no failure" {
    grep -q 'stopped at measure.max_time' answer
    [ -n "$(grep -A2 'stopped at measure.max_time' answer | tr '\n' ' ' |
        grep -E 'a max_time of +about [0-9.]+ (ms|s|min|h)|too wide to +tell what +max_time')" ]
    grep -q '"max_time_ns": 1000' kept/run.json
    ! grep -q 'failed' answer
    ok=$(grep -c ',ok,' kept/results.csv)
    grep -q "sepbench: $ok measurements are ok, 0 failed, [0-9]* do not apply; see kept" talk
}

# A run that shows nothing must not look like a complete one.
@test "answer: what is not determined is warned of, marked and left out of means" {
    cd "$BATS_TEST_TMPDIR"
    "$SEPBENCH" run "$BATS_FILE_TMPDIR/a.yaml" -o out > first 2> talk
    # Makes every interval a factor of three wide.
    cat > widen.py <<'END'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as db:
    db.execute("UPDATE results SET ci_high_ns = 3 * time_ns WHERE status = 'ok'")
    db.execute("UPDATE speedups SET ci_high = 3 * measured")
END
    python3 widen.py out/run.db 2> /dev/null || skip "python3 has no sqlite3"
    run --separate-stderr "$SEPBENCH" report out
    [[ $output == *"Caveats"*"not determined"*"100.0 % of the total"* ]]
}

@test "answer: Markdown and JSON say the same" {
    python3 - kept "$(says 'best kernel per layer')" "$(says 'standard convolution')" <<'END' || [ "$?" -eq 77 ]
import csv, json, sys
folder, best, twins = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
answer = json.load(open(folder + "/answer.json"))
block = answer["thread_counts"][0]
near = lambda a, b: abs(a / b - 1) < 6e-4
assert near(block["total_ns"]["value"] / 1e6, best), block["total_ns"]
assert near(block["standard_twins_ns"] / 1e6, twins)
assert len(block["layers"]) == 5
total = sum(l["repeat"] * l["time_ns"]["value"] for l in block["layers"])
assert near(total / 1e6, best)
for shares in (block["classes"], block["bounds"]):
    assert abs(sum(shares.values()) - 1) < 1e-6
rows = {(r["layer"], r["operation"], r["label"]): r for r in csv.DictReader(open(folder + "/results.csv"))}
for l in block["layers"]:
    row = rows[l["layer"].split()[0], l["operation"], l["kernel"]]
    assert near(float(row["time_ns"]), l["time_ns"]["value"])
    if l["next"]:
        other = rows[l["layer"].split()[0], l["operation"], l["next"]["kernel"]]
        assert near(float(other["time_ns"]) / float(row["time_ns"]), l["next"]["margin"]["value"])
text = open(folder + "/answer.md").read()
assert text.startswith("## answered on ") and text.count("\n| pair |") == 1
END
    grep -q "^| the best kernel per layer | $(says 'best kernel per layer') |" kept/answer.md
}

# fastest COUNTED: from results.csv, the layer, operation and label with the least sum of these columns.
fastest() {
    sed 's/"[^"]*"//g' kept/results.csv | awk -F, -v columns="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; split(columns, counted, " "); next }
        $at["status"] == "ok" {
            key = $1 "," $at["operation"]; sum = 0
            for (i in counted) sum += $at[counted[i]]
            if (!(key in least) || sum < least[key]) { least[key] = sum; label[key] = $at["label"] }
        }
        END { for (key in least) print key "," label[key] }' | sort
}

@test "recommend: the kernel with the least of what counts, in each way of counting" {
    while read -r objective columns; do
        "$SEPBENCH" recommend kept --objective "$objective" --format csv > list
        tail -n +2 list | cut -d, -f1,2,5 | sort > told
        [ "$(wc -l < told)" -eq 5 ]
        fastest "$columns" > all
        [ -z "$(comm -23 told all)" ]
    done <<'END'
run time_ns
reorders time_ns reorder_ns
packing time_ns reorder_ns prepare_ns
END
    "$SEPBENCH" recommend kept --format csv | cmp - kept/recommend.csv
    run -2 --separate-stderr "$SEPBENCH" recommend kept --objective runn
    [[ $stderr == *"did you mean 'run'"* ]]
    run -0 "$SEPBENCH" recommend kept
    [[ $output == "1 thread, by run: "*"pair "*separable* ]]
}

@test "recommend: what may be as fast is named" {
    cd "$BATS_TEST_TMPDIR"
    cat > twice.yaml <<'END'
name: twice
layers: [{name: one, input: [1, 8, 9, 9], kernel: 3, out_channels: 16, padding: 1, operations: standard}]
kernels: [{kernel: tiled/standard, as: a}, {kernel: tiled/standard, as: b}, naive/standard]
threads: [1]
measure: {min_samples: 5, max_time: 50ms, timeout: 20s}
report: {formats: [svg]}
END
    "$SEPBENCH" run twice.yaml -o out > text 2> talk
    "$SEPBENCH" recommend out --format json > list.json
    best=$(sed -n 's/.*"kernel": "\([ab]\)".*/\1/p' list.json | head -1)
    [ -n "$best" ]
    ties=$(tail -n +2 out/recommend.csv | sed 's/"[^"]*"//g' | awk -F, '{ print $11 }')
    # Depending on the samples, it is a tie, or a proven difference of about a per cent.
    [[ $ties == [ab] ]] || ! awk -F, 'NR == 2 { exit !($14 > 1.05) }' <(sed 's/"[^"]*"//g' out/recommend.csv)
    [[ $ties != *naive* ]]
}

@test "answer: 80 columns at most" {
    [ "$(wc -L < answer)" -le 80 ]
    "$SEPBENCH" report kept > again 2> talk2
    cmp answer again
}

@test "answer: names are shown as they are, and none is too long" {
    cd "$BATS_TEST_TMPDIR"
    long=$(printf 'layer_%.0s' {1..20})
    cat > b.yaml <<END
name: "net <&> red"
layers:
  - {name: "a'b;\$t", input: [1, 3, 5, 5], kernel: 3, out_channels: 5, padding: 1}
  - {name: $long, input: [1, 3, 5, 5], kernel: 3, out_channels: 5, padding: 1}
  - {name: "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", input: [1, 3, 5, 5], kernel: 3, out_channels: 5, padding: 1}
kernels: ["*"]
measure: {min_samples: 3, max_time: 1us, timeout: 20s}
report: {formats: [svg]}
END
    run --separate-stderr "$SEPBENCH" run b.yaml -o out
    echo "$output" "$stderr"
    [ "$status" -eq 0 ]
    [[ $output == *'net <&> red on '* && $output == *"a'b;\$t "* ]]
    [[ $output == *layer_layer_*..* ]] # how much of it depends on the other columns
    [ "$(LC_ALL=C.UTF-8 wc -L <<< "$output")" -le 80 ]
}
