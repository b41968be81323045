#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# sepbench machine. The peaks are probed once, for the first test that needs them.

setup_file() {
    sepbench=${SEPBENCH:-$PWD/harness/sepbench}
    XDG_CACHE_HOME=$BATS_FILE_TMPDIR/cache
    export sepbench XDG_CACHE_HOME
    unset SEPBENCH_ISA
    "$sepbench" machine >"$BATS_FILE_TMPDIR/text" 2>"$BATS_FILE_TMPDIR/talk"
}

# number NAME: prints the number that follows "NAME": in the JSON of $output.
number() {
    sed -n "s/.*\"$1\": \([0-9.]*\).*/\1/p" <<<"$output" | head -n 1
}

bats_require_minimum_version 1.5.0

@test "text: processor, memory, peaks and conditions, talk on stderr" {
    run cat "$BATS_FILE_TMPDIR/text"
    grep -Eq '^  One thread: clock .* a cycle\.$' "$BATS_FILE_TMPDIR/text"
    [[ $output == *Processor*Memory*Peaks*Conditions* ]]
    [[ $output == *"fp32 GFLOP/s"*"L1 GB/s"*"DRAM GB/s"* ]]
    [[ $output != *probing* ]]
    grep -q probing "$BATS_FILE_TMPDIR/talk"
}

@test "the second time is quick and says nothing: the peaks come from the cache" {
    run --separate-stderr "$sepbench" machine
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$(ls "$XDG_CACHE_HOME/sepbench" | grep -c '^peaks-.*\.json$')" -eq 1 ]
}

@test "JSON holds the same facts" {
    run --separate-stderr "$sepbench" machine --format json
    [ "$status" -eq 0 ]
    if command -v python3 >/dev/null; then
        python3 -c 'import json,sys; j=json.load(sys.stdin); n=j["peaks"]["threads"]
assert n == len(j["peaks"]["gflops"]) == len(j["peaks"]["gbytes_per_second"]["DRAM"])
assert j["processor"]["allowed"] == len(j["processor"]["places"])
assert isinstance(j["conditions"]["advice"], list)' <<<"$output"
    fi
    [ "$(number max_threads)" -ge 1 ]
    grep -q "$(number cores) core" "$BATS_FILE_TMPDIR/text"
}

@test "--refresh probes again" {
    cp -r "$XDG_CACHE_HOME" "$BATS_TEST_TMPDIR/cache"
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    # Raise the peak, so that no check finds it too low.
    sed -i 's/"probed_at": [0-9]*/"probed_at": 12345/; /"gflops": \[/{n;s/[0-9]/9&/}' \
        "$XDG_CACHE_HOME"/sepbench/peaks-*.json
    run --separate-stderr "$sepbench" machine --format json
    [ "$(number probed_at)" -eq 12345 ]
    run --separate-stderr "$sepbench" machine --format json --refresh
    [ "$status" -eq 0 ]
    [ "$(number probed_at)" -gt 12345 ]
}

@test "--noise compares a kernel with itself and keeps what it found" {
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    mkdir -p "$XDG_CACHE_HOME/sepbench"
    cp "$BATS_FILE_TMPDIR"/cache/sepbench/peaks-*.json "$XDG_CACHE_HOME/sepbench"
    export SEPBENCH_PLUGIN_PATH=${BUILDDIR:-$PWD}/plugins/.libs
    run --separate-stderr "$sepbench" machine --format json
    [[ $output == *'"noise": []'* ]]
    run --separate-stderr "$sepbench" machine --format json --noise 0.01
    [ "$status" -eq 0 ]
    [[ $stderr == *"naive/standard with itself, threads: 1"* ]]
    [ "$(number pairs)" -eq 2 ]
    [ "$(number different)" -le 2 ]
    floor=$(number floor)
    run --separate-stderr "$sepbench" machine --format json
    [ "$(number floor)" = "$floor" ]
    run --separate-stderr "$sepbench" machine
    [[ $output == *"called different"* ]]
}

@test "--noise without plugins, and with nonsense" {
    mkdir "$BATS_TEST_TMPDIR/none"
    export SEPBENCH_PLUGIN_PATH=$BATS_TEST_TMPDIR/none SEPBENCH_SYSTEM_PLUGIN_PATH=
    run --separate-stderr "$sepbench" machine --noise 1
    [ "$status" -eq 2 ]
    for wrong in x 0 -1 nan 1e9 ""; do
        run --separate-stderr "$sepbench" machine --noise "$wrong"
        [ "$status" -eq 2 ]
        [[ $stderr == *"a number of seconds"* ]]
    done
}

@test "one processor only" {
    command -v taskset >/dev/null || skip "no taskset"
    cpu=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\([0-9]*\).*/\1/p' /proc/self/status)
    run --separate-stderr taskset -c "$cpu" "$sepbench" machine --format json
    [ "$status" -eq 0 ]
    [ "$(number allowed)" -eq 1 ]
    [ "$(number max_threads)" -eq 1 ]
    [ "$(number threads)" -eq 1 ]
}

@test "a masked instruction set has peaks of its own" {
    SEPBENCH_ISA=generic run --separate-stderr "$sepbench" machine --format json
    [ "$status" -eq 0 ]
    [[ $output == *'"features": "generic"'* ]]
    [[ $output == *'"loops": "generic"'* ]]
}

@test "a wrong SEPBENCH_ISA is an error that names the right ones" {
    SEPBENCH_ISA=avx51 run "$sepbench" machine
    [ "$status" -eq 2 ]
    [[ $output == *"SEPBENCH_ISA=avx51: unknown instruction set; did you mean 'avx512'?"* ]]
    SEPBENCH_ISA=risc run "$sepbench" machine
    [ "$status" -eq 2 ]
    [[ $output == *"SEPBENCH_ISA=risc: unknown instruction set; expected one of generic, sse2, avx, avx2, avx512, neon" ]]
}

@test "a cache that cannot be written is a warning" {
    : >"$BATS_TEST_TMPDIR/file"
    XDG_CACHE_HOME=$BATS_TEST_TMPDIR/file run --separate-stderr "$sepbench" machine
    [ "$status" -eq 0 ]
    [[ $stderr == *"warning"*"cannot be saved"* ]]
    [[ $output == *Peaks* ]]
}

@test "wrong options and operands" {
    for wrong in --format=xml --format=csv --fresh operand; do
        run "$sepbench" machine "$wrong"
        [ "$status" -eq 2 ]
    done
    run "$sepbench" machine --help
    [ "$status" -eq 0 ]
    [[ $output == *--refresh* ]]
}
