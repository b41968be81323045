# SPDX-License-Identifier: Apache-2.0
# Functions that several command-line tests use. SEPBENCH is the executable, SRCDIR the top of the
# sources, BUILDDIR the top of the build.

bats_require_minimum_version 1.5.0

rogues=$BUILDDIR/tests/plugins/.libs
# Turns off the signal handlers of sanitizers, which would turn a signal into an exit status.
export ASAN_OPTIONS=handle_segv=0:handle_abort=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0
ASAN_OPTIONS+=:use_sigaltstack=0:allocator_may_return_null=1:detect_stack_use_after_return=0

# plugins NAME...: prints a folder that holds only these plugins of ours and of the tests.
plugins() {
    local name dir
    dir=$(mktemp -d "$BATS_TEST_TMPDIR/plugins.XXXXXX")
    for name; do
        if [ -e "$rogues/$name.so" ]; then
            cp "$rogues/$name.so" "$dir"
        else
            cp "$BUILDDIR/plugins/.libs/$name.so" "$dir"
        fi
    done
    echo "$dir"
}

# config LAYERS KERNELS MEASURE: prints a configuration with LAYERS tiny layers. The sizes of their
# outputs are not multiples of 64 bytes, so that a write just past the end is found.
config() {
    local i
    echo "name: tiny"
    echo "layers:"
    for ((i = 0; i < $1; i++)); do
        echo "  - {name: layer$i, input: [1, 3, 5, 5], kernel: [3, 3], out_channels: 5, padding: 1}"
    done
    echo "kernels: $2"
    echo "measure: {min_samples: 3, max_time: 1us, $3}"
    echo "report: {formats: [svg]}"
}

# differ N KERNELS: the same with N layers of different shapes.
differ() {
    config "$@" | awk '/out_channels/ { sub(/out_channels: 5/, "out_channels: " 5 + n++) } { print }'
}

# rows DIR: layer/operation/plugin/kernel/threads of every row of results.csv, sorted.
rows() {
    tail -n +2 "$1/results.csv" | cut -d, -f1,2,20,21,25 | sort
}

# Lists the workers still alive of any sepbench that was started in this test's folder.
workers() {
    pgrep -f "sepbench worker [0-9]+ $BATS_TEST_TMPDIR" || true
}

# strays NAME: prints the processes that were started from this test file and call themselves NAME.
strays() {
    local pid
    for pid in $(pgrep -f "^$1" || true); do
        ! tr '\0' '\n' < "/proc/$pid/environ" 2> /dev/null |
            grep -qxF "BATS_RUN_TMPDIR=$BATS_RUN_TMPDIR" || echo "$pid"
    done
}

# listed PLUGIN...: prints the lines of tests/plugins/verdicts for these plugins.
listed() {
    local IFS='|'
    grep -E "^($*)/" "$SRCDIR/tests/plugins/verdicts"
}
