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

@test "import: a format that the file's name tells may be left out" {
    printf 'c,h,k,r\n3,8,4,3\n' >layers.csv
    sepbench import csv layers.csv -q -o named.yaml
    sepbench import layers.csv -q -o told.yaml
    cmp named.yaml told.yaml
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

# write_batches: 1,000 problems in every form of benchdnn's syntax, in batches that name each other.
# Prints their multiply-adds, as counted here.
write_batches() {
    mkdir deep
    awk 'function below(n) { return int(rand() * n) }
        function key(name, number) { return (below(2) ? "_" : "") name number }
        # Draws an axis, and returns how it is written; sets the number of outputs, and of taps.
        function axis(letter,   in_, stride, dilation, pad, usual, extent, text) {
            taps = 1 + below(7); stride = 1 + below(3); dilation = below(3); pad = below(4)
            extent = (taps - 1) * (dilation + 1) + 1
            in_ = extent + below(30)
            usual = out = int((in_ + 2 * pad - extent) / stride) + 1
            if (below(2)) out += below(5) - 2 # more padding at the end, or, negative, less
            if (out < 1 || (out - 1) * stride + extent - pad < 1 || taps == 1) out = usual
            text = key("i" letter, in_) key("k" letter, taps) key("p" letter, pad)
            if (stride > 1 || below(2)) text = text key("s" letter, stride)
            if (dilation || below(2)) text = text key("d" letter, dilation)
            what = what " " in_ " " taps " " pad " " stride " " dilation " " out
            return text (out != usual || below(2) ? key("o" letter, out) : "")
        }
        BEGIN {
            srand(7)
            split("batch deep/second third deep/fourth", files, " ")
            print "--dir=FWD_D\n--batch=deep/second" > "batch"
            print "--batch=../third # in the folder above" > "deep/second"
            print "--batch=deep/fourth\n--stag=any,axb" > "third"
            print "# the last" > "deep/fourth"
            for (i = 0; i < 1000;) {
                g = below(4) ? 1 : 2; c = 2 * (1 + below(24)); k = 2 * (1 + below(24))
                mb = 2; line = g > 1 || below(2) ? key("g", g) : ""
                if (below(2)) { mb = 1 + below(4); line = line key("mb", mb) }
                line = line key("ic", c)
                form = below(3); what = g " " mb " " c " " k " " form # a square, a row, height and width
                if (form != 1) line = line axis("h")
                outs = form == 0 ? out * out : form == 1 ? 1 : out
                all = form == 0 ? taps * taps : form == 1 ? 1 : taps
                if (form) { line = line axis("w"); outs *= out; all *= taps }
                repeat = 1; line = line key("oc", k)
                if (below(5)) {
                    if (below(3) == 0) repeat = 1 + below(9)
                    quote = substr("\"'"'"' ", 1 + below(3), 1); sub(" ", "", quote)
                    line = line (below(2) ? "_" : "") "n" quote "net" i ":a" (repeat > 1 ? "*" repeat : "") quote
                }
                if (what in seen) continue
                seen[what] = 1
                for (times = i % 50 ? 1 : 2; times > 0; times--) # the same again counts once
                    printf "%s%s", line, below(2) ? "\n" : " " > files[1 + i % 4]
                i++
                total += repeat * mb * k * (c / g) * all * outs
            }
            printf "%.0f\n", total
        }'
}

@test "import benchdnn: a thousand problems in nested batches, through YAML and CSV and back" {
    local expected
    expected=$(write_batches)
    run --separate-stderr sepbench import benchdnn batch --no-merge -o net.yaml
    [ "$status" -eq 0 ]
    [[ $stderr == *"the same problem again, counted once (20): "* ]]
    [ "$(total net.yaml)" = "$expected" ]
    sepbench list layers net.yaml --format csv > layers.csv
    [ "$(wc -l < layers.csv)" -eq 1001 ]
    sepbench import csv layers.csv --no-merge -q -o again.yaml
    [ "$(total again.yaml)" = "$expected" ]
    sepbench list layers again.yaml --format csv | cmp layers.csv -
    # Equal layers become repeats, and the sum stays.
    sepbench import benchdnn batch -q -o merged.yaml
    [ "$(total merged.yaml)" = "$expected" ]
}

@test "import: bad arguments" {
    : >empty
    refuses "did you mean 'onnx'" import onx empty
    refuses "expected one of none, pairs, bottlenecks" import csv empty --join all
    refuses "1 to 63 bytes" import csv empty --name ''
    run -2 "$SEPBENCH" import
    [[ $output == *"missing operand FILE"* ]]
    refuses "cannot tell the format of 'csv' from its name" import csv
    refuses "cannot tell the format of 'layers.txt' from its name" import layers.txt
    echo "c,h,k,r" >none.csv
    run --separate-stderr -2 "$SEPBENCH" import csv none.csv
    [[ $stderr == *"none.csv: contains no convolution that can be imported"* ]]
    echo "3,8,4,3" >>none.csv
    refuses "cannot be written" import csv none.csv -q -o no/such/folder.yaml
}
