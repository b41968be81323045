# SPDX-License-Identifier: Apache-2.0
# sepbench merge: combines shards into one run.

load common

# Makes the shards for all tests once: a, b and c of three, and the whole run.
setup_file() {
    cd "$BATS_FILE_TMPDIR"
    mkdir plugins
    cp "$BUILDDIR/plugins/.libs/naive.so" plugins
    export SEPBENCH_PLUGIN_PATH=$PWD/plugins
    config 5 '["*"]' 'timeout: 20s' > a.yaml
    "$SEPBENCH" run a.yaml -o whole
    for i in 1 2 3; do
        "$SEPBENCH" run a.yaml -o "shards/shard-$i-of-3" --shard $i/3
    done
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$BATS_FILE_TMPDIR/plugins
    cp -r "$BATS_FILE_TMPDIR"/{whole,shards,a.yaml} .
    s1=shards/shard-1-of-3 s2=shards/shard-2-of-3 s3=shards/shard-3-of-3
}

# refuses TEXT ARGUMENTS...: expects that merge ends with status 2 and says TEXT.
refuses() {
    local text=$1
    shift
    run --separate-stderr "$SEPBENCH" merge "$@"
    [ "$status" -eq 2 ]
    [[ $stderr == *"$text"* ]]
}

# rewrite DIR SQL: changes the database of a shard.
rewrite() {
    python3 - "$1/run.db" "$2" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.executescript(sys.argv[2])
db.commit()
END
}

# identity DIR FROM TO
identity() {
    rewrite "$1" "UPDATE run SET value = replace(value, '$2', '$3') WHERE key = 'identity'"
}

@test "merge: three shards hold the rows of the whole, in its order, and their own samples" {
    "$SEPBENCH" merge -o out $s3 $s1 $s2
    [ "$(rows out)" = "$(rows whole)" ]
    [ "$(cut -d, -f1 out/results.csv)" = "$(cut -d, -f1 whole/results.csv)" ]
    grep -q '"complete": true' out/run.json
    grep -q '"shards"' out/run.json
    for shard in $s1 $s2 $s3; do
        tail -n +2 $shard/samples.csv
    done | sort > theirs
    tail -n +2 out/samples.csv | sort | cmp - theirs
    "$SEPBENCH" report out --format svg
    [ -e out/figures ]
}

@test "merge: the folder of all shards stands for them, and merging again changes nothing" {
    "$SEPBENCH" merge -o out shards
    cp -r out before
    run --separate-stderr "$SEPBENCH" merge -o out shards $s2
    [ "$status" -eq 0 ]
    [[ $stderr == *" 0 of them new"* ]]
    cmp before/results.csv out/results.csv
    cmp before/samples.csv out/samples.csv
    cmp before/run.json out/run.json
}

@test "merge: missing shards are named; --partial takes what is there, and the rest later" {
    refuses "missing shards of 3: 2; --partial" -o out $s1 $s3
    [ ! -e out/run.db ]
    run --separate-stderr "$SEPBENCH" merge -o out $s1 $s3 --partial
    [ "$status" -eq 0 ]
    [[ $stderr == *"missing shards of 3: 2"* && $stderr == *"incomplete"* ]]
    grep -q '"complete": false' out/run.json
    "$SEPBENCH" merge -o out $s2 --partial
    [ "$(rows out)" = "$(rows whole)" ]
    grep -q '"complete": true' out/run.json
}

@test "merge: other configurations, builds and numbers of shards do not belong together" {
    identity $s2 'build of plugin naive=' 'build of plugin naive=f'
    refuses "cannot be merged: different build of plugin naive" -o out shards
    cp -r "$BATS_FILE_TMPDIR/$s2" other
    identity other configuration= configuration=0
    refuses "different configuration" -o out $s1 other $s3
    cp -r "$BATS_FILE_TMPDIR/$s2" four
    identity four shard=2/3 shard=2/4
    refuses "one is of 3 shards, the other of 4" -o out $s1 four $s3
    identity four shard=2/4 shard=0/3
    refuses "invalid shard number" -o out four
}

@test "merge: a group measured twice with different results is refused, or the newest is taken" {
    "$SEPBENCH" run a.yaml -o again --shard 2/3
    refuses "was measured twice, with different results" -o out $s1 $s2 $s3 again
    refuses "layer layer" -o out2 $s1 $s2 $s3 again
    rewrite again "UPDATE run SET value = replace(value, '\"started\": \"20', '\"started\": \"30') WHERE key = 'provenance'"
    for order in "$s2 again" "again $s2"; do
        rm -rf out
        "$SEPBENCH" merge -o out $s1 $s3 $order --prefer newest
        [ "$(rows out)" = "$(rows whole)" ]
        tail -n +2 again/samples.csv | sort > theirs
        [ "$(tail -n +2 out/samples.csv | sort | comm -12 - theirs | wc -l)" -eq "$(wc -l < theirs)" ]
    done
    refuses "--prefer: expected newest" -o out $s1 --prefer oldest
}

@test "merge: a damaged shard is named, and --partial merges the others" {
    head -c 5000 $s2/run.db > cut
    mv cut $s2/run.db
    refuses "$s2" -o out shards
    run --separate-stderr "$SEPBENCH" merge -o out2 shards --partial
    [ "$status" -eq 0 ]
    [[ $stderr == *"left out"*"shard-2-of-3"* ]]
    echo nothing > $s2/run.db
    refuses "$s2" -o out shards
    refuses "nowhere" -o out nowhere
}

@test "merge: an unfinished shard is named, and --partial takes its whole groups" {
    rewrite $s2 "UPDATE run SET value = replace(value, '\"complete\": true', '\"complete\": false') WHERE key = 'provenance'"
    refuses "shard-2-of-3 is not finished" -o out shards
    run --separate-stderr "$SEPBENCH" merge -o out shards --partial
    [ "$status" -eq 0 ]
    [ "$(rows out)" = "$(rows whole)" ]
    grep -q '"complete": false' out/run.json
}

@test "merge: a node whose clock is ahead is named, and nothing else depends on clocks" {
    rewrite $s2 "UPDATE run SET value = replace(value, '\"written\": \"20', '\"written\": \"30') WHERE key = 'provenance'"
    rewrite $s3 "UPDATE run SET value = replace(value, '\"started\": \"20', '\"started\": \"19') WHERE key = 'provenance'"
    run --separate-stderr "$SEPBENCH" merge -o out shards
    [ "$status" -eq 0 ]
    [[ $stderr == *"shard-2-of-3: written at 30"*"by the clock of $(hostname), which is still to come"* ]]
    [ "$(grep -c 'still to come' <<< "$stderr")" -eq 1 ]
    [ "$(rows out)" = "$(rows whole)" ]
    # No moment at all, or one that is none.
    rewrite $s2 "UPDATE run SET value = replace(value, '\"started\"', '\"begun\"') WHERE key = 'provenance'"
    "$SEPBENCH" merge -o again shards
    [ "$(rows again)" = "$(rows whole)" ]
}

@test "merge: the shards' times are told, measured and estimated, and are in run.json" {
    run --separate-stderr "$SEPBENCH" merge -o out shards
    [[ $stderr =~ 3\ shards\ took\ [0-9]+\ to\ [0-9]+\ s\ \([0-9]+\ %\ apart\),\ estimated\ [0-9]+\ to\ [0-9]+\ s ]]
    python3 - <<'END'
import json
for shard in json.load(open("out/run.json"))["shards"]:
    assert shard["time"]["wall_ns"] > 0 and shard["estimated_ns"] > 0 and shard["node"]
END
    for i in 1 2 3; do
        rewrite shards/shard-$i-of-3 "UPDATE run SET value = replace(value, '\"wall_ns\": ', '\"wall_ns\": ${i}0000') WHERE key = 'provenance'"
    done
    run --separate-stderr "$SEPBENCH" merge -o out2 shards
    [[ $stderr == *"--weights out2"* ]]
}

@test "merge: rows say which machine they are of, and nothing is formed across machines" {
    identity $s2 'machine=' 'machine=Other '
    run --separate-stderr "$SEPBENCH" merge -o out shards
    [ "$status" -eq 0 ]
    [[ $stderr == *"from 2 machines"* ]]
    head -n 1 out/results.csv | grep -q ',machine'
    head -n 1 out/speedups.csv | grep -q ',machine'
    [ "$(grep -c 'Other ' out/results.csv)" -eq "$(($(wc -l < $s2/results.csv) - 1))" ]
    run --separate-stderr "$SEPBENCH" report out --format svg
    [ "$status" -eq 0 ]
    [ "$(grep -c '^Machine ' <<< "$output")" -eq 2 ]
    [ -d out/machine-1/figures ]
    [ -d out/machine-2/figures ]
    [ ! -e out/figures ]
}

@test "merge: into a run of something else is refused" {
    refuses "was made with another" -o whole shards
    "$SEPBENCH" run a.yaml -o other --set measure.seed=9
    refuses "cannot be merged: different configuration" -o out shards other
}
