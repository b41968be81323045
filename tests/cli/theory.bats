# SPDX-License-Identifier: Apache-2.0
# SEPBENCH is the executable, SRCDIR the top of the sources.

setup() {
    bats_require_minimum_version 1.5.0
    configs=$SRCDIR/configs
}

@test "theory: the worked example comes out exactly" {
    run --separate-stderr "$SEPBENCH" theory "$configs/worked_example.yaml"
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    for number in 86400 675 9600 10275 3456 411 8.41 11.89% 5x5x128; do
        grep -qw -- "$number" <<< "$output"
    done
}

@test "theory: MobileNetV1's convolutions are 567.7 million multiplications" {
    run "$SEPBENCH" theory "$configs/mobilenet_v1.yaml"
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} =~ ^pairs\ as\ their\ chains.*\ 567716352\ +3196032$ ]]
    run "$SEPBENCH" theory --set epilogue=none "$configs/mobilenet_v1.yaml"
    [[ ${lines[-1]} =~ \ 567716352\ +3185088$ ]]
}

@test "theory: each step has its share of a chain's multiplications" {
    run "$SEPBENCH" theory "$configs/worked_example.yaml"
    [[ $output == *"6.57%     93.43%"* ]]
    run "$SEPBENCH" theory --format=csv --filter block2 "$configs/mobilenet_v2.yaml"
    [[ ${lines[0]} == *,theoretical_speedup,expand_multiplications,expand_parameters ]]
    [[ ${lines[1]} == block2,*,19267584,1632 ]]
}

@test "theory: text fits 100 columns" {
    for config in "$configs"/*.yaml; do
        run "$SEPBENCH" theory "$config"
        [ "$status" -eq 0 ]
        [ "$(wc -L <<< "$output")" -le 100 ]
    done
}

@test "theory: CSV has one row a layer and empty fields where there is no number" {
    run "$SEPBENCH" theory --format=csv "$configs/mobilenet_v1.yaml"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 11 ]
    [ "${lines[1]}" = "conv1,112,112,32,1,10838016,,,,896,,,,,,," ]
    [ "$(awk -F, '{ print NF }' <<< "$output" | sort -u)" = 17 ]
}

@test "theory: JSON has the totals" {
    run "$SEPBENCH" theory --format=json "$configs/worked_example.yaml"
    [ "$status" -eq 0 ]
    grep -q '"separable_multiplications": 10275' <<< "$output"
    grep -q '"single_convolutions": {' <<< "$output"
}

@test "theory: --filter and --set" {
    run "$SEPBENCH" theory --format=csv --filter 'layer?.0.conv2' \
        --set 'operations=[standard, separable]' "$configs/resnet50.yaml"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 5 ]
    [[ ${lines[1]} == layer1.0.conv2,56,56,64,3,115605504,1806336,* ]]
}

@test "theory: output that cannot be written is an error" {
    [ -w /dev/full ] || skip "no /dev/full"
    run --separate-stderr sh -c '"$1" theory "$2" > /dev/full' sh "$SEPBENCH" \
        "$configs/worked_example.yaml"
    [ "$status" -eq 2 ]
    [[ $stderr == *"cannot write"* ]]
}

@test "theory: needs one configuration" {
    run --separate-stderr "$SEPBENCH" theory
    [ "$status" -eq 2 ]
    run --separate-stderr "$SEPBENCH" theory a b
    [ "$status" -eq 2 ]
    [ -z "$output" ]
}

@test "an unknown command, option or format names the nearest" {
    run "$SEPBENCH" thoery
    [ "$status" -eq 2 ]
    [[ $output == *"did you mean 'theory'"* ]]
    run "$SEPBENCH" theory --fliter x "$configs/quick.yaml"
    [ "$status" -eq 2 ]
    [[ $output == *"did you mean '--filter'"* ]]
    run "$SEPBENCH" theory --format=jsn "$configs/quick.yaml"
    [ "$status" -eq 2 ]
    [[ $output == *"did you mean 'json'"* ]]
}

@test "--help and --version" {
    run --separate-stderr "$SEPBENCH" --help
    [ "$status" -eq 0 ]
    [[ $output == *theory* ]]
    run --separate-stderr "$SEPBENCH" --version
    [ "$status" -eq 0 ]
    [[ $output == sepbench\ [0-9]* ]]
    run --separate-stderr "$SEPBENCH" theory --help
    [ "$status" -eq 0 ]
    [[ $output == *--filter=GLOB* ]]
    run "$SEPBENCH"
    [ "$status" -eq 2 ]
}
