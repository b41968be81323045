# SPDX-License-Identifier: Apache-2.0
# Files that include each other, and files that are not configurations. tests/unit/test_config.c tests
# the contents of configurations.

setup() {
    bats_require_minimum_version 1.5.0
    fixtures=$SRCDIR/tests/fixtures/config
}

# refuse FILE TEXT: expects exit status 2, one line on standard error that contains TEXT, and nothing
# on standard output.
refuse() {
    run --separate-stderr "$SEPBENCH" theory "$1"
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == *"$2"* ]] || { echo "$stderr"; false; }
}

@test "include: layers in order, with prefixes, from a folder below" {
    run "$SEPBENCH" list layers --format=csv "$fixtures/included.yaml"
    [ "$status" -eq 0 ]
    [ "$(cut -d, -f1,2,9 <<< "$output" | tail -n +2 | tr '\n' ' ')" = \
      "a,standard,3 b,separable,1 again_a,standard,3 again_b,separable,1 sub_a,standard;separable,5 sub_c,standard;separable,7 " ]
}

@test "include: a name that is taken says what to do" {
    refuse "$fixtures/include_twice.yaml" "base.yaml:7:5: the layer name 'a' is already used at"
    [[ $stderr == *"prefix"* ]]
}

@test "include: loops are refused" {
    refuse "$fixtures/loop_a.yaml" "loop_b.yaml:3:14: include loop"
    refuse "$fixtures/loop_self.yaml" "loop_self.yaml:3:14: include loop"
}

@test "include: leaving the folder is refused" {
    refuse "$fixtures/include_parent.yaml" "include_parent.yaml:3:14: an include names a file beside"
    refuse "$fixtures/include_absolute.yaml" "include_absolute.yaml:3:14: an include names a file beside"
    mkdir -p "$BATS_TEST_TMPDIR/in"
    cp "$fixtures/base.yaml" "$BATS_TEST_TMPDIR/out.yaml"
    ln -s ../out.yaml "$BATS_TEST_TMPDIR/in/link.yaml"
    printf 'layers:\n- include: link.yaml\n' > "$BATS_TEST_TMPDIR/in/a.yaml"
    refuse "$BATS_TEST_TMPDIR/in/a.yaml" "a.yaml:2:12: the include 'link.yaml' leads outside its folder"
}

@test "include: absent, a folder, or wrong itself" {
    refuse "$fixtures/include_absent.yaml" "'absent.yaml' cannot be opened: No such file"
    refuse "$fixtures/include_folder.yaml" "'sub' is not a file"
    refuse "$fixtures/include_bad.yaml" "bad_key.yaml:3:50: unknown key 'kernal' in a layer; did you mean 'kernel'?"
}

@test "include: more than any honest configuration is refused" {
    local dir=$BATS_TEST_TMPDIR i
    cp "$fixtures/base.yaml" "$dir/l0.yaml"
    for i in $(seq 1 12); do
        printf 'layers:\n- {include: l%d.yaml, prefix: a}\n- {include: l%d.yaml, prefix: b}\n' \
            $((i - 1)) $((i - 1)) > "$dir/l$i.yaml"
    done
    refuse "$dir/l12.yaml" "more than 256 includes"
}

@test "files that are no configurations" {
    refuse /nonexistent.yaml "/nonexistent.yaml: cannot be opened: No such file"
    refuse "$BATS_TEST_TMPDIR" "cannot be read: Is a directory"
    : > "$BATS_TEST_TMPDIR/empty.yaml"
    refuse "$BATS_TEST_TMPDIR/empty.yaml" "empty.yaml:1:1: the file is empty"
    refuse "$SEPBENCH" ":1:1: the byte 0x7f is not allowed in text"
    head -c 300 "$SRCDIR/configs/vgg16.yaml" > "$BATS_TEST_TMPDIR/cut.yaml"
    refuse "$BATS_TEST_TMPDIR/cut.yaml" "cut.yaml:"
    : > "$BATS_TEST_TMPDIR/net.onnx"
    refuse "$BATS_TEST_TMPDIR/net.onnx" "a model, not a configuration; this makes one: sepbench import onnx"
    printf '\xff\xfel\0a\0' > "$BATS_TEST_TMPDIR/utf16.yaml"
    refuse "$BATS_TEST_TMPDIR/utf16.yaml" "utf16.yaml:1:1: the byte 0xff"
}

@test "a file without an end is refused" {
    [ -r /dev/zero ] || skip "no /dev/zero"
    refuse /dev/zero "/dev/zero: more than 32 MiB"
}

@test "a pipe is read" {
    run "$SEPBENCH" list layers <(cat "$SRCDIR/configs/quick.yaml")
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 6 ]
}

@test "a mistake in --set is told" {
    run --separate-stderr "$SEPBENCH" theory --set measure.max_tme=1s "$SRCDIR/configs/quick.yaml"
    [ "$status" -eq 2 ]
    [[ $stderr == *"did you mean 'max_time'"* ]]
}

@test "an input of three numbers that looks like a batch of one is told" {
    cat > "$BATS_TEST_TMPDIR/both.yaml" <<'Y'
layers:
  - {name: a, input: [1, 16, 100], kernel: 3, out_channels: 4}
  - {name: b, input: [1, 16, 100, 1], kernel: [3, 1], out_channels: 4}
Y
    run --separate-stderr "$SEPBENCH" theory "$BATS_TEST_TMPDIR/both.yaml"
    [ "$status" -eq 0 ]
    [[ $stderr == *"both.yaml:2:22: this input is taken as [channels, height, width], 1 channel"* ]]
    sed -i '/name: b/d' "$BATS_TEST_TMPDIR/both.yaml"
    run --separate-stderr "$SEPBENCH" theory "$BATS_TEST_TMPDIR/both.yaml"
    [ -z "$stderr" ]
}

@test "include: up to 256 beside settings, and no more" {
    local dir=$BATS_TEST_TMPDIR count
    cp "$fixtures/base.yaml" "$dir"
    for count in 255 256 257; do
        {
            echo "layers:"
            for i in $(seq $count); do echo "- {include: base.yaml, prefix: p${i}_}"; done
        } > "$dir/$count.yaml"
    done
    for count in 255 256; do
        run "$SEPBENCH" list layers --format=csv --set threads=1 --set name=x "$dir/$count.yaml"
        [ "$status" -eq 0 ]
        [ "${#lines[@]}" -eq $((2 * count + 1)) ]
    done
    refuse "$dir/257.yaml" "more than 256 includes"
}

@test "include: prefixes and names together are up to 128 bytes" {
    local dir=$BATS_TEST_TMPDIR length
    printf 'layers:\n- {name: %064d, input: [1, 3, 3], kernel: 3, out_channels: 1}\n' 7 > "$dir/long.yaml"
    for length in 63 64 65; do
        printf 'layers:\n- {include: long.yaml, prefix: %s}\n' "p$(printf "%0$((length - 1))d" 0)" > "$dir/a.yaml"
        [ $length -gt 64 ] || "$SEPBENCH" list layers "$dir/a.yaml" > /dev/null
    done
    refuse "$dir/a.yaml" "a.yaml:2:32: prefix is longer than 64 bytes"
    printf 'layers:\n- {include: long.yaml, prefix: x}\n' > "$dir/middle.yaml"
    printf 'layers:\n- {include: middle.yaml, prefix: %s}\n' "p$(printf '%063d' 0)" > "$dir/outer.yaml"
    refuse "$dir/outer.yaml" "outer.yaml:2:3: the layer name"
    [[ $stderr == *"is longer than 128 bytes"* ]]
}
