# SPDX-License-Identifier: Apache-2.0
# What remains of a run that ends early, and how it is resumed.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    config 300 '["*"]' 'timeout: 20s' > a.yaml
}

# signalled SIGNAL: starts a run, sends it the signal once some groups are done, and sets `status`.
signalled() {
    "$SEPBENCH" run a.yaml -o out > output 2> talk &
    local harness=$!
    for _ in $(seq 200); do
        [ -e out/run.db-wal ] && [ "$(stat -c %s out/run.db-wal)" -gt 100000 ] && break
        sleep 0.02
    done
    kill "-$1" "$harness"
    status=0
    wait "$harness" || status=$?
}

@test "resume: after Ctrl-C the run can go on, and holds every row once" {
    signalled INT
    [ "$status" -eq 130 ]
    grep -q -- '--resume' talk
    [ -s out/results.csv ]
    [ "$(rows out | wc -l)" -lt 600 ]
    [ -z "$(workers)" ]
    run "$SEPBENCH" run a.yaml -o out --resume
    [ "$status" -eq 0 ]
    [ "$(rows out | wc -l)" -eq 600 ]
    [ -z "$(rows out | uniq -d)" ]
    grep -q '"resumed": 1,' out/run.json
}

@test "resume: a run whose folder disappears ends at once, and goes on where the folder is" {
    "$SEPBENCH" run a.yaml -o out 2> talk &
    local harness=$!
    for _ in $(seq 200); do
        [ -e out/run.db-wal ] && [ "$(stat -c %s out/run.db-wal)" -gt 100000 ] && break
        sleep 0.02
    done
    mv out away
    status=0
    wait "$harness" || status=$?
    [ "$status" -eq 2 ]
    grep -q 'out/run.db was moved or removed during the run' talk
    [ ! -e out ]
    run "$SEPBENCH" run a.yaml -o away --resume
    [ "$status" -eq 0 ]
    [ "$(rows away | wc -l)" -eq 600 ]
    ! grep -q '"groups_held_at_start": 0' away/run.json
}

@test "resume: SIGTERM is a request like Ctrl-C" {
    signalled TERM
    [ "$status" -eq 130 ]
    [ -s out/run.json ]
    [ -z "$(workers)" ]
}

@test "resume: killed at any moment, nothing is lost or doubled" {
    export SEPBENCH
    run bash "$SRCDIR/tests/stress/kill_cycles" 5
    [ "$status" -eq 0 ]
}

@test "resume: another configuration is refused, and what differs is named" {
    signalled INT
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --resume --set measure.seed=7
    [ "$status" -eq 2 ]
    [[ $stderr == *config*"seed: 1"*"seed: 7"*"sepbench run a.yaml -o out"* ]]
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --resume --filter 'layer?'
    [ "$status" -eq 2 ]
    [[ $stderr == *"{name: layer10,"*" more lines"* ]]
}

@test "resume: the command that is told goes on, with everything that was typed" {
    "$SEPBENCH" run a.yaml --filter 'layer[1-9]?' --set 'measure.seed=5' --set "name=it's" -o out > output 2> talk &
    harness=$!
    for _ in $(seq 200); do
        [ -e out/run.db-wal ] && [ "$(stat -c %s out/run.db-wal)" -gt 50000 ] && break
        sleep 0.02
    done
    kill -INT "$harness"
    wait "$harness" || true
    started=$(sed -n '/"started"/p' out/run.json)
    sed -n 's/.*continue with: sepbench/"$SEPBENCH"/p' talk > again
    grep -q -- "--filter 'layer\[1-9\]?'.*--resume" again
    eval "$(cat again)" > output 2> talk
    [ "$(rows out | wc -l)" -eq 180 ]
    # The first command and its time are kept.
    [ "$(sed -n '/"command": \[/,/^  \]/p' out/run.json | tr -d ' \n')" = \
        '"command":["run","a.yaml","--filter","layer[1-9]?","--set","measure.seed=5","--set","name=it'"'"'s","-o","out"],' ]
    [ "$(sed -n '/"started"/p' out/run.json)" = "$started" ]
    sed -n '/"resumed_by": \[/,/^  \]/p' out/run.json | grep -q -- '"--resume"'
}

@test "resume: another build of a plugin is refused" {
    signalled INT
    plugin=$(find "$SEPBENCH_PLUGIN_PATH" -name naive.so)
    printf 'x' >> "$plugin"
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --resume
    [ "$status" -eq 2 ]
    [[ $stderr == *naive* ]]
}

@test "resume: two runs in one folder at once: the second is refused" {
    "$SEPBENCH" run a.yaml -o out > output 2> talk &
    harness=$!
    for _ in $(seq 200); do
        [ -e out/run.db ] && break
        sleep 0.02
    done
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --resume
    kill -INT "$harness"
    wait "$harness" || true
    [ "$status" -eq 2 ]
    [ -n "$stderr" ]
}

@test "resume: a folder without a run is refused" {
    run --separate-stderr "$SEPBENCH" run a.yaml -o nothing --resume
    [ "$status" -eq 2 ]
    [[ $stderr == *nothing* ]]
}

@test "resume: a disk that is full gives a message, and the run can go on" {
    (
        ulimit -f 100 # blocks of 1024 bytes
        trap '' XFSZ
        "$SEPBENCH" run a.yaml -o out > output 2> talk
    ) && false
    [ -s talk ]
    run "$SEPBENCH" run a.yaml -o out --resume
    [ "$status" -eq 0 ]
    [ -z "$(rows out | uniq -d)" ]
    [ "$(rows out | wc -l)" -eq 600 ]
}
