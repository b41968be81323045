# SPDX-License-Identifier: Apache-2.0
# A sweep split into shards.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    unset SLURM_ARRAY_TASK_ID PBS_ARRAY_INDEX PBS_ARRAYID LSB_JOBINDEX SEPBENCH_SHARD
    config 7 '["*"]' 'timeout: 20s' > a.yaml
}

@test "shards: together they are the sweep, and no group is in two" {
    "$SEPBENCH" run a.yaml -o whole
    for i in 1 2 3; do
        "$SEPBENCH" run a.yaml -o "s$i" --shard $i/3
        rows "s$i" >> all
        [ ! -e "s$i/figures" ]
    done
    [ "$(sort all)" = "$(rows whole)" ]
    grep -q '"shard"' s1/run.json
}

@test "shards: a deal is the same wherever it is made" {
    "$SEPBENCH" run a.yaml --shard 2/3 --dry-run > first
    (cd / && "$SEPBENCH" run "$BATS_TEST_TMPDIR/a.yaml" --shard 2/3 --dry-run) > second
    cmp first second
    grep -q layer first
}

@test "shards: auto needs no --resume, and each task has its own folder" {
    export SEPBENCH_SHARD=2/2
    run --separate-stderr "$SEPBENCH" run a.yaml --shard auto
    [ "$status" -eq 2 ]
    [[ $stderr == *"-o DIR"* ]]
    "$SEPBENCH" run a.yaml --shard auto -o out
    [ -s out/shard-2-of-2/run.db ]
    run --separate-stderr "$SEPBENCH" run a.yaml --shard auto -o out
    [ "$status" -eq 0 ]
    grep -q '"resumed": 1,' out/shard-2-of-2/run.json
}

@test "shards: more of them than groups: the last ones are empty, and say so" {
    run --separate-stderr "$SEPBENCH" run a.yaml --shard 9/9 -o empty
    [ "$status" -eq 0 ]
    [[ $stderr == *"nothing to do: there are only 7 groups"* ]]
    [ "$(rows empty | wc -l)" -eq 0 ]
}

@test "shards: the estimates of MobileNetV1's four are within 15 % of each other" {
    export SEPBENCH_PLUGIN_PATH=$BUILDDIR/plugins/.libs
    for i in 1 2 3 4; do
        "$SEPBENCH" run mobilenet_v1 --shard $i/4 --dry-run 2>&1 > plan |
            sed -n 's/.*: shard.* estimated \([0-9]*\) s$/\1/p'
    done | sort -n > seconds
    [ "$(wc -l < seconds)" -eq 4 ]
    awk 'NR == 1 { least = $1 } END { exit !(least > 0 && $1 <= 1.15 * least) }' seconds
}

@test "shards: --weights deals by a run's times" {
    "$SEPBENCH" run a.yaml -o before --filter 'layer[0-3]'
    run --separate-stderr "$SEPBENCH" run a.yaml --shard 1/2 --weights before -o s1
    [ "$status" -eq 0 ]
    [[ $stderr == *"which took about"* ]]
    run --separate-stderr "$SEPBENCH" run a.yaml --shard 1/2 -o s1 --resume
    [ "$status" -eq 2 ]
    [[ $stderr == *weights* ]]
    run --separate-stderr "$SEPBENCH" run a.yaml --shard 1/2 --weights nothing -o s2
    [ "$status" -eq 2 ]
    run --separate-stderr "$SEPBENCH" run a.yaml --weights before -o s2
    [ "$status" -eq 2 ]
    [[ $stderr == *"--weights requires --shard"* ]]
}

@test "shards: another shard does not go on with this one's folder" {
    "$SEPBENCH" run a.yaml --shard 1/2 -o s
    run --separate-stderr "$SEPBENCH" run a.yaml --shard 2/2 -o s --resume
    [ "$status" -eq 2 ]
    [[ $stderr == *"another shard (1/2 then, 2/2 now)"* ]]
}
