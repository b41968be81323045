# SPDX-License-Identifier: Apache-2.0
# sepbench compare: compares two runs row by row.

load common

# sql DIR STATEMENT: changes the database of a copied run.
sql() {
    if command -v sqlite3 >/dev/null; then
        sqlite3 "$1/run.db" "$2"
    else
        python3 -c 'import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as db: db.executescript(sys.argv[2])' "$1/run.db" "$2"
    fi
}

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    config 2 '["naive/*", {kernel: tiled/standard, as: mine, params: {rows: 2}}]' 'timeout: 20s' >a.yaml
    "$SEPBENCH" run a.yaml -o one >/dev/null 2>&1
}

setup() {
    cd "$BATS_FILE_TMPDIR"
}

# changed NAME STATEMENT: makes a copy of the run and changes it.
changed() {
    rm -rf "$1"
    cp -r one "$1"
    sql "$1" "$2"
}

of_mine="kernel_id IN (SELECT id FROM kernels WHERE label = 'mine')"
# naive takes several times as long as tiled.
slowed="UPDATE results SET series = (SELECT r.series FROM results r JOIN kernels k ON k.id = r.kernel_id
    WHERE r.group_id = results.group_id AND k.label = 'naive/standard') WHERE $of_mine"

@test "compare: a run beside itself is all the same" {
    run --separate-stderr -0 "$SEPBENCH" compare one one
    [ "${lines[0]}" = "0 faster, 0 slower, 6 same, 0 undecided; geometric mean of ratios 1.000" ]
    [ -z "$stderr" ]
    [[ $output != *differs:* ]]
    [[ $output != *alone* ]]
}

@test "compare: a planted slowdown is found, and ends with status 1" {
    changed slow "$slowed"
    run -1 "$SEPBENCH" compare one slow
    [[ ${lines[0]} == "0 faster, 2 slower, 4 same, 0 undecided; "* ]]
    [ "$(grep -c '^layer[01].* mine .* slower$' <<<"$output")" -eq 2 ]
    run -0 "$SEPBENCH" compare slow one
    [[ ${lines[0]} == "2 faster, 0 slower, 4 same, 0 undecided; "* ]]
    run -0 "$SEPBENCH" compare one slow --threshold 1000
    [[ ${lines[0]} == "0 faster, 0 slower, 6 same, 0 undecided; "* ]]
}

@test "compare: rows of one run alone are counted and named" {
    changed less "DELETE FROM results WHERE $of_mine AND group_id = 1"
    sql less "UPDATE results SET status = 'crashed', series = NULL, samples = 0 WHERE $of_mine"
    run -0 "$SEPBENCH" compare one less
    [[ ${lines[0]} == "0 faster, 0 slower, 4 same, 0 undecided; "* ]]
    [[ $output == *"2 timed in BASE alone, 0 in NEW alone"* ]]
    [[ $output == *"layer0 standard mine "*" t1: in BASE alone (NEW: not there)"* ]]
    [[ $output == *"layer1 standard mine "*" t1: in BASE alone (NEW: crashed)"* ]]
    run -0 "$SEPBENCH" compare less one
    [[ $output == *"layer0 standard mine "*" t1: in NEW alone (BASE: not there)"* ]]
    [[ $output == *"layer1 standard mine "*" t1: in NEW alone (BASE: crashed)"* ]]
}

@test "compare: what differs in machine, build and configuration is told" {
    local processor
    processor=$(sed -n 's/^ *"processor": "\(.*\)",$/\1/p' one/run.json)
    [ -n "$processor" ]
    changed moved "UPDATE run SET value = replace(value, '$processor', 'Another')"
    sql moved "UPDATE run SET value = replace(value, 'min_samples: 3', 'min_samples: 4')"
    run -0 "$SEPBENCH" compare one moved
    [ "${lines[1]}" = "differs: machine processor: $processor -> Another" ]
    [[ ${lines[2]} == "differs: configuration line "*": min_samples: 3 -> min_samples: 4" ]]
    [[ ${lines[3]} != differs* ]]
    run -0 "$SEPBENCH" compare one moved --format json
    [[ $output == *'"machine processor: '*' -> Another"'* ]]
}

@test "compare: plugins that only one run has are told" {
    changed fewer "UPDATE run SET value = json_remove(value, '\$.plugins[1]') WHERE json_valid(value)"
    run -0 "$SEPBENCH" compare one fewer
    [[ ${lines[1]} == "differs: plugin "*": "*" -> nothing" ]]
    run -0 "$SEPBENCH" compare fewer one
    [[ ${lines[1]} == "differs: plugin "*": nothing -> "* ]]
    [[ ${lines[2]} != differs* ]]
}

@test "compare: Markdown, CSV and JSON hold the same rows" {
    changed slow "$slowed"
    run --separate-stderr -1 "$SEPBENCH" compare one slow --format csv
    [[ ${lines[0]} == layer,operation,kernel,params,threads,base_ns,new_ns,ratio,*,verdict ]]
    [ "${#lines[@]}" -eq 7 ]
    [ "$(awk -F, '{ print NF }' <<<"$output" | sort -u | wc -l)" -eq 1 ]
    [ "$(grep -c ',slower$' <<<"$output")" -eq 2 ]
    [[ $stderr == "0 faster, 2 slower, "* ]]
    run --separate-stderr -1 "$SEPBENCH" compare one slow --format markdown
    [ "$(grep -c '^| layer[01] | .* |$' <<<"$output")" -eq 6 ]
    grep -q '^|---|---|---|---|---:|' <<<"$output"
    run --separate-stderr -1 "$SEPBENCH" compare one slow --format json
    [ "$(grep -c '"verdict": "slower"' <<<"$output")" -eq 2 ]
    python3 -m json.tool <<<"$output" >/dev/null
}

@test "compare: names are shown literally" {
    changed odd "UPDATE layers SET layer = 'a|b[31m,\"<i>*' WHERE layer = 'layer0'"
    run -0 "$SEPBENCH" compare odd odd
    [[ $output == *'a|b[31m,"<i>*'* ]]
    run --separate-stderr -0 "$SEPBENCH" compare odd odd --format markdown
    [[ $output == *'| a\|b\[31m,"\<i\>\* |'* ]]
    run --separate-stderr -0 "$SEPBENCH" compare odd odd --format csv
    [[ $output == *'[31m,""<i>*",standard,'* ]]
    run --separate-stderr -0 "$SEPBENCH" compare odd odd --format json
    [[ $output == *'a|b[31m,\"<i>*'* ]]
}

@test "compare: refuses what it cannot compare, in one line" {
    changed part "UPDATE run SET value = replace(value, '\"complete\": true', '\"complete\": false')"
    mkdir -p foreign empty
    echo "not a database" >foreign/run.db
    local other
    for other in nowhere empty foreign part; do
        run --separate-stderr -2 "$SEPBENCH" compare one "$other"
        [ -z "$output" ]
        [ "$(wc -l <<<"$stderr")" -eq 1 ]
        [[ $stderr == "sepbench: "*"$other"* ]]
        run --separate-stderr -2 "$SEPBENCH" compare "$other" one
        [[ $stderr == "sepbench: "*"$other"* ]]
    done
    [[ $stderr == *"not complete"* ]]
    run --separate-stderr -2 "$SEPBENCH" compare one
    run --separate-stderr -2 "$SEPBENCH" compare one one --format jsn
    [[ $stderr == *"did you mean 'json'"* ]]
    for other in -1 x nan 1001; do
        run --separate-stderr -2 "$SEPBENCH" compare one one "--threshold=$other"
        [[ $stderr == *"expected per cent"* ]]
    done
}
