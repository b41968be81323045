# SPDX-License-Identifier: Apache-2.0
# sepbench run --attach: the worker waits before the first run of the kernel, then continues.
load common

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    config 1 '["naive/*", "tiled/*"]' 'timeout: 300ms' >tiny.yaml
    own=$(plugins naive tiled)
    export SEPBENCH_PLUGIN_PATH=$own
}

teardown() {
    [ -z "${running-}" ] || kill -KILL "$running" 2>/dev/null || true
}

# Starts a run in the background, with its status and its messages in files.
start() {
    (
        code=0
        "$SEPBENCH" run tiny.yaml -o out "$@" >answer 2>talk 3>&- || code=$?
        echo $code >status
    ) 3>&- &
    running=$!
}

# wait_for COMMAND...: waits until the command succeeds, for a minute at most.
wait_for() {
    local i
    for ((i = 0; i < 600; i++)); do
        "$@" && return
        sleep 0.1
    done
    cat talk
    return 1
}

# Prints the process named in the messages.
waiting() {
    sed -n 's/^sepbench: warning: .*: process \([0-9]*\) waits before .*/\1/p' talk
}

state() {
    awk '$1 == "State:" { print $2 }' "/proc/$1/status"
}

@test "the worker waits longer than any timeout, and the run ends well" {
    start --attach naive/standard
    wait_for grep -q 'kill -CONT' talk
    pid=$(waiting)
    sleep 1
    [ "$(state "$pid")" = T ]
    grep -q "gdb -p $pid -ex" talk
    grep -q "perf record -g -p $pid" talk
    [ ! -e status ]
    kill -CONT "$pid"
    wait_for test -s status
    [ "$(cat status)" -eq 0 ]
    [ "$(grep -c 'waits before its first run' talk)" -eq 1 ]
    [ "$(grep -c ',naive,standard,.*,ok,' out/results.csv)" -ge 1 ]
    grep -q 'waits before its first run' out/run.json
}

@test "SEPBENCH_ATTACH does the same, and a debugger is let in" {
    export SEPBENCH_ATTACH='tiled/standard'
    start
    wait_for grep -q 'kill -CONT' talk
    pid=$(waiting)
    grep -q '^sepbench: warning: tiled/standard: ' talk
    # The worker's files in /proc belong to its user only if it may be traced.
    [ "$(stat -c %u "/proc/$pid/environ")" = "$(id -u)" ]
    if command -v gdb >/dev/null; then
        hint=$(sed -n "s/^sepbench:   \(gdb .*\), and there: .*/\1/p" talk)
        eval "timeout -k 5 60 $hint -q -batch -nx -ex 'break sb_turn_take' -ex continue -ex bt -ex delete" >debugger 2>&1 || true
    fi
    if ! grep -qs '^#1 .*worker_run\.c:' debugger; then
        [ ! -e debugger ] || grep -q 'ptrace: Operation not permitted' debugger || { cat debugger; false; }
        kill -CONT "$pid" # nobody was let in
    fi
    wait_for test -s status
    [ "$(cat status)" -eq 0 ]
}

@test "Ctrl-C ends a run that waits" {
    start --attach 'naive/*'
    wait_for grep -q 'kill -CONT' talk
    pid=$(waiting)
    kill -INT "$(pgrep -P "$running")"
    wait_for test -s status
    [ "$(cat status)" -eq 130 ]
    [ ! -e "/proc/$pid" ]
}

@test "a kernel that nobody has is refused" {
    run "$SEPBENCH" run tiny.yaml -o out --attach nobody/standard
    [ "$status" -eq 2 ]
    [[ $output == *"no measured kernel matches 'nobody/standard'"* ]]
}

@test "core files of workers are left on request alone" {
    [[ $(cat /proc/sys/kernel/core_pattern) != *[/\|]* ]] || skip "core files do not go to the current folder"
    ! grep -q 'SB_SANITIZED 1' "$BUILDDIR/config.h" || skip "sanitizers leave no core files"
    (ulimit -c unlimited) 2>/dev/null || skip "core files are limited"
    ulimit -c unlimited
    config 1 '["crasher/*"]' 'timeout: 10s' >tiny.yaml
    own=$(plugins crasher)
    export SEPBENCH_PLUGIN_PATH=$own
    run "$SEPBENCH" run tiny.yaml -o without --quiet
    [ "$status" -eq 1 ]
    [ -z "$(find . -name 'core*' -type f)" ]
    SEPBENCH_CORES=1 run "$SEPBENCH" run tiny.yaml -o with --quiet
    [ "$status" -eq 1 ]
    [ -n "$(find . -name 'core*' -type f)" ]
    find . -name 'core*' -type f -delete
}
