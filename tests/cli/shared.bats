# SPDX-License-Identifier: Apache-2.0
# Results folders on a file system that machines share, without locks or memory maps.
# tests/shims/shared.c simulates one, and refuses databases that are written there.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    unset SLURM_ARRAY_TASK_ID PBS_ARRAY_INDEX PBS_ARRAYID LSB_JOBINDEX SEPBENCH_SHARD
    export SHARED_FOLDER=$(pwd -P)/shared TMPDIR=$(pwd -P)/local
    mkdir shared local
    config 300 '["naive/*"]' 'timeout: 20s' > many.yaml
    config 7 '["*"]' 'timeout: 20s' > few.yaml
}

# Runs sepbench with the folder as it would be on a cluster.
node() {
    LD_PRELOAD=$BUILDDIR/tests/shims/.libs/shared.so "$SEPBENCH" "$@"
}

# left: lists what is in the scratch folder named in the note in the run's folder.
left() {
    cut -d' ' -f2 "$1/.scratch"
}

# stopped SIGNAL COMMAND...: runs a command in the background and sends it the signal once some groups
# are done.
stopped() {
    local signal=$1 size
    shift
    LD_PRELOAD=$BUILDDIR/tests/shims/.libs/shared.so "$SEPBENCH" "$@" > output 2> talk &
    local harness=$!
    for _ in $(seq 400); do
        size=$(stat -c %s local/sepbench-*/run.db-wal 2> /dev/null) || size=0
        [ "$size" -gt 100000 ] && break
        sleep 0.02
    done
    [ "$size" -gt 100000 ]
    [ -z "${before_signal-}" ] || "$before_signal"
    kill "-$signal" "$harness"
    status=0
    wait "$harness" || status=$?
}

# whole DIR ROWS: checks that each row is there once and that nothing is left behind.
whole() {
    [ "$(rows "$1" | wc -l)" -eq "$2" ]
    [ -z "$(rows "$1" | uniq -d)" ]
    [ ! -e "$1/.scratch" ]
    [ -z "$(ls -A local)" ]
    [ -z "$(ls -A "$1" | grep -E 'copy|probe|-wal|-shm|-journal')" ]
}

@test "shared folder: a run works in scratch, says where, and leaves a database that is whole" {
    run --separate-stderr node run few.yaml -o shared/run --quiet
    [ "$status" -eq 0 ]
    [ "$("$SEPBENCH" run few.yaml -o here 2>&1 | grep -c 'is written in')" -eq 0 ]
    rm -rf shared/run
    node run few.yaml -o shared/run 2> talk
    grep -q 'shared/run: it has no locks' talk
    grep -q "is written in $TMPDIR/sepbench-" talk
    whole shared/run "$(rows here | wc -l)"
    node report shared/run -o again
    cmp shared/run/results.csv again/results.csv
    node run few.yaml -o shared/run --resume
}

@test "shared folder: a shard works in scratch wherever it is, and stops with everything moved over" {
    stopped TERM run many.yaml --shard 1/1 -o out
    [ "$status" -eq 130 ]
    [ ! -e out/.scratch ] && [ -z "$(ls -A local)" ]
    done=$(rows out | wc -l)
    [ "$done" -gt 0 ] && [ "$done" -lt 600 ]
    "$SEPBENCH" report out -o again
    [ "$(rows again | wc -l)" -eq "$done" ]
    run --separate-stderr "$SEPBENCH" run many.yaml --shard 1/1 -o out --resume
    [ "$status" -eq 0 ]
    whole out 600
}

@test "shared folder: a killed task finds what it has measured on the same machine" {
    stopped KILL run many.yaml --shard 1/1 -o shared/run
    [ -s "$(left shared/run)/run.db" ]
    node run many.yaml --shard 1/1 -o shared/run --resume
    whole shared/run 600
    ! grep -q '"groups_held_at_start": 0' shared/run/run.json
}

@test "shared folder: on another machine a requeued task goes on from the last copy" {
    stopped KILL run many.yaml --shard 1/1 -o shared/run
    cp -r "$(left shared/run)" elsewhere
    rm -rf "$(left shared/run)"
    node run many.yaml --shard 1/1 -o shared/run --resume
    whole shared/run 600
    # The same by the name of the machine, if both have such a folder.
    rm -rf shared/run
    stopped KILL run many.yaml --shard 1/1 -o shared/run
    old=$(left shared/run)
    printf 'elsewhere %s' "$old" > shared/run/.scratch
    node run many.yaml --shard 1/1 -o shared/run --resume
    [ -s "$old/run.db" ]
    rm -rf "$old"
    whole shared/run 600
}

@test "shared folder: what lies in scratch damaged makes room for the last copy" {
    stopped KILL run many.yaml --shard 1/1 -o shared/run
    old=$(left shared/run)
    head -c 100000 /dev/zero > "$old/run.db"
    run --separate-stderr node run many.yaml --shard 1/1 -o shared/run --resume
    [ "$status" -eq 0 ]
    [[ $stderr == *"continuing with the copy in shared/run"* ]]
    rm -rf "$old"
    whole shared/run 600
}

# The note must not lead sepbench to open somebody else's file.
@test "shared folder: a note that leads elsewhere is not followed" {
    "$SEPBENCH" run few.yaml --shard 1/1 -o out
    mkdir -m 755 trap
    cp out/run.db trap
    mkdir -m 700 trap2
    ln -s "$PWD/out/run.db" trap2/run.db
    for note in "$(hostname) $PWD/trap" "$(hostname) $PWD/trap2" "$(hostname)" 'x' '' "$(hostname) ../trap"; do
        printf %s "$note" > out/.scratch
        "$SEPBENCH" run few.yaml --shard 1/1 -o out --resume
        [ -e trap/run.db ] && [ -L trap2/run.db ] && [ ! -e out/.scratch ]
    done
}

take_over() {
    printf 'elsewhere /tmp/x' > shared/run/.scratch
    cp shared/run/run.db before
}

@test "shared folder: whoever goes on with a run elsewhere is not overwritten" {
    before_signal=take_over
    stopped TERM run many.yaml --shard 1/1 -o shared/run
    [ "$status" -eq 2 ]
    grep -q 'another sepbench is continuing the run in shared/run' talk
    grep -q "results stay in $TMPDIR/sepbench-" talk
    cmp before shared/run/run.db
    [ "$(cat shared/run/.scratch)" = 'elsewhere /tmp/x' ]
}

take_away() {
    mv shared/run away
}

@test "shared folder: one that disappears loses nothing that was measured" {
    before_signal=take_away
    stopped TERM run many.yaml --shard 1/1 -o shared/run
    [ "$status" -eq 2 ]
    grep -q 'no longer the folder' talk
    kept=$(sed -n 's/.*stay in //p' talk | tail -n 1)
    mkdir -p shared/run
    cp "$kept" shared/run/run.db
    rm -r local/sepbench-*
    node run many.yaml --shard 1/1 -o shared/run --resume
    whole shared/run 600
    ! grep -q '"groups_held_at_start": 0' shared/run/run.json
}

@test "shared folder: a scratch that is none, or lies on the shared file system too" {
    TMPDIR=$PWD/nowhere node run few.yaml --shard 1/2 -o shared/a 2> talk
    grep -q 'is written in /tmp/sepbench-' talk
    TMPDIR=relative node run few.yaml --shard 1/2 -o shared/b 2> talk
    grep -q 'is written in /tmp/sepbench-' talk
    TMPDIR=$SHARED_FOLDER node run few.yaml --shard 1/2 -o shared/c 2> talk
    grep -q 'is written in /tmp/sepbench-' talk
    [ "$(rows shared/a)" = "$(rows shared/c)" ]
}

@test "shared folder: shards there are merged there, and merged elsewhere" {
    "$SEPBENCH" run few.yaml -o here
    for i in 1 2 3; do
        node run few.yaml --shard $i/3 -o shared/shard-$i-of-3
    done
    node merge -o shared/merged shared
    [ "$(rows shared/merged)" = "$(rows here)" ]
    node merge -o local/merged shared
    [ "$(rows local/merged)" = "$(rows here)" ]
    cmp local/merged/results.csv shared/merged/results.csv
    [ -z "$(ls -A local | grep -v merged)" ]
    [ -z "$(ls -A local/merged shared/merged | grep -E 'copy|-shard|scratch')" ]
    node merge -o shared/merged shared
}
