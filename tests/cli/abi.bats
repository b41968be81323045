# SPDX-License-Identifier: Apache-2.0
# Plugins built with older and newer headers, and problems that a kernel does not understand.

load common

@test "abi: a plugin with the first version's structs loads, is checked and runs" {
    cd "$BATS_TEST_TMPDIR"
    run --separate-stderr "$SEPBENCH" check "$rogues/yesterday.so"
    [ "$status" -eq 0 ]
    grep -q '^yesterday/standard .* ok$' <<< "$output"
    grep -q '^yesterday/separable .* ok$' <<< "$output"
    config 1 '["*"]' > tiny.yaml
    SEPBENCH_PLUGIN_PATH=$(plugins yesterday) run "$SEPBENCH" run tiny.yaml -o out
    [ "$status" -eq 0 ]
    [ "$(grep -c ',ok,' out/results.csv)" -eq 2 ]
}

@test "abi: of a later plugin, what is known runs and the rest is left out with the reason" {
    cd "$BATS_TEST_TMPDIR"
    run --separate-stderr "$SEPBENCH" check "$rogues/tomorrow.so"
    [ "$status" -eq 0 ]
    grep -q '^tomorrow/standard .* ok$' <<< "$output"
    [ "$(grep -c tomorrow/ <<< "$output")" -eq 1 ]
    [[ $stderr == *"kernel of_later_steps: is for operations that this version does not know"* ]]
    [[ $stderr == *"kernel of_later_arithmetic: unknown arithmetic class 99"* ]]
    [[ $stderr == *"kernel of_later_parameters: parameter strange has the unknown kind 77"* ]]
    config 1 '["*"]' > tiny.yaml
    SEPBENCH_PLUGIN_PATH=$(plugins tomorrow) run "$SEPBENCH" run tiny.yaml -o out
    [ "$status" -eq 0 ]
    [ "$(grep -c ',ok,' out/results.csv)" -eq 1 ]
}

# A kernel built before biases and activations existed is not asked to compute them.
@test "abi: a kernel that does not handle what a problem needs is unsupported, not wrong" {
    cd "$BATS_TEST_TMPDIR"
    cat > epilogues.yaml <<'END'
layers:
  - {name: bare, input: [3, 5, 5], kernel: 3, padding: 1, out_channels: 3}
  - {name: bias, input: [3, 5, 5], kernel: 3, padding: 1, out_channels: 3, bias: true}
  - {name: swish, input: [3, 5, 5], kernel: 3, padding: 1, out_channels: 3, activation: swish}
  - {name: residual, input: [3, 5, 5], kernel: 3, padding: 1, out_channels: 3, residual: true}
  - {name: block, input: [3, 5, 5], kernel: 3, padding: 1, out_channels: 3, expand: 9}
measure: {min_samples: 3, max_time: 1us}
report: {formats: [svg]}
END
    export SEPBENCH_PLUGIN_PATH=$(plugins naive yesterday)
    run "$SEPBENCH" run epilogues.yaml -o out
    [ "$status" -eq 0 ]
    grep -q '^bare,standard,.*,yesterday,.*,ok,' out/results.csv
    grep -q '^bias,standard,.*,yesterday,.*,unsupported,does not handle bias,' out/results.csv
    grep -q '^swish,separable,.*,yesterday,.*,unsupported,does not handle swish,' out/results.csv
    grep -q '^residual,standard,.*,unsupported,does not handle residual,' out/results.csv
    [ "$(grep -c ',naive,.*,ok,' out/results.csv)" -eq 10 ]
    [ "$(grep -c '^block,bottleneck,' out/results.csv)" -eq 1 ]
    run "$SEPBENCH" run epilogues.yaml -o bare --set epilogue=none
    [ "$status" -eq 0 ]
    [ "$(grep -c ',yesterday,.*,ok,' bare/results.csv)" -eq 9 ]
}

@test "abi: what a plugin found out by timing is passed on to its later processes" {
    cd "$BATS_TEST_TMPDIR"
    config 1 '["noter/*"]' > tiny.yaml
    SEPBENCH_PLUGIN_PATH=$(plugins noter) run --separate-stderr "$SEPBENCH" run tiny.yaml -o out \
        --set measure.processes=3
    [ "$status" -eq 0 ]
    [ "$(grep -c 'plugin noter: chose left$' <<< "$stderr")" -eq 1 ]
    [ "$(grep -c 'plugin noter: read left$' <<< "$stderr")" -ge 2 ]
    grep -q ',noter,chosen,.*,ok,' out/results.csv
}

@test "abi: lasting notes are read in later runs with the same machine and instruction set" {
    cd "$BATS_TEST_TMPDIR"
    export XDG_CACHE_HOME=$PWD/cache SEPBENCH_PLUGIN_PATH=$(plugins noter)
    config 1 '["noter/*"]' > tiny.yaml
    settle() { # sets `settled`: in how many processes the plugin chose anew; others read its choice
        rm -rf out
        run --separate-stderr "$SEPBENCH" run tiny.yaml -o out --set measure.processes=2
        [ "$status" -eq 0 ]
        grep -q 'plugin noter: recalled up$' <<< "$stderr"
        settled=$(grep -c 'plugin noter: settled for up$' <<< "$stderr" || true)
    }
    settle
    [ "$settled" -eq 1 ]
    settle
    [ "$settled" -eq 0 ]
    SEPBENCH_ISA=generic settle
    [ "$settled" -eq 1 ]
    settle
    [ "$settled" -eq 0 ]
    for file in cache/sepbench/notes-*.json; do
        echo '{"format": 1, "key": "another", "notes": {"choice": "down"}}' > "$file"
    done
    settle
    [ "$settled" -eq 1 ]
    settle
    [ "$settled" -eq 0 ]
    rm -rf out
    XDG_CACHE_HOME=/dev/null run --separate-stderr "$SEPBENCH" run tiny.yaml -o out
    [ "$status" -eq 0 ]
    [ "$(grep -c 'is not kept for later runs: .*/dev/null/sepbench' <<< "$stderr")" -eq 1 ]
}
