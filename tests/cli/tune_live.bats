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

@test "tune takes no parameter set that only seems fast" {
    SEPBENCH_PLUGIN_PATH=$(plugins climber)
    config 1 '["climber/climbs*"]' | sed 's/max_time: 1us/max_time: 100ms/' >climb.yaml
    run -0 "$SEPBENCH" tune climb.yaml -o out --budget 20
    [ "$(winners | sort -u)" = way=0 ]
    [ "$(grep -c ',way=[1-6],.*,wrong,' out/evaluations.csv)" -eq 12 ]
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

@test "a tuning that goes on with other options says what differs" {
    "$SEPBENCH" tune tiny.yaml -o out --budget 3 --seed 4
    run -2 "$SEPBENCH" tune tiny.yaml -o out --budget 3 --seed 4 --strategy random --resume
    [[ $output == *"--strategy auto, now random"*"(sepbench tune tiny.yaml -o out --budget 3 --seed 4)"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml -o out --budget 3 --resume
    [[ $output == *"--seed 4, now 1"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml -o out --budget 3 --seed 4 --resume --set measure.min_samples=4
    [[ $output == *"the configuration: "*"min_samples: 4"* ]]
    [ "$(wc -l <out/evaluations.csv)" -eq 4 ]
    "$SEPBENCH" tune tiny.yaml -o out --budget 5 --seed 4 --resume
    echo '{' >out/tune.json
    run -2 "$SEPBENCH" tune tiny.yaml -o out --budget 3 --seed 4 --resume
    [[ $output == *"tune.json:"*"not JSON"* ]]
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

# once DIR: is every parameter set there once?
once() {
    [ -z "$(tail -n +2 "$1/evaluations.csv" | cut -d, -f8 | sort | uniq -d)" ]
}

@test "what a killed tuning evaluated is kept" {
    differ 40 '["moody/*"]' >many.yaml
    "$SEPBENCH" tune many.yaml -o out --budget 20 --filter 'layer[0-3]' --quiet 2>/dev/null 3>&- &
    tuner=$!
    for ((i = 0; i < 1200; i++)); do
        [ "$(cat out/evaluations.csv 2>/dev/null | wc -l)" -lt 14 ] || break
        sleep 0.05
    done
    kill -KILL "$tuner"
    wait "$tuner" || true
    cp out/evaluations.csv before
    run -0 "$SEPBENCH" tune many.yaml -o out --budget 20 --filter 'layer[0-3]' --quiet --resume
    cmp -n "$(stat -c %s before)" before out/evaluations.csv
    # Between the database and the file, one may have been lost to the file.
    [ "$(wc -l <out/evaluations.csv)" -ge 36 ]
    [ "$(winners | sort | uniq -c | xargs)" = "4 mode=5" ]
}

@test "a tuning that is killed and interrupted at any moment goes on" {
    export SEPBENCH
    run -0 bash "$SRCDIR/tests/stress/kill_tunings" 3
}

@test "a tuning that cannot write says why, and continues where it was" {
    for blocks in 44 60 90; do
        export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/full$blocks
        status=0
        (ulimit -f "$blocks" && exec "$SEPBENCH" tune tiny.yaml -o "out$blocks" --budget 20 --quiet) 2>said || status=$?
        [ "$status" -eq 2 ]
        grep -Eq 'tuning.db(: disk I/O error| cannot grow)' said
        run -0 "$SEPBENCH" tune tiny.yaml -o "out$blocks" --budget 20 --quiet --resume
        [ "$(winners)" = mode=5 ]
        [ "$(wc -l <"out$blocks/evaluations.csv")" -eq 10 ]
        once "out$blocks"
    done
}

@test "tune refuses what it cannot do" {
    run -2 "$SEPBENCH" tune
    [[ $output == *"missing CONFIG"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --budget 0
    [[ $output == *"--budget 0"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --budget 0s
    [[ $output == *"--budget 0s"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --strategy gready
    [[ $output == *"did you mean 'greedy'"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --repeat 3
    [[ $output == *"--repeat requires --replay"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --resume
    [[ $output == *"-o DIR"* ]]
    config 1 '["moody/good"]' >none.yaml
    run -2 "$SEPBENCH" tune none.yaml
    [[ $output == *"list parameters"* ]]
}

@test "layers of one shape are one search" {
    config 3 '["moody/*"]' >three.yaml
    run -0 "$SEPBENCH" tune three.yaml -o out --budget 20
    [[ $output == *"1 search; layers of the same shape save 2 more"* ]]
    [ "$(wc -l <out/evaluations.csv)" -eq 10 ]
    [ "$(grep -c ',mood,.*,mode=5,.*,ok,' out/results.csv)" -eq 3 ]
}

@test "a budget of time is for all layers together" {
    differ 6 '["moody/*"]' >many.yaml
    run -0 "$SEPBENCH" tune many.yaml -o out --budget 1ms
    [[ $output == *"because the budget was used up: 6 of 6; their kernels keep"* ]]
    run -0 "$SEPBENCH" tune many.yaml -o all --budget 2h
    [ "$(grep -c . all/searches.csv)" -eq 7 ]
    [ "$(winners | sort -u)" = mode=5 ]
    [[ $output == *"ms tuned"* ]]
}

# raced FILE OUT: prints the seconds of each search's race.
raced() {
    "$SEPBENCH" tune "$1" -o "$2" --budget 2h >/dev/null 2>&1
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { print $at["race_s"] }' "$2/searches.csv"
}

@test "in a budget of time there is no race if nothing is faster than the defaults" {
    config 1 '[{kernel: moody/mood, params: {mode: [5, 2, 3]}}]' >best.yaml
    [ "$(raced best.yaml best)" = 0 ]
    [ "$(winners)" = mode=5 ]
    config 1 '[{kernel: moody/mood, params: {mode: [2, 3, 5]}}]' >slow.yaml
    [ "$(raced slow.yaml slow)" != 0 ]
    [ "$(winners | sort -u)" = mode=5 ]
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
    [[ $output == *"no kernel has parameters to choose"* ]]
    config 1 '[{kernel: moody/mood, params: {mode: []}}]' >none.yaml
    run -2 "$SEPBENCH" tune none.yaml
    [[ $output == *"mode: expected a value, or a list"* ]]
    config 1 '[{kernel: moody/mood, params: {mode: [3, 99]}}]' >far.yaml
    run -2 "$SEPBENCH" tune far.yaml
    [[ $output == *99* ]]
}

# tried DIR: prints the modes in the order in which they were evaluated.
tried() {
    tail -n +2 "$1/evaluations.csv" | sed 's/.*mode=\([0-9]*\).*/\1/' | xargs
}

@test "constraints restrict what is searched, and the defaults too" {
    run -0 "$SEPBENCH" tune tiny.yaml -o out --budget 20 --set 'tune.constraints=[mode % 2 == 0, 2 <= mode < 8]'
    [ "$(tried out | xargs -n1 | sort | xargs)" = "2 4 6" ]
    "$SEPBENCH" tuning list --csv | grep -q '^moody/mood{mode%2==0;2<=mode<8},'
    best=$(winners)
    "$SEPBENCH" run tiny.yaml -o run --set 'tune.constraints=[mode%2 = 0, 2<=mode<8]'
    grep -q ",mood,.*,$best,.*,ok," run/results.csv
    "$SEPBENCH" tuning forget --filter '*'
    # Mode 2, the default, is as fast as 8, and faster than 9.
    run -0 "$SEPBENCH" tune tiny.yaml -o barred --budget 20 --set 'tune.constraints=mode >= 8'
    [[ $(winners) =~ ^mode=[89]$ ]]
    "$SEPBENCH" tuning forget --filter '*'
    run "$SEPBENCH" tune tiny.yaml -o nothing --budget 20 --set 'tune.constraints=mode > 9'
    [[ $output == *"moody/mood{mode>9} on layer0 is not tuned: none of the "*"combinations"* ]]
    [ -z "$(winners)" ]
}

@test "constraints that are wrong say where" {
    cp tiny.yaml wrong.yaml
    printf 'tune:\n  constraints:\n    - mode < 3\n    - mode <\n' >>wrong.yaml
    line=$(wc -l <wrong.yaml)
    run -2 "$SEPBENCH" tune wrong.yaml
    [[ $output == *"wrong.yaml:$line:13: constraint 'mode <': expected a parameter, a number or '(' at the end"* ]]
    sed -i '$s/.*/    - mod < 3/' wrong.yaml
    run -2 "$SEPBENCH" tune wrong.yaml
    [[ $output == *"wrong.yaml:$line:7: mod<3: no kernel has a parameter 'mod'; did you mean 'mode'?"* ]]
}

@test "a search begins with the starting points, and says why it cannot use one" {
    run -0 "$SEPBENCH" tune tiny.yaml -o out --budget 4 --set 'tune.start=[{mode: 9}, {mode: 0}, {mode: 4}]' \
        --set 'tune.constraints=mode != 4'
    [[ $(tried out) == "2 9 "* ]]
    [[ $output == *"tune.start:1:13: starting point mode=0 is not used for moody/mood"*" on layer0: "* ]]
    [[ $output == *"starting point mode=4"*"it violates the constraint mode!=4 (--set tune.constraints:1:1)"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --set 'tune.start={mode: 99}'
    [[ $output == *"--set tune.start:1:1: starting point: mode cannot be \"99\"; it is a whole number from 0 to 9"* ]]
    run -2 "$SEPBENCH" tune tiny.yaml --set 'tune.start={mod: 9}'
    [[ $output == *"no kernel has a parameter 'mod'; did you mean 'mode'?"* ]]
}

@test "values that cannot be used on a layer are skipped, or leave nothing" {
    config 1 '[{kernel: moody/mood, params: {mode: [0, 3]}}]' >some.yaml
    "$SEPBENCH" tune some.yaml -o some --budget 20
    [ "$(tried some)" = 3 ]
    [ "$(winners)" = mode=3 ]
}

@test "energy is minimised where it is counted" {
    mkdir -p caps/intel-rapl:0
    echo package-0 >caps/intel-rapl:0/name
    echo 1000000000 >caps/intel-rapl:0/max_energy_range_uj
    echo 5 >caps/intel-rapl:0/energy_uj
    export SEPBENCH_POWERCAP=$PWD/caps
    run -2 "$SEPBENCH" tune tiny.yaml -o none --budget 4 --set tune.objective=energy
    [[ $output == *"energy cannot be measured: "*"energy_uj: the energy counter stands still"* ]]
    (
        uj=5
        while [ -d caps ]; do
            echo $((uj = (uj + 20000) % 1000000000)) >caps/new && mv caps/new caps/intel-rapl:0/energy_uj
            sleep 0.002
        done
    ) 3>&- &
    counter=$!
    run "$SEPBENCH" tune tiny.yaml -o out --budget 4 --set tune.objective=energy --set 'tune.start={mode: 5}'
    kill "$counter"
    [ "$status" -eq 0 ]
    "$SEPBENCH" tuning list --csv | grep -q '^moody/mood{objective=energy},'
    [ "$(grep -c ,ok, out/evaluations.csv)" -ge 1 ]
    [[ $output == *"the gains are those of the objective, energy"* ]]
}

@test "tune --dry-run shows the searches and their parts of the budget" {
    config 2 '["moody/*"]' >two.yaml
    run -0 "$SEPBENCH" tune two.yaml --dry-run --budget 10s
    [[ $output == *"layer0  standard"*"10.0 s"* ]]
    [[ $output == *"1 search; layers of the same shape save 1 more; 10 s for all of them"* ]]
    run -0 "$SEPBENCH" tune two.yaml --dry-run --budget 5
    [[ $output == *"5 evaluations, about "*" s"* ]]
    [[ $output == *"1 search; "*"about "*" s for all of them, then about "*"to measure the winners"* ]]
    run -0 "$SEPBENCH" tune two.yaml --dry-run --budget 1
    [[ $output == *" 1 evaluation, about "* ]]
    [ ! -e results ]
    [ -z "$(winners)" ]
}

@test "tune --dry-run counts what is valid and allowed" {
    counted() { "$SEPBENCH" tune tiny.yaml --dry-run "$@" | awk '$1 == "layer0" { print $6, $7, $8 }'; }
    [ "$(counted --budget 20)" = "9 9 evaluations," ]
    [ "$(counted --budget 2)" = "9 2 evaluations," ]
    [ "$(counted --set 'tune.constraints=[mode % 2 == 0, mode < 8]')" = "3 3 evaluations," ]
    config 1 '[{kernel: moody/mood, params: {mode: [4, 3, 0]}}]' >tiny.yaml
    [ "$(counted)" = "2 2 evaluations," ]
    SEPBENCH_PLUGIN_PATH=$(plugins vast)
    config 1 '["vast/large"]' >tiny.yaml
    [ "$(counted)" = "about 1e+08 200" ]
    [ "$(counted --set 'tune.constraints=[a < 5, b < 5, c < 5]')" = "about 1.2e+07 200" ]
}

@test "tune --dry-run counts what a search finds" {
    SEPBENCH_PLUGIN_PATH=$(plugins direct)
    config 1 '["direct/standard"]' >tiny.yaml
    counted=$("$SEPBENCH" tune tiny.yaml --dry-run | awk '$1 == "layer0" { print $6 }')
    "$SEPBENCH" tune tiny.yaml -o out --budget 1
    [ "$counted" -gt 1 ]
    [ "$(tail -1 out/searches.csv | cut -d, -f7)" -eq "$counted" ]
}

@test "a space of more than 10^6 parameter sets is thinned" {
    SEPBENCH_PLUGIN_PATH=$(plugins vast)
    for kernel in large huge; do
        config 1 "[vast/$kernel]" >tiny.yaml
        run -0 "$SEPBENCH" tune tiny.yaml -o "$kernel" --budget 30
        [[ $output == *"vast/$kernel on layer0 has more parameter sets than the "* ]]
        [ "$(wc -l <"$kernel/evaluations.csv")" -eq 31 ]
        # The whole range of the first parameter is there, and not the first part of the list only.
        [ "$(grep -o 'a=[0-9]*;' "$kernel/evaluations.csv" | sort -u | wc -l)" -ge 4 ]
    done
    [[ $(winners) == *"a=6;"* ]]
}

@test "a budget of time and Ctrl-C end the list of a space" {
    SEPBENCH_PLUGIN_PATH=$(plugins vast)
    config 1 '[vast/slow]' >slow.yaml
    # The whole list would take five minutes.
    run -0 timeout 200 "$SEPBENCH" tune slow.yaml -o short --budget 1s
    [[ $output == *"vast/slow on layer0 has more parameter sets than the "* ]]
    [ "$(wc -l <short/evaluations.csv)" -gt 1 ]
    "$SEPBENCH" tuning forget --filter '*'
    "$SEPBENCH" tune slow.yaml -o out --budget 20 >said 2>&1 3>&- &
    tuner=$!
    for ((i = 0; i < 400; i++)); do
        [ ! -e out/tune.json ] || break
        sleep 0.05
    done
    sleep 1
    kill -INT "$tuner"
    status=0
    wait "$tuner" || status=$?
    [ "$status" -eq 130 ]
    grep -q -- "sepbench tune slow.yaml -o out --budget 20 --resume" said
    ! grep -q 'is not tuned' said
    run -0 "$SEPBENCH" tune slow.yaml -o out --budget 1s --resume
    [ "$(winners | wc -l)" -eq 1 ]
}

@test "a starting point is completed by the kernel" {
    SEPBENCH_PLUGIN_PATH=$(plugins direct)
    # With the other defaults of this layer, the layout is not valid.
    config 1 '["direct/standard*"]' | sed 's/input: \[1, 3, 5, 5\]/input: [64, 14, 14]/; s/out_channels: 5/out_channels: 96/' >large.yaml
    run -0 "$SEPBENCH" tune large.yaml -o out --budget 2 --set 'tune.start=[{layout: nhwc}]'
    [[ $output != *"is not used"* ]]
    [[ $(sed -n 3p out/evaluations.csv) =~ layout=nhwc.*,(ok|cut), ]]
}

@test "budgets of one evaluation and of a millisecond, and fixed values that are illegal" {
    run -0 "$SEPBENCH" tune tiny.yaml -o one --budget 1
    [ "$(tried one)" = 2 ]
    [ "$(winners)" = mode=2 ]
    run -0 "$SEPBENCH" tune tiny.yaml -o one --budget 9 --resume
    [ "$(winners)" = mode=2 ]
    "$SEPBENCH" tuning forget --filter '*'
    run -0 "$SEPBENCH" tune tiny.yaml -o short --budget 1ms
    for budget in 0 -1 0ms 1.5 x 10x 1e9; do
        run -2 "$SEPBENCH" tune tiny.yaml -o none --budget "$budget"
        [[ $output == *"--budget $budget: expected a number of evaluations"* ]]
    done
    for value in 99 -1 fast 2.5 '[2, 99]'; do
        config 1 "[{kernel: moody/mood, params: {mode: $value}}]" >bad.yaml
        run -2 "$SEPBENCH" tune bad.yaml -o none
        [[ $output == *"mode cannot be"*"it is a whole number from 0 to 9"* ]]
    done
    config 1 '[{kernel: moody/mood, params: {mood: 3}}]' >bad.yaml
    run -2 "$SEPBENCH" tune bad.yaml -o none
    [[ $output == *"mood"* ]]
    config 1 '[{kernel: moody/mood, params: {mode: 0}}]' >bad.yaml
    run -2 "$SEPBENCH" tune bad.yaml -o none
    [ ! -e none ]
}

# again NAME EXPRESSION: the database with an export's text changed by sed, and nothing else.
again() {
    "$SEPBENCH" tuning export all.json
    "$SEPBENCH" tuning forget --filter '*'
    sed "$2" all.json >"$1.json"
    "$SEPBENCH" tuning import "$1.json"
}

@test "winners of another machine or build are not used, and tuning starts anew" {
    "$SEPBENCH" tune tiny.yaml -o out --budget 20
    for change in machine build; do
        again "$change" "s/\"$change\": \"[^\"]*\"/\"$change\": \"00000000000000aa\"/"
        run -2 "$SEPBENCH" run tiny.yaml -o "none-$change" --set tuned=require
        [[ $output == *"moody/mood is not tuned for layer layer0"* ]]
        run -0 "$SEPBENCH" tune tiny.yaml -o "$change" --budget 20
        [ "$(wc -l <"$change/evaluations.csv")" -eq 10 ]
        [ "$(winners | xargs)" = "mode=5 mode=5" ]
        "$SEPBENCH" run tiny.yaml -o "run-$change" --set tuned=require
        "$SEPBENCH" tuning forget --filter '*'
        "$SEPBENCH" tuning import all.json
    done
}

@test "a tuning database that is damaged, of another version or of another program is left alone" {
    "$SEPBENCH" tune tiny.yaml -o out --budget 20
    db=cache/sepbench/tuning.db
    cp $db whole.db
    newer() { printf '\0\0\0\11' | dd of=$db bs=1 seek=60 conv=notrunc 2>/dev/null; }
    older() { printf '\0\0\0\1' | dd of=$db bs=1 seek=60 conv=notrunc 2>/dev/null; }
    foreign() { printf 'abcd' | dd of=$db bs=1 seek=68 conv=notrunc 2>/dev/null; }
    short() { truncate -s 5000 $db; }
    overwritten() { head -c 20000 /dev/zero | dd of=$db bs=1 seek=4000 conv=notrunc 2>/dev/null; }
    text() { head -c 5000 /dev/zero | tr '\0' x >$db; }
    for harm in newer older foreign short overwritten text; do
        cp whole.db $db
        $harm
        cp $db harmed.db
        run -2 "$SEPBENCH" tune tiny.yaml -o "$harm" --budget 20
        [[ $output == *"tuning.db "* ]]
        cmp harmed.db $db
        run -0 "$SEPBENCH" run tiny.yaml -o "run-$harm"
        [[ $output == *"tuned parameters are not used: "* ]]
        cp whole.db $db
        run -0 "$SEPBENCH" tune tiny.yaml -o "$harm" --budget 20 --resume
    done
}

@test "a tuning database that another process locks is left alone, and tuning goes on afterwards" {
    python3 -c 'import sqlite3' 2>/dev/null || skip "python3 has no sqlite3"
    "$SEPBENCH" tune tiny.yaml -o before --budget 3
    cat >hold.py <<'END'
import signal, sqlite3
signal.alarm(600) # if the test fails
db = sqlite3.connect("cache/sepbench/tuning.db", isolation_level=None)
db.execute("begin exclusive")
open("held", "w").close()
open("release").read()
END
    mkfifo release
    python3 hold.py 3>&- &
    for ((i = 0; i < 400; i++)); do
        [ ! -e held ] || break
        sleep 0.05
    done
    run -2 "$SEPBENCH" tune tiny.yaml -o out --budget 20
    [[ $output == *"tuning.db is locked by another process; try again when that has ended"* ]]
    run -2 "$SEPBENCH" tuning list
    [[ $output == *"tuning.db is locked by another process"* ]]
    echo >release
    wait
    [ "$(winners)" = "$(tail -1 before/searches.csv | cut -d, -f10)" ]
    "$SEPBENCH" tuning forget --filter '*'
    run -0 "$SEPBENCH" tune tiny.yaml -o out --budget 20 --resume
    [ "$(winners)" = mode=5 ]
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
            # By measured weights, one layer may count as much as all others.
            [ "$(cut -d, -f1 "out/shard-$i-of-2/searches.csv" | tail -n +2 | sort -u | wc -l)" -ge \
                $([ -z "$weights" ] && echo 2 || echo 1) ]
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
    [[ $output == *"--weights requires --shard"* ]]
    run -2 "$SEPBENCH" tune --replay x --weights before
    [[ $output == *"cannot be used with --replay"* ]]
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

@test "tuning with its database on a file system without locks" {
    export SHARED_FOLDER=$(pwd -P)/shared SHARED_DATABASES=1
    export XDG_CACHE_HOME=$SHARED_FOLDER
    mkdir shared
    unlocked() { LD_PRELOAD=$BUILDDIR/tests/shims/.libs/shared.so "$SEPBENCH" "$@"; }
    run -0 unlocked tune tiny.yaml -o out --budget 4
    run -0 unlocked tune tiny.yaml -o two --budget 20 --set kernels='[{kernel: moody/mood, params: {mode: [3, 5]}}]'
    [ "$(unlocked tuning list --csv | grep -c moody)" -eq 2 ]
    [ "$(winners | grep -c mode=5)" -ge 1 ]
    [ -z "$(ls -A shared/sepbench | grep -E 'tuning.db.')" ]
}

@test "processes that share a tuning database on a file system without locks lose nothing" {
    export SHARED_FOLDER=$(pwd -P)/shared SHARED_DATABASES=1
    "$SEPBENCH" tune tiny.yaml -o out --budget 20
    "$SEPBENCH" tuning export winners.json
    export XDG_CACHE_HOME=$SHARED_FOLDER
    mkdir -p shared/sepbench/tuning.db.lock # of a process that was killed yesterday
    touch -d yesterday shared/sepbench/tuning.db.lock
    unlocked() { LD_PRELOAD=$BUILDDIR/tests/shims/.libs/shared.so "$SEPBENCH" "$@"; }
    for i in 1 2 3 4 5 6; do
        sed "s#moody/mood#moody/mood$i#" winners.json >"$i.json"
        unlocked tuning import "$i.json" 3>&- &
    done
    wait
    [ "$(unlocked tuning list --csv | grep -c moody/mood)" -eq 6 ]
    [ "$(ls -A shared/sepbench)" = tuning.db ]
}

@test "a tuning whose disk is full says so, and continues where it was" {
    mkdir -p full
    unshare -rm mount -t tmpfs -o size=36k tmpfs full 2>/dev/null || skip "unshare -rm mount is not possible here"
    for size in 36k 60k 100k 160k; do
        status=0
        unshare -rm sh -c 'mount -t tmpfs -o size="$1" tmpfs full &&
            { XDG_CACHE_HOME=$PWD/full "$SEPBENCH" tune tiny.yaml -o full/out --budget 20 --quiet
            status=$?
            cp -r full "kept$1"
            exit $status; }' - "$size" 2>said || status=$?
        [ "$status" -eq 2 ]
        grep -Eq 'disk (is )?full|No space left' said
        [ -e "kept$size/sepbench/tuning.db" ] || continue
        XDG_CACHE_HOME=$PWD/kept$size "$SEPBENCH" tune tiny.yaml -o "kept$size/out" --budget 20 --quiet --resume
        [ "$(XDG_CACHE_HOME=$PWD/kept$size winners)" = mode=5 ]
    done
}
