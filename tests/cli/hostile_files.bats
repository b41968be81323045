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
    refuse "a pipe without a writer" "$SEPBENCH" theory pipe.yaml
    refuse "a pipe without a writer" "$SEPBENCH" import csv pipe
    refuse "pipe" "$SEPBENCH" import onnx pipe.onnx
    refuse "pipe" "$SEPBENCH" import tflite pipe
    refuse "pipe" "$SEPBENCH" import benchdnn pipe
    refuse "a pipe without a writer" "$SEPBENCH" tune --replay pipe
    refuse "a pipe without a writer" "$SEPBENCH" tuning import pipe
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
    refuse "results.csv exists without a run.db" "$SEPBENCH" run a.yaml -o mine
    "$SEPBENCH" run a.yaml -o run --set 'report.formats=[]' > /dev/null
    cp mine/results.csv out
    refuse "results.csv was not written by sepbench" "$SEPBENCH" report run -o out
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

@test "a limit of file sizes is told for databases, too" {
    config 1 '["naive/*"]' > a.yaml
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    run --separate-stderr bash -c "ulimit -f 4; exec '$SEPBENCH' run a.yaml -o out --quiet"
    [ "$status" -eq 2 ] || { echo "$status: $stderr"; false; }
    [[ $stderr == *"run.db"*"ulimit -f"* || $stderr == *"File too large"* || $stderr == *"run.db cannot grow"* ]] ||
        { echo "$stderr"; false; }
}

@test "a packed file that expands without measure is refused" {
    { printf '['; yes '1,' | head -c 100000000; } | gzip -1 > bomb.json.gz
    refuse "bomb.json.gz: expands to more than 200 times its size" "$SEPBENCH" tune --replay bomb.json.gz
    { printf 'x;time\n'; yes '1;2' | head -c 1000000; } | gzip -9 > small.csv.gz
    run --separate-stderr timeout 60 "$SEPBENCH" tune --replay small.csv.gz
    [[ $stderr != *expands* ]]
}

@test "a run whose provenance is not a JSON object is damaged, and one without members is shown" {
    command -v python3 > /dev/null || skip "no python3"
    config 1 '["naive/*"]' > a.yaml
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    "$SEPBENCH" run a.yaml -o run --quiet --set 'report.formats=[]' > /dev/null
    cp -r run other
    local json
    for json in x '[]' 3 '"a"' '{' ''; do
        python3 -c 'import sqlite3, sys; d = sqlite3.connect("other/run.db")
d.execute("update run set value = ? where key = \"provenance\"", sys.argv[1:]); d.commit()' "$json"
        refuse "other/run.db is damaged" "$SEPBENCH" report run other -o out
    done
    for json in '{}' '{"sepbench": 1, "warnings": [1, null], "machine": []}'; do
        python3 -c 'import sqlite3, sys; d = sqlite3.connect("other/run.db")
d.execute("update run set value = ? where key = \"provenance\"", sys.argv[1:]); d.commit()' "$json"
        run --separate-stderr timeout 60 "$SEPBENCH" report run other -o out
        [ "$status" -eq 0 ] || { echo "$json: $status: $stderr"; false; }
    done
}

@test "an alias cannot take another kernel's name" {
    config 1 '[{kernel: naive/standard, as: tiled/standard}, "tiled/*"]' > a.yaml
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    refuse "two kernels are called 'tiled/standard'" "$SEPBENCH" run a.yaml -o out --dry-run
    config 1 '["tiled/*", {kernel: naive/standard, as: tiled/standard}]' > a.yaml
    refuse "two kernels are called 'tiled/standard'" "$SEPBENCH" run a.yaml -o out --dry-run
    config 1 '[{kernel: naive/standard, as: tiled/standard@default}, "tiled/*"]' > a.yaml
    refuse "contains '@'" "$SEPBENCH" run a.yaml -o out --dry-run
}
