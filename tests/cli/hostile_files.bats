# SPDX-License-Identifier: Apache-2.0
# Paths that are not regular files, files that never end, and files that belong to others.

setup() {
    load common
    cd "$BATS_TEST_TMPDIR"
}

# refuse TEXT COMMAND...: expects exit status 2 within some seconds, and one line on standard error
# that contains TEXT.
refuse() {
    local text=$1
    shift
    run --separate-stderr timeout 60 "$@"
    [ "$status" -eq 2 ] || { echo "$status: $stderr"; false; }
    [[ $stderr == *"$text"* ]] || { echo "$stderr"; false; }
}

@test "pipes that nobody writes into are not waited for" {
    mkfifo pipe pipe.yaml pipe.onnx run.db
    mkdir run
    mv run.db run
    refuse "nobody writes into it" "$SEPBENCH" theory pipe.yaml
    refuse "nobody writes into it" "$SEPBENCH" import csv pipe
    refuse "pipe" "$SEPBENCH" import onnx pipe.onnx
    refuse "pipe" "$SEPBENCH" import tflite pipe
    refuse "pipe" "$SEPBENCH" import benchdnn pipe
    refuse "nobody writes into it" "$SEPBENCH" tune --replay pipe
    refuse "nobody writes into it" "$SEPBENCH" tuning import pipe
    refuse "not a regular file" "$SEPBENCH" report run
    mkdir -p cache/sepbench
    mkfifo cache/sepbench/tuning.db
    XDG_CACHE_HOME=$PWD/cache refuse "not a regular file" "$SEPBENCH" tuning list
}

@test "a pipe whose writer takes its time is read" {
    mkfifo slow.yaml
    { sleep 1; cat "$SRCDIR/configs/quick.yaml"; } > slow.yaml &
    run --separate-stderr timeout 60 "$SEPBENCH" theory slow.yaml
    [ "$status" -eq 0 ]
    wait
}

@test "folders and devices in place of databases are told" {
    mkdir -p run/run.db
    refuse "is a folder" "$SEPBENCH" report run
}

@test "a results.csv of somebody else's is left as it was" {
    mkdir mine out
    echo "my,own,results" > mine/results.csv
    config 1 '["naive/*"]' > a.yaml
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    refuse "results.csv is there, but no run.db" "$SEPBENCH" run a.yaml -o mine
    "$SEPBENCH" run a.yaml -o run --set 'report.formats=[]' > /dev/null
    cp mine/results.csv out
    refuse "results.csv is no file of a run's" "$SEPBENCH" report run -o out
    [ "$(cat mine/results.csv out/results.csv | sort -u)" = "my,own,results" ]
    [ ! -e mine/run.db ]
    rm out/results.csv
    "$SEPBENCH" report run -o out --format svg > /dev/null
    "$SEPBENCH" report run -o out --format svg > /dev/null # once more: these are ours
    cmp run/results.csv out/results.csv
}

@test "a limit of file sizes is an error like any other" {
    config 1 '["naive/*"]' > a.yaml
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    "$SEPBENCH" run a.yaml -o run --set 'report.formats=[]' > /dev/null
    run --separate-stderr bash -c "ulimit -f 1; exec '$SEPBENCH' report run -o out --format svg"
    [ "$status" -eq 2 ] || { echo "$status: $stderr"; false; }
    [[ $stderr == *"cannot be written: File too large"* ]]
}

@test "an alias cannot take another kernel's name" {
    config 1 '[{kernel: naive/standard, as: tiled/standard}, "tiled/*"]' > a.yaml
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    refuse "two kernels are called 'tiled/standard'" "$SEPBENCH" run a.yaml -o out --dry-run
    config 1 '["tiled/*", {kernel: naive/standard, as: tiled/standard}]' > a.yaml
    refuse "two kernels are called 'tiled/standard'" "$SEPBENCH" run a.yaml -o out --dry-run
    config 1 '[{kernel: naive/standard, as: tiled/standard@default}, "tiled/*"]' > a.yaml
    refuse "holds an '@'" "$SEPBENCH" run a.yaml -o out --dry-run
}
