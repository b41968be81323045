# SPDX-License-Identifier: Apache-2.0
# SEPBENCH is the executable, SRCDIR the top of the sources, BUILDDIR the top of the build.

load common.bash

model=$BUILDDIR/tests/import/model

setup() {
    cd "$BATS_TEST_TMPDIR"
}

needs_onnx() {
    [ -x "$model" ] || skip "built without protobuf-c"
}

sepbench() {
    "$SEPBENCH" "$@"
}

# Expects an error: one line on standard error, nothing on standard output, exit status 2.
refuses() {
    local says=$1
    shift
    run --separate-stderr -2 "$SEPBENCH" "$@"
    [ -z "$output" ]
    [ "$(wc -l <<<"$stderr")" -eq 1 ]
    grep -q -- "$says" <<<"$stderr"
}

# total CONFIG: prints the multiplications of all its layers.
total() {
    sepbench theory --filter '*' "$1" | awk '/^pairs as their chains/ { print $(NF - 1) }'
}

@test "import onnx: every network's multiplications are those of theory" {
    needs_onnx
    local name
    for name in mobilenet_v1 mobilenet_v2 resnet50 shufflenet_v2 vgg16 mobilenet_v3_large \
        efficientnet_b0; do
        "$model" "$name" net.onnx
        sepbench import onnx net.onnx --join none --bare -q -o net.yaml
        [ "$(total net.yaml)" = "$(total "$SRCDIR/configs/$name.yaml")" ]
    done
    "$model" shufflenet_zoo net.onnx
    sepbench import onnx net.onnx --bare -q -o net.yaml
    [ "$(total net.yaml)" = 124120528 ]
}

@test "import onnx: what it writes is read" {
    needs_onnx
    "$model" mobilenet_v2 net.onnx
    run --separate-stderr sepbench import onnx net.onnx --join pairs --bare
    [ "$status" -eq 0 ]
    [[ ${stderr_lines[0]} == "sepbench: 52 convolutions in 20 layers, of which 12 depthwise-separable pairs; 15 equal layers merged into repeats" ]]
    grep -q "left out, fully connected layers" <<<"$stderr"
    echo "$output" >net.yaml
    sepbench list layers net.yaml --format csv >layers.csv
    [ "$(wc -l <layers.csv)" -eq 21 ]
    grep -q '^features.2.conv,standard;separable,1,1,96,112,112,24,3,3,2,2,1,1,1,1,' layers.csv
    sepbench import onnx net.onnx --join pairs --bare --no-merge -q >all.yaml
    [ "$(sepbench list layers all.yaml | wc -l)" -eq 36 ]
}

@test "import onnx: 600 MiB of weights take no memory" {
    needs_onnx
    if nm "$SEPBENCH" 2>/dev/null | grep -q __asan_init; then
        skip "a sanitizer needs the address space"
    fi
    "$model" resnet50 net.onnx 600
    [ "$(stat -c %s net.onnx)" -gt 629145600 ]
    (
        ulimit -v 200000
        sepbench import onnx net.onnx --join none --bare -q >net.yaml
    )
    [ "$(total net.yaml)" = 4087136256 ]
}

@test "import onnx: cut, absent, open" {
    needs_onnx
    "$model" resnet50 net.onnx
    head -c 5000 net.onnx >cut.onnx
    refuses "^sepbench: cut.onnx: not a whole ONNX model: byte" import onnx cut.onnx
    refuses "none.onnx cannot be read" import onnx none.onnx
    refuses "expected sizes such as" import onnx net.onnx --shape 1x3xHxW
    sepbench import onnx net.onnx --shape x=1x3x448x448 --join none --bare -q -o large.yaml
    [ "$(total large.yaml)" -eq $((4 * 4087136256)) ]
}

@test "import csv: what list layers prints comes back" {
    local config
    for config in "$SRCDIR"/configs/*.yaml; do
        sepbench list layers "$config" --format csv >layers.csv
        sepbench import csv layers.csv --no-merge -q -o again.yaml
        sepbench list layers again.yaml --format csv >again.csv
        cmp layers.csv again.csv
    done
}

@test "import csv: presets and columns" {
    printf '%s\n' 700,161,1,4,32,20,5,0,0,2,2 7,7,512,8,512,3,3,1,1,1,1 >deep.csv
    sepbench import csv deep.csv --preset deepbench -q -o deep.yaml
    grep -q 'input: \[4, 1, 161, 700\], out_channels: 32, kernel: \[5, 20\], stride: 2}' deep.yaml
    sepbench import csv deep.csv --columns w,h,c,n,k,s,r,pad_w,pad_h,stride_w,stride_h -q >same.yaml
    cmp deep.yaml same.yaml
    printf '%s\n' cin,size,cout,taps 3,8,4,3 >own.csv
    sepbench import csv own.csv --columns cin=c,cout=k,taps=kernel --name mine -q -o own.yaml
    grep -q '^name: mine$' own.yaml
    [ "$(total own.yaml)" -eq $((4 * 3 * 9 * 36)) ]
    refuses "no column says input channels" import csv own.csv
}

@test "import benchdnn: problems and an account" {
    cat >batch <<'BATCH'
--dir=FWD_D,BWD_W --attr-post-ops=relu
mb1ic3oc64_ih224oh112kh7sh2ph3n"resnet:conv1*1"
mb1ic64ih56oc64kh3ph1n"resnet:res2a"*2 mb1ic64ih56oc64kh3ph1n"resnet:res2b"
BATCH
    run --separate-stderr sepbench import benchdnn batch --bare
    [ "$status" -eq 0 ]
    [[ ${stderr_lines[0]} == "sepbench: 4 convolutions in 2 layers; 1 equal layer merged into repeats" ]]
    grep -q "left out, direction BWD_W (3): resnet:conv1, resnet:res2a, resnet:res2b" <<<"$stderr"
    echo "$output" >net.yaml
    [ "$(total net.yaml)" -eq $((64 * 3 * 49 * 112 * 112 + 3 * 64 * 64 * 9 * 56 * 56)) ]
    echo "ic3ih8oc4" >batch
    refuses "^sepbench: batch:1: 'ic3ih8oc4': ih and kh must both be given" import benchdnn batch
}

@test "import: bad arguments" {
    : >empty
    refuses "did you mean onnx" import onx empty
    refuses "expected none, pairs or bottlenecks" import csv empty --join all
    refuses "1 to 63 bytes" import csv empty --name ''
    run -2 "$SEPBENCH" import csv
    echo "c,h,k,r" >none.csv
    run --separate-stderr -2 "$SEPBENCH" import csv none.csv
    [[ $stderr == *"none.csv: no convolution in it can be imported"* ]]
    echo "3,8,4,3" >>none.csv
    refuses "cannot be written" import csv none.csv -q -o no/such/folder.yaml
}
