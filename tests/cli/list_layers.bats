# SPDX-License-Identifier: Apache-2.0

setup() {
    bats_require_minimum_version 1.5.0
    configs=$SRCDIR/configs
}

@test "list layers: sweeps are expanded, in order" {
    run "$SEPBENCH" list layers "$configs/channel_limit.yaml"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 45 ]
    [[ ${lines[1]} == r1_k1\ * ]]
    [[ ${lines[2]} == r1_k2\ * ]]
    [[ ${lines[44]} == r7_k1024\ * ]]
}

@test "list layers: CSV names the columns as results.csv does" {
    run "$SEPBENCH" list layers --format=csv --filter=example "$configs/worked_example.yaml"
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == layer,operations,repeat,n,c,h,w,k,r,s,stride_h,* ]]
    [ "${lines[1]}" = "example,standard;separable,1,1,3,7,7,128,3,3,1,1,0,0,0,0,1,1,1,1,5,5,0,0;0,none;none,0" ]
}

@test "list layers: JSON" {
    run "$SEPBENCH" list layers --format=json "$configs/worked_example.yaml"
    [ "$status" -eq 0 ]
    grep -q '"pad_right": 0' <<< "$output"
}

@test "list layers: a filter that matches nothing is an error" {
    run --separate-stderr "$SEPBENCH" list layers --filter=nix "$configs/quick.yaml"
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    [[ $stderr == *"--filter nix: no layer"* ]]
}

@test "list layers: needs a configuration" {
    run "$SEPBENCH" list layers
    [ "$status" -eq 2 ]
}
