# SPDX-License-Identifier: Apache-2.0
# sepbench export: writes a run in the formats of other programs.

load common

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    config 2 '["naive/*", {kernel: tiled/standard, as: mine, params: {rows: 2}}]' 'timeout: 20s' >a.yaml
    "$SEPBENCH" run a.yaml -o one >/dev/null 2>&1
    "$SEPBENCH" run a.yaml -o two >/dev/null 2>&1
}

setup() {
    cd "$BATS_FILE_TMPDIR"
}

@test "export tidy: a row a sample, with what was sampled" {
    run --separate-stderr "$SEPBENCH" export one --format tidy
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "${#lines[@]}" -eq "$(wc -l <one/samples.csv)" ]
    [ "$(awk -F, '{ print NF }' <<<"$output" | sort -u | wc -l)" -eq 1 ]
    [[ ${lines[0]} == layer,operation,n,c,*,status,multiplications,machine,process,round,position,iterations,ns ]]
    # The same times as in samples.csv, in the same order.
    cmp <(tail -n +2 one/samples.csv | tr -d '\r' | sed 's/.*,//') <(tail -n +2 <<<"$output" | sed 's/.*,//')
    "$SEPBENCH" export one --format tidy -o tidy.csv
    cmp <(echo "$output") tidy.csv
}

@test "export google-benchmark: compare.py reads it" {
    local compare python
    compare=/usr/share/benchmark/compare.py
    [ -e "$compare" ] || skip "no compare.py (apt-get install libbenchmark-tools)"
    for python in /usr/bin/python3 python3; do
        "$python" -c 'import numpy, scipy' 2>/dev/null && break
        python=
    done
    [ -n "$python" ] || skip "compare.py needs numpy and scipy"
    "$SEPBENCH" export one --format google-benchmark -o one.json
    "$SEPBENCH" export two --format google-benchmark -o two.json
    run "$python" "$compare" --no-color benchmarks one.json two.json
    [ "$status" -eq 0 ]
    grep -q '^layer0/standard/naive/standard/threads:1_median ' <<<"$output"
    grep -qE '^layer1/standard/mine/threads:1_p(10|25) ' <<<"$output"
    grep -q '^OVERALL_GEOMEAN ' <<<"$output"
}

@test "export kernel-tuner: replay reads it" {
    run --separate-stderr "$SEPBENCH" export one --format kernel-tuner
    [ "$status" -eq 0 ]
    [[ $stderr == *"one/kernel_tuner: 6 caches" ]]
    run "$SEPBENCH" tune --replay one/kernel_tuner/layer0-standard-t1-tiled-standard.json
    [ "$status" -eq 0 ]
    [[ $output == "1 parameter set, of which 0 failed; optimum "* ]]
}

@test "export: refuses what it cannot do" {
    run --separate-stderr -2 "$SEPBENCH" export one
    [[ $stderr == *"missing option --format=FORMAT: google-benchmark, kernel-tuner or tidy"* ]]
    run --separate-stderr -2 "$SEPBENCH" export one --format google
    [[ $stderr == *"unknown format 'google'"* ]]
    run --separate-stderr -2 "$SEPBENCH" export nowhere --format tidy
    [[ $stderr == *"nowhere"* ]]
    [ -z "$output" ]
    run --separate-stderr -2 "$SEPBENCH" export one --format tidy -o no/such/folder.csv
    [[ $stderr == *"cannot be written"* ]]
}
