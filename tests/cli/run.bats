# SPDX-License-Identifier: Apache-2.0
# sepbench run: what it writes, and what it refuses.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    config 2 '["*"]' 'timeout: 20s' > a.yaml
}

@test "run: a sweep gives every file, each row once, and exit status 0" {
    run --separate-stderr "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 0 ]
    for file in run.db run.json results.csv speedups.csv steps.csv scaling.csv samples.csv; do
        [ -s "out/$file" ]
    done
    [ "$(rows out | wc -l)" -eq 4 ]
    [ -z "$(rows out | uniq -d)" ]
    [[ $output == *"best kernel per layer"* && $output != *"geometric mean"* ]]
}

@test "run: --verbose shows every speedup too" {
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --verbose
    [ "$status" -eq 0 ]
    [[ $output == *"best kernel per layer"*"1 thread "*"geometric mean"* ]]
    # All kernels are ranked by time, separately for each operation.
    [[ $output == *"Kernels by time, 1 thread:"*"relative"* ]]
    [ "$(grep -cE ' (standard|separable) +1 +naive/' <<< "$output")" -ge 2 ]
    [[ $output == *"The kernels of best"*"naive/standard"*"naive/separable"* ]]
    # There is one mean for each number of threads.
    [ "$(grep -c '^geometric mean' <<< "$output")" -eq "$(tail -n +2 out/results.csv | cut -d, -f25 | sort -u | wc -l)" ]
}

# fields FILE: prints a CSV file without its quoted fields, so that awk can split it.
fields() {
    sed 's/"[^"]*"//g' "$1"
}

@test "run: whoever divides two published times gets the published ratio" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    "$SEPBENCH" run a.yaml -o out --set threads=[1] --set measure.max_time=60ms
    "$SEPBENCH" run a.yaml -o short --set threads=[1] --set measure.min_samples=5
    for folder in out short; do
        # All times of a group use the same quantile.
        [ "$(fields "$folder/results.csv" | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
            $at["status"] == "ok" { print $1, $at["estimator"] }' | sort -u | wc -l)" -eq 2 ]
        { fields "$folder/results.csv"; echo end; fields "$folder/speedups.csv"; } | awk -F, '
            function near(a, b) { return a / b < 1 + 1e-5 && b / a < 1 + 1e-5 }
            $1 == "end" { second = 1; next }
            $1 == "layer" { for (i = 1; i <= NF; i++) at[$i] = i; next }
            !second { times[$1, $at["operation"], $at["label"]] = $at["time_ns"]; next }
            {
                rows++
                standard = $at["standard_ns"]; separable = $at["separable_ns"]
                if (!near(standard / separable, $at["measured"])) { print "not the quotient: " $0; bad = 1 }
                if (!near(standard, times[$1, "standard", $at["standard_kernel"]]) ||
                    !near(separable, times[$1, "separable", $at["separable_kernel"]])) { print "another time: " $0; bad = 1 }
            }
            END { exit bad || rows != 6 }'
    done
}

@test "run: steps measured alone are parts of their chain" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    cat > steps.yaml <<'END'
name: steps
layers:
  - {name: pair, input: [4, 9, 9], out_channels: 12, kernel: 3, bias: true}
  - {name: block, input: [4, 9, 9], expand: 8, out_channels: 4, kernel: 3, padding: 1, operations: [bottleneck, expand, depthwise, pointwise]}
operations: [separable, depthwise, pointwise]
kernels: ["*"]
threads: 1
measure: {min_samples: 5, max_time: 5ms}
END
    run --separate-stderr "$SEPBENCH" run steps.yaml -o out --verbose
    [ "$status" -eq 0 ]
    [[ $output == *"Time of each step"*"% of time"*"pair"*"depthwise"*"separable"* ]]
    python3 - <<'END'
import csv
rows = list(csv.DictReader(open("out/steps.csv")))
parts = {}
for r in rows:
    parts.setdefault((r["layer"], r["technique"]), []).append(r)
assert {t for _, t in parts} == {"naive", "tiled", "best"}, parts.keys()
steps = {"pair": ["depthwise", "pointwise", "separable"], "block": ["expand", "depthwise", "pointwise", "bottleneck"]}
products = {"pair": [4 * 9 * 49, 4 * 12 * 49], "block": [4 * 8 * 81, 8 * 9 * 81, 8 * 4 * 81]}
for (layer, technique), list_ in parts.items():
    assert [r["operation"] for r in list_] == steps[layer], list_
    alone, chain = list_[:-1], list_[-1]
    total = sum(float(r["time_ns"]) for r in alone)
    for r, p in zip(alone, products[layer]):
        assert int(r["multiplications"]) == p
        assert abs(float(r["of_multiplications"]) - p / sum(products[layer])) < 1e-6
    assert float(chain["of_multiplications"]) == 1
    for r in list_:
        share = float(r["time_ns"]) / total
        assert abs(float(r["of_time"]) / share - 1) < 1e-3, (r, share)
        assert float(r["of_time_low"]) <= float(r["of_time"]) <= float(r["of_time_high"])
END
}

@test "run: --dry-run names what would be measured and writes nothing" {
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --dry-run
    [ "$status" -eq 0 ]
    [ "$(grep -c naive/ <<< "$output")" -eq 4 ]
    [ ! -e out ]
}

# docs/answer.md states the factor. Every kernel uses all of its max_time, so that the time does not
# depend on noise.
@test "run: results.csv says the share of the bound, processes, and what plans hold" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive im2col_gemm)
    "$SEPBENCH" run a.yaml -o out --set threads=[1] --set measure.processes=4 --set measure.max_time=20ms
    fields out/results.csv | awk -F, '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["status"] != "ok" { next }
        {
            rows++
            if ($at["processes"] < 1 || $at["processes"] > 40) { print "processes: " $0; bad = 1 }
            share = $at["gflops"] / $at["roofline_gflops"]
            if (share - $at["bound_share"] > 2e-6 || $at["bound_share"] - share > 2e-6) { print "share: " $0; bad = 1 }
            if ($at["workspace_bytes"] !~ /^[0-9]+$/) { print "bytes: " $0; bad = 1 }
            # Patches of the input with 5 x 5 x 3 x 3 x 3 floats, and the packed weights.
            if ($at["plugin"] == "im2col_gemm" && $at["operation"] == "standard") held = $at["workspace_bytes"]
        }
        END { exit bad || rows < 8 || (held > 0 && held < 500) }'
}

@test "run: --dry-run estimates the time within a factor of four" {
    settings=(--set threads=[1] --set measure.precision=0.00001 --set measure.max_time=400ms)
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --dry-run "${settings[@]}"
    estimate=$(sed -n 's/.*would take about \([0-9.]*\) s:.*/\1/p' <<< "$stderr")
    "$SEPBENCH" run a.yaml -o out "${settings[@]}"
    real=$(sed -n 's/.*"wall_ns": \([0-9]*\).*/\1/p' out/run.json)
    echo "$estimate s, really $real ns"
    awk -v e="$estimate" -v r="$real" 'BEGIN { r /= 1e9; exit !(e > 0 && e < 4 * r && r < 4 * e) }'
}

@test "run: --filter and --set choose" {
    run "$SEPBENCH" run a.yaml -o out --filter layer1 --set 'operations=[separable]'
    [ "$status" -eq 0 ]
    [ "$(rows out)" = "layer1/separable/naive/separable/1" ] ||
        [ "$(rows out)" = "layer1,separable,naive,separable,1" ]
}

# processes DIR: prints the number of processes that the samples come from.
processes() {
    tail -n +2 "$1/samples.csv" | cut -d, -f6 | awk '{ print int($1 / 1000) }' | sort -u | wc -l
}

@test "run: a group is measured in six processes, in one where max_time is too short for six" {
    run_one() {
        "$SEPBENCH" run a.yaml -o "$1" --filter layer0 --set threads=1 --set "measure.$2"
    }
    run_one short max_time=1us
    [ "$(processes short)" -eq 1 ]
    run_one long max_time=5s
    [ "$(processes long)" -ge 6 ]
    "$SEPBENCH" run a.yaml -o two --filter layer0 --set threads=1 --set measure.max_time=300ms \
        --set measure.precision=0.5 --set measure.processes=2
    [ "$(processes two)" -eq 2 ]
}

@test "run: run.json repeats the run" {
    "$SEPBENCH" run a.yaml -o out --filter layer0
    run "$SEPBENCH" run out/run.json -o again
    [ "$status" -eq 0 ]
    [ "$(rows out)" = "$(rows again)" ]
}

@test "run: a folder that holds a run is refused and left as it was" {
    "$SEPBENCH" run a.yaml -o out
    before=$(cksum out/run.db out/results.csv)
    run --separate-stderr "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 2 ]
    [[ $stderr == *out* ]]
    [ "$(cksum out/run.db out/results.csv)" = "$before" ]
}

@test "run: an output folder that cannot be made is one clear message" {
    : > file
    run --separate-stderr "$SEPBENCH" run a.yaml -o file/out
    [ "$status" -eq 2 ]
    [[ $stderr == *file/out* ]]
    run --separate-stderr "$SEPBENCH" run a.yaml -o /proc/out
    [ "$status" -eq 2 ]
    [[ $stderr == */proc/out* ]]
}

@test "run: a plugin folder that does not exist is named" {
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --plugin-dir "$PWD/nowhere"
    [ "$status" -eq 2 ]
    [[ $stderr == *nowhere* ]]
    [ ! -e out ]
}

@test "run: a kernel or a parameter that does not exist names the nearest" {
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --set 'kernels=[naive/standart]'
    [ "$status" -eq 2 ]
    [[ $stderr == *"naive/standard"* ]]
    run --separate-stderr "$SEPBENCH" run a.yaml -o out \
        --set 'kernels=[{kernel: naive/standard, params: {layuot: nhwc}}]'
    [ "$status" -eq 2 ]
    [[ $stderr == *layout* ]]
    [ ! -e out ]
}

@test "run: more threads than the machine has are refused" {
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --set 'threads=[100000]'
    [ "$status" -eq 2 ]
    [[ $stderr == *threads* ]]
    [ ! -e out ]
}

@test "run: without gnuplot the CSV files are written and the package is named" {
    mkdir bin
    run --separate-stderr env PATH="$PWD/bin" "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 0 ]
    [[ $stderr == *gnuplot-nox* ]]
    [ -s out/results.csv ]
    [ -s out/figures/speedup_t1.gp ]
}

@test "run: the same kernel under two names is measured twice" {
    run "$SEPBENCH" run a.yaml -o out --filter layer0 --set \
        'kernels=[{kernel: naive/standard, as: a}, {kernel: naive/standard, as: b}]'
    [ "$status" -eq 0 ]
    [ "$(tail -n +2 out/results.csv | wc -l)" -eq 2 ]
}

@test "run: run.json says how the time went, and the parts do not exceed the whole" {
    "$SEPBENCH" run a.yaml -o out
    time=$(sed -n '/"time": {/,/}/p' out/run.json)
    for part in planning reference verification sampling idle; do
        grep -q "\"${part}_ns\": [1-9]" <<< "$time"
    done
    grep -q '"other_ns": [0-9]' <<< "$time"
}

@test "run: nothing is told on a pipe but the outcome" {
    "$SEPBENCH" run a.yaml -o out --quiet > output 2> talk
    # Warnings are allowed, for example about the load of the machine.
    ! grep -v '^sepbench: warning: ' talk
}

@test "run: run.json tells the warnings, the libraries and the arguments as they were typed" {
    SEPBENCH_PLUGIN_PATH=$(plugins naive broken_abi)
    run --separate-stderr "$SEPBENCH" run -o out --filter layer0 a.yaml
    [ "$status" -eq 1 ] # a row is missing that somebody wanted
    [[ $stderr == *"warning: plugin "*broken_abi* ]]
    [[ $stderr == *"1 plugin was refused"* ]]
    warnings=$(sed -n '/"warnings": \[/,/\]/p' out/run.json)
    [[ $warnings == *"plugin "*broken_abi* ]]
    for library in hwloc libyaml zlib jansson sqlite xxhash; do
        grep -Eq "\"$library\": \"[0-9]+[0-9.]*\"" out/run.json
    done
    grep -Eq '"libc": "(glibc|musl)' out/run.json || [ ! -e /lib/x86_64-linux-gnu/libc.so.6 ]
    grep -q '"compiler": ".* -' out/run.json
    if command -v gnuplot > /dev/null; then
        grep -Eq '"gnuplot": "[0-9]+\.[0-9]+ patchlevel' out/run.json
    fi
    # The commit of the sources, if git or the tarball knows it.
    commit=$("$SRCDIR/harness/cli/commit" "$SRCDIR")
    [ -z "$commit" ] || grep -q "\"commit\": \"${commit%-dirty}\"" out/run.json
    [ "$(sed -n '/"command": \[/,/\]/p' out/run.json | tr -d ' \n')" = \
        '"command":["run","-o","out","--filter","layer0","a.yaml"],' ]
}

@test "run: an empty list of formats makes no figures" {
    "$SEPBENCH" run "$SRCDIR/configs/worked_example.yaml" --quiet --set 'kernels=[naive]' \
        --set measure.max_time=10ms --set threads=1 --set 'report.formats=[]' -o "$BATS_TEST_TMPDIR/run" >/dev/null
    [ -s "$BATS_TEST_TMPDIR/run/speedups.csv" ]
    [ ! -e "$BATS_TEST_TMPDIR/run/figures" ]
}

@test "run: a folder of SEPBENCH_PLUGIN_PATH that does not exist is an error" {
    SEPBENCH_PLUGIN_PATH=$SEPBENCH_PLUGIN_PATH:/nonexistent run "$SEPBENCH" list kernels
    [ "$status" -eq 2 ]
    [[ $output == *"/nonexistent"* ]]
}

@test "run: a layer that does not fit in memory costs its own rows alone" {
    [ "$(awk '/^MemTotal/ { print int($2 / 1048576) }' /proc/meminfo)" -lt 400 ] || skip "this machine has too much memory"
    cat > huge.yaml <<'Y'
layers:
  - {name: small, input: [1, 3, 5, 5], kernel: 3, out_channels: 5}
  - {name: huge, input: [2, 1, 32768, 32767], kernel: 3, out_channels: 1, operations: standard}
kernels: ["naive/standard"]
measure: {max_time: 1ms}
Y
    run --separate-stderr "$SEPBENCH" run huge.yaml -o out
    [ "$status" -eq 1 ]
    [[ $stderr == *"layer 'huge' needs up to "*" GiB for its tensors in all layouts and their reference, but there are "*"; it is not measured"* ]]
    grep -q '^small,standard,.*,ok,' out/results.csv
    grep -q '^huge,standard,.*,error,"\{0,1\}the layer needs up to ' out/results.csv
    # tune does not begin with it either.
    run "$SEPBENCH" tune huge.yaml -o tuned
    [ "$status" -eq 2 ]
    [[ $output == *"layer 'huge' needs up to "* ]]
    [ ! -e tuned ]
}

@test "run: with kernels for the standard convolution alone, that is what the network runs" {
    SEPBENCH_PLUGIN_PATH=$(plugins moody)
    config 3 '["moody/good"]' > standard.yaml
    run --separate-stderr "$SEPBENCH" run standard.yaml -o out
    [ "$status" -eq 0 ]
    [[ $output == *"best kernel per layer "* ]]
    [[ $output == *"moody only "* ]]
    [[ $stderr != *"Can't plot"* ]]
    [ ! -e out/figures/network_t1.gp ] || [ -s out/figures/network_t1.dat ]
}
