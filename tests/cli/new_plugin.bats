# SPDX-License-Identifier: Apache-2.0
# sepbench new-plugin: the plugin that it makes builds, conforms, and can be measured.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    export PKG_CONFIG_LIBDIR=/nowhere # the header that comes with the folder
    command -v make > /dev/null || skip "no make"
}

# build ARGUMENT...: makes a plugin `mine` and builds it with one `make`.
build() {
    "$SEPBENCH" new-plugin mine "$@"
    cd mine
    make SEPBENCH="$SEPBENCH"
    [ -e mine.so ]
}

@test "new-plugin: a folder that builds, conforms and is ranked" {
    build
    run timeout 900 make check SEPBENCH="$SEPBENCH"
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    [[ $output == *"mine/standard "*" ok"* ]]
    [[ $output == *"tests/ranked: 2 kernels were measured and are right"* || $output == *"tests/ranked: "* ]]
    run grep -rlI '@[A-Z][A-Z_]*@' .
    [ -z "$output" ]
}

@test "new-plugin: make debug runs a kernel under a debugger" {
    command -v gdb > /dev/null || skip "no gdb"
    build
    run timeout 300 make debug SEPBENCH="$SEPBENCH" KERNEL=standard LAYER=worked_example \
        GDB="gdb -q -nx -batch -ex 'set breakpoint pending on' -ex 'break convolve' -ex run -ex bt"
    [[ $output != *"ptrace: Operation not permitted"* ]] || skip "nothing may be traced here"
    [[ $output == *"convolve"*"mine.c:"* ]] || { echo "$output"; false; }
}

@test "new-plugin: the case that the Makefile names exists" {
    build
    printf '#!/bin/sh\nshift\n"$@"\n' > without_gdb
    chmod +x without_gdb
    run -0 timeout 300 make debug SEPBENCH="$SEPBENCH" GDB=./without_gdb \
        $(grep -o 'KERNEL=[a-z]* LAYER=.*' Makefile | tr -d "'")
    [[ $output == *"mine/separable: "*" passed, 0 failed"* ]]
}

@test "new-plugin: make asan finds a write past the end" {
    local library
    grep -q 'SB_SANITIZED 1' "$BUILDDIR/config.h" && skip "sanitized already"
    library=$(cc -print-file-name=libasan.so)
    [ -e "$library" ] || skip "no AddressSanitizer"
    build
    run timeout 600 make asan SEPBENCH="$SEPBENCH" KERNEL=standard LAYER=worked_example
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    sed -i '/^static void convolve/,/^{$/ s/^{$/{ volatile char edge[8]; volatile int past = 8; edge[past] = 1;/' mine.c
    run timeout 600 make asan SEPBENCH="$SEPBENCH" KERNEL=standard LAYER=worked_example
    [ "$status" -ne 0 ]
    [[ $output =~ mine.c:[0-9]+:[0-9]+": runtime error: index 8 out of bounds" ]] || { echo "$output"; false; }
}

@test "new-plugin: in C++" {
    command -v c++ > /dev/null || skip "no C++ compiler"
    build --cxx
    run timeout 900 "$SEPBENCH" check ./mine.so
    [ "$status" -eq 0 ] || { echo "$output"; false; }
}

@test "new-plugin: names that are none, and folders that are there" {
    local name
    for name in Mine 9lives 'a b' '../x' '' "$(printf '%064d' 0 | tr 0 a)"; do
        run --separate-stderr "$SEPBENCH" new-plugin "$name"
        [ "$status" -eq 2 ]
        [[ $stderr == *"is not a valid plugin name"* ]]
    done
    mkdir taken
    run --separate-stderr "$SEPBENCH" new-plugin taken
    [ "$status" -eq 2 ]
    [[ $stderr == *"exists; choose"* ]]
    [ -z "$(ls taken)" ]
}

@test "new-plugin: the commands of the guide work, one after the other" {
    mkdir bin
    ln -s "$SEPBENCH" bin/sepbench
    PATH=$PWD/bin:$PATH
    awk '/^```sh/ { on = 1; next } /^```/ { on = 0 } on' "$SRCDIR/docs/plugins.md" > commands
    [ "$(grep -c make commands)" -ge 4 ]
    run timeout 1200 bash -e commands
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    grep -q '^SEPBENCH ?= sepbench$' mine/Makefile
    [ "$(cat mine/results/2*/results.csv | grep -c ',mine,.*,ok,')" -ge 4 ]
}

@test "installed under another prefix: the plugins beside the program are found" {
    local prefix libdir
    prefix=$(sed -n 's/^prefix=//p' "$BUILDDIR/sepbench.pc")
    libdir=$(sed -n 's/^libdir=//p' "$BUILDDIR/sepbench.pc")
    [[ $libdir == "$prefix"/* ]] || skip "libraries lie elsewhere"
    mkdir -p "moved/bin" "moved${libdir#"$prefix"}/sepbench/plugins"
    cp "$SEPBENCH" moved/bin
    cp "$BUILDDIR/plugins/.libs/naive.so" "moved${libdir#"$prefix"}/sepbench/plugins"
    run env -u SEPBENCH_PLUGIN_PATH -u SEPBENCH_SYSTEM_PLUGIN_PATH moved/bin/sepbench list plugins
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    [[ $output == *naive* ]]
    [[ $output != *tiled* ]]
}
