# SPDX-License-Identifier: Apache-2.0
# Tuning kernels on layers. In the plugin `moody`, mode 5 is by far the fastest, 1 crashes, 7 is wrong
# and 0 is not valid.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    SEPBENCH_PLUGIN_PATH=$(plugins moody)
    export SEPBENCH_PLUGIN_PATH
    config 1 '["moody/*"]' >tiny.yaml
}

winners() {
    "$SEPBENCH" tuning list --csv | tail -n +2 | cut -d, -f5
}

# Prints the rows of evaluations.csv for a mode.
evaluations() {
    grep -c ",mode=$1,.*,$2," out/evaluations.csv
}

@test "tune finds the fastest, writes failures down, and measures it beside the defaults" {
    run -0 "$SEPBENCH" tune tiny.yaml -o out --budget 20
    [[ $output == *"Time of the defaults / time of the winner"* ]]
    [[ $output == *"Geometric mean of the gains"* ]]
    [ "$(winners)" = mode=5 ]
    [ "$(wc -l <out/evaluations.csv)" -eq 10 ]
    [ "$(evaluations 1 crashed)" -eq 1 ]
    [ "$(evaluations 7 wrong)" -eq 1 ]
    grep -q '"mode": 5' out/tuning/layer0-t1-moody-mood.json
    "$SEPBENCH" tune --replay out/tuning/layer0-t1-moody-mood.json
    grep -q ',mood,.*,mode=5,.*,ok,' out/results.csv
    grep -q ',mood@default,.*,mode=2,.*,ok,' out/results.csv
}

@test "tuned twice, the winners are the same" {
    "$SEPBENCH" tune tiny.yaml -o one --budget 20 --seed 1
    first=$(winners)
    "$SEPBENCH" tuning forget --filter '*'
    "$SEPBENCH" tune tiny.yaml -o two --budget 20 --seed 2
    [ "$(winners)" = "$first" ]
}

@test "run uses what was found, never, or insists on it" {
    run -2 "$SEPBENCH" run tiny.yaml -o a --set tuned=require
    [[ $output == *"moody/mood is not tuned for layer layer0"*"sepbench tune tiny.yaml"* ]]
    "$SEPBENCH" tune tiny.yaml -o out --budget 20
    "$SEPBENCH" run tiny.yaml -o b --set tuned=require
    grep -q ',mood,.*,mode=5,' b/results.csv
    "$SEPBENCH" run tiny.yaml -o c
    grep -q ',mood,.*,mode=5,' c/results.csv
    "$SEPBENCH" run tiny.yaml -o d --set tuned=never
    grep -q ',mood,.*,mode=2,' d/results.csv
}

@test "a tuning goes on where it was" {
    "$SEPBENCH" tune tiny.yaml -o out --budget 3
    [ "$(wc -l <out/evaluations.csv)" -eq 4 ]
    run -2 "$SEPBENCH" tune tiny.yaml -o out --budget 3
    [[ $output == *"--resume"* ]]
    run -0 "$SEPBENCH" tune tiny.yaml -o out --budget 20 --resume
    [[ $output == *"layer0"* ]] # a winner that is there is told, and not searched anew
    [ "$(wc -l <out/evaluations.csv)" -eq 4 ]
}

@test "Ctrl-C keeps what was evaluated and says how to go on" {
    differ 40 '["moody/*"]' >many.yaml
    "$SEPBENCH" tune many.yaml -o out --budget 20 >said 2>&1 3>&- &
    tuner=$!
    for ((i = 0; i < 400; i++)); do
        [ "$("$SEPBENCH" tuning list --csv 2>/dev/null | wc -l)" -lt 2 ] || break
        sleep 0.05
    done
    kill -INT "$tuner" || kill -TERM "$tuner"
    status=0
    wait "$tuner" || status=$?
    [ "$status" -eq 130 ]
    grep -q -- "sepbench tune many.yaml -o out --budget 20 --resume" said
    [ "$(wc -l <out/evaluations.csv)" -gt 9 ]
}

@test "tune refuses what it cannot do" {
    run -2 "$SEPBENCH" tune
    [[ $output == *"missing CONFIG"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --budget 0
    [[ $output == *"--budget 0"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --budget 0s
    [[ $output == *"--budget 0s"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --strategy gready
    [[ $output == *"did you mean greedy"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --repeat 3
    [[ $output == *"--repeat goes only with --replay"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --resume
    [[ $output == *"-o DIR"* ]]
    config 1 '["moody/good"]' >none.yaml
    run -2 "$SEPBENCH" tune none.yaml
    [[ $output == *"list parameters"* ]]
}

@test "layers of one shape are one search" {
    config 3 '["moody/*"]' >three.yaml
    run -0 "$SEPBENCH" tune three.yaml -o out --budget 20
    [[ $output == *"1 search; layers of the same shape spare 2 more"* ]]
    [ "$(wc -l <out/evaluations.csv)" -eq 10 ]
    [ "$(grep -c ',mood,.*,mode=5,.*,ok,' out/results.csv)" -eq 3 ]
}

@test "a budget of time is for all layers together" {
    differ 6 '["moody/*"]' >many.yaml
    run -0 "$SEPBENCH" tune many.yaml -o out --budget 1ms
    [[ $output == *"the budget was over before 5 of 6 problems"* ]]
    run -0 "$SEPBENCH" tune many.yaml -o all --budget 2h
    [ "$(grep -c . all/searches.csv)" -eq 7 ]
    [ "$(winners | sort -u)" = mode=5 ]
    [[ $output == *"ms tuned"* ]]
}

@test "parameters are fixed or restricted to lists" {
    config 1 '[{kernel: moody/mood, params: {mode: [4, 3, 2]}}]' >some.yaml
    run -0 "$SEPBENCH" tune some.yaml -o out --budget 20
    [ "$(tail -n +2 out/evaluations.csv | grep -o 'mode=[0-9]*' | sort -u | tr '\n' ' ')" = "mode=2 mode=3 mode=4 " ]
    "$SEPBENCH" tuning list --csv | grep -q 'moody/mood{mode=4|3|2}'
    best=$(winners)
    "$SEPBENCH" run some.yaml -o run
    grep -q ",mood,.*,$best,.*,ok," run/results.csv
    config 1 '["moody/*"]' >all.yaml
    run -2 "$SEPBENCH" run all.yaml -o other --set tuned=require
    config 1 '[{kernel: moody/mood, params: {mode: 4}}]' >one.yaml
    run -2 "$SEPBENCH" tune one.yaml
    [[ $output == *"left open"* ]]
    config 1 '[{kernel: moody/mood, params: {mode: []}}]' >none.yaml
    run -2 "$SEPBENCH" tune none.yaml
    [[ $output == *"mode: expected a value, or a list"* ]]
    config 1 '[{kernel: moody/mood, params: {mode: [3, 99]}}]' >far.yaml
    run -2 "$SEPBENCH" tune far.yaml
    [[ $output == *99* ]]
}

@test "tune --dry-run shows the searches and their parts of the budget" {
    config 2 '["moody/*"]' >two.yaml
    run -0 "$SEPBENCH" tune two.yaml --dry-run --budget 10s
    [[ $output == *"layer0  standard"*"10.0 s"* ]]
    [[ $output == *"1 search; layers of the same shape spare 1 more; 10 s for all of them"* ]]
    run -0 "$SEPBENCH" tune two.yaml --dry-run --budget 5
    [[ $output == *"5 evaluations"* ]]
    [ ! -e results ]
    [ -z "$(winners)" ]
}

@test "shards of a tuning take each layer once; their databases are merged" {
    differ 5 '["moody/*"]' >five.yaml
    "$SEPBENCH" tune five.yaml -o whole --budget 20
    "$SEPBENCH" tuning list --csv | cut -d, -f1-5 | sort >wanted
    "$SEPBENCH" run five.yaml -o before --filter 'layer[0-2]' --set tuned=never
    for weights in '' '--weights before'; do
        rm -rf out cache local
        for i in 1 2; do
            # Each task has its own cache folder, as on separate nodes.
            # shellcheck disable=SC2086 # none, or two words
            XDG_CACHE_HOME=$PWD/cache/$i SEPBENCH_SHARD=$i/2 "$SEPBENCH" tune five.yaml -o out --shard auto $weights \
                --budget 20 2>talk
            [ -z "$weights" ] || grep -q 'which took about' talk
            [ "$(cut -d, -f1 "out/shard-$i-of-2/searches.csv" | tail -n +2 | sort -u | wc -l)" -ge 2 ]
        done
        [ "$(cat out/shard-*/searches.csv | grep -c '^layer')" -eq 7 ] # five, and two headers
        "$SEPBENCH" tuning merge out/shard-*/tuning.db
        "$SEPBENCH" tuning list --csv | cut -d, -f1-5 | sort >merged
        diff wanted merged
        "$SEPBENCH" merge -o out/merged out
        [ "$(grep -c ',mood,.*,mode=5,.*,ok,' out/merged/results.csv)" -eq \
            "$(grep -c ',mood,.*,mode=5,.*,ok,' whole/results.csv)" ]
        [ -z "$(ls -A cache/1/sepbench | grep -E 'copied|merged')" ]
    done
    run -2 "$SEPBENCH" tune five.yaml -o other --weights before
    [[ $output == *"--weights goes only with --shard"* ]]
    run -2 "$SEPBENCH" tune --replay x --weights before
    [[ $output == *"not with --replay"* ]]
}

@test "a shard of a tuning that another machine goes on with knows what was found" {
    differ 3 '["moody/*"]' >three.yaml
    SEPBENCH_SHARD=1/1 "$SEPBENCH" tune three.yaml -o out --shard auto --budget 20
    evaluated=$(wc -l <out/shard-1-of-1/evaluations.csv)
    rm -r "$XDG_CACHE_HOME"
    SEPBENCH_SHARD=1/1 "$SEPBENCH" tune three.yaml -o out --shard auto --budget 20
    [ "$(wc -l <out/shard-1-of-1/evaluations.csv)" -eq "$evaluated" ]
    [ "$(winners | sort -u)" = mode=5 ]
}

@test "tuning databases on a file system without locks or memory maps are merged" {
    export SHARED_FOLDER=$(pwd -P)/shared
    mkdir shared
    "$SEPBENCH" tune tiny.yaml -o out --budget 20
    mv cache/sepbench/tuning.db shared/a.db
    LD_PRELOAD=$BUILDDIR/tests/shims/.libs/shared.so "$SEPBENCH" tuning merge shared/a.db
    [ "$(winners)" = mode=5 ]
    [ "$(ls -A shared)" = a.db ]
    [ -z "$(ls -A cache/sepbench | grep merged)" ]
}
