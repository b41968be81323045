# SPDX-License-Identifier: Apache-2.0
# SEPBENCH is the executable, SRCDIR the top of the sources.

setup() {
    spaces=$SRCDIR/tests/fixtures/tune
    tmp=$(mktemp -d)
    export XDG_CACHE_HOME=$tmp/cache
}

teardown() {
    rm -rf "$tmp"
}

sepbench() {
    "$SEPBENCH" "$@"
}

# Expects an error: one line on standard error, nothing on standard output, exit status 2.
refuses() {
    local says=$1
    shift
    status=0
    sepbench "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
    [ "$status" -eq 2 ]
    [ ! -s "$tmp/out" ]
    [ "$(wc -l <"$tmp/err")" -eq 1 ]
    grep -q -- "$says" "$tmp/err"
}

@test "replay says how many evaluations each goal took" {
    run sepbench tune --replay "$spaces/saddle.json"
    [ "$status" -eq 0 ]
    [[ $output == *"54 parameter sets, of which 4 failed; optimum 0.6"* ]]
    [ "$(grep -c '^auto ' <<<"$output")" -eq 5 ]
}

@test "replay of all strategies as CSV, the same each time" {
    sepbench tune --replay "$spaces/saddle.json" --strategy all --repeat 5 --csv >"$tmp/a"
    sepbench tune --replay "$spaces/saddle.json" --strategy all --repeat 5 --csv >"$tmp/b"
    cmp "$tmp/a" "$tmp/b"
    [ "$(head -1 "$tmp/a")" = "strategy,within_percent,quartile1,median,quartile3,percentile90,fraction,failed,searches,space_size,score,best20,best50,best200" ]
    [ "$(grep -c '^exhaustive,.*,38,38,38,38,' "$tmp/a")" -eq 5 ]
    sepbench tune --replay "$spaces/saddle.json" --strategy all --repeat 5 --seed 7 --csv >"$tmp/c"
    ! cmp -s "$tmp/a" "$tmp/c"
}

@test "replay reads gzip, and results in the T4 format" {
    gzip -c "$spaces/saddle.json" >"$tmp/saddle.json.gz"
    sepbench tune --replay "$spaces/saddle.json" >"$tmp/a"
    sepbench tune --replay "$tmp/saddle.json.gz" >"$tmp/b"
    cmp "$tmp/a" "$tmp/b"
    run sepbench tune --replay "$spaces/results.json"
    [[ $output == "6 parameter sets, of which 2 failed; optimum 1"* ]]
}

@test "replay reads a cache without its last brackets, and CSV" {
    head -n -2 "$spaces/saddle.json" >"$tmp/cut.json"
    sepbench tune --replay "$tmp/cut.json" >"$tmp/a" 2>"$tmp/err"
    grep -q "the file is truncated" "$tmp/err"
    sepbench tune --replay "$spaces/saddle.json" >"$tmp/b"
    cmp "$tmp/a" "$tmp/b"
    printf 'x,y,time\n1,1,3\n1,2,2\n2,1,\n' >"$tmp/plain.csv"
    run sepbench tune --replay "$tmp/plain.csv"
    [[ $output == "3 parameter sets, of which 1 failed; optimum 2"* ]]
}

@test "replay flags an optimum that is alone" {
    seq 30 | awk 'BEGIN { print "x,time" } { print $1 "," ($1 == 7 ? 1 : 2.4 + $1 / 100) }' >"$tmp/alone.csv"
    sepbench tune --replay "$tmp/alone.csv" 2>&1 >/dev/null | grep -q "takes 2.41 times as long as the optimum"
    sed 's/^7,1$/7,2.3/' "$tmp/alone.csv" >"$tmp/near.csv"
    [ -z "$(sepbench tune --replay "$tmp/near.csv" 2>&1 >/dev/null)" ]
}

@test "list strategies names what --strategy takes, and replay takes each" {
    sepbench list strategies --format csv >"$tmp/list"
    [ "$(wc -l <"$tmp/list")" -ge 10 ]
    tail -n +2 "$tmp/list" | cut -d, -f1 | while read -r id; do
        sepbench tune --replay "$spaces/saddle.json" --strategy "$id" --repeat 2 >/dev/null
    done
}

@test "a budget that is too small shows as failed searches" {
    run sepbench tune --replay "$spaces/saddle.json" --strategy exhaustive --budget 37 --csv
    [ "$status" -eq 0 ]
    [[ $output == *"exhaustive,1,,,,,,25,25,54,"* ]]
}

@test "replay: a budget of time is one of the times in the file" {
    for i in 1 2 3 4 5; do
        printf '%s"%d": {"x": %d, "time": %d, "compile_time": 60, "benchmark_time": 40}' \
            "$([ $i = 1 ] || echo ,)" $i $i $((7 - i))
    done | sed 's/.*/{"tune_params_keys": ["x"], "tune_params": {"x": [1, 2, 3, 4, 5]}, "cache": {&}}/' >"$tmp/costed.json"
    run sepbench tune --replay "$tmp/costed.json" --strategy exhaustive --budget 250ms --repeat 1 --csv
    [ "$status" -eq 0 ]
    [[ $output == *$'\nexhaustive,10,,,,,,1,1,5,'*,2,2,2* ]]
    sepbench tune --replay "$tmp/costed.json" --strategy exhaustive --budget 1h --repeat 1 --csv | grep -q '^exhaustive,10,5,5,5,5,1,0,1,5,'
    refuses "30s or 2m" tune --replay "$tmp/costed.json" --budget 30parsecs
}

@test "replay tells the score and the best after 20, 50 and 200 evaluations" {
    run sepbench tune --replay "$spaces/saddle.json"
    [[ $output == *"score"*"best at 20"*"at 50"*"at 200"* ]]
    [[ $(sepbench tune --replay "$spaces/saddle.json" --csv | tail -1) == *,1 ]]
}

@test "replay refuses what it cannot use" {
    head -c 2000 "$spaces/saddle.json" >"$tmp/half.json"
    refuses "truncated" tune --replay "$tmp/half.json"
    gzip -c "$spaces/saddle.json" | head -c 200 >"$tmp/half.gz"
    refuses "truncated" tune --replay "$tmp/half.gz"
    : >"$tmp/empty.json"
    refuses "is empty" tune --replay "$tmp/empty.json"
    echo "layer,time" >"$tmp/other.json"
    refuses "holds no parameter sets" tune --replay "$tmp/other.json"
    echo "layer,date" >"$tmp/other.json"
    refuses "neither JSON, nor CSV" tune --replay "$tmp/other.json"
    echo '{"layers": []}' >"$tmp/other.json"
    refuses "not a recorded space" tune --replay "$tmp/other.json"
    sed 's/"time": [0-9.][0-9.]*/"time": "InvalidConfig"/' "$spaces/saddle.json" >"$tmp/failed.json"
    refuses "all 54 parameter sets failed" tune --replay "$tmp/failed.json"
    refuses "No such file" tune --replay "$tmp/none.json"
    refuses "budget 0" tune --replay "$spaces/saddle.json" --budget 0
    refuses "repeat 0" tune --replay "$spaces/saddle.json" --repeat 0
    refuses "did you mean 'greedy'" tune --replay "$spaces/saddle.json" --strategy gready
}

@test "the tuning database is listed, exported, imported and forgotten" {
    refuses "nothing has been tuned" tuning list
    cat >"$tmp/in.json" <<'JSON'
{"format": "sepbench-tuning", "version": 1, "winners": [
 {"machine": "cpu", "build": "00000000000000ff", "kernel": "tiled/standard",
  "problem": "n1 c32 56x56 k64 3x3 s1 p1 threads 2",
  "params": "rows=4", "time_ns": 1500.5, "evaluations": 99, "strategy": "auto", "ties": ""}]}
JSON
    sepbench tuning import "$tmp/in.json"
    run sepbench tuning list --csv
    [[ ${lines[1]} == tiled/standard,standard,*,2,rows=4,1500.5,,99,auto,cpu,00000000000000ff ]]
    sepbench tuning export "$tmp/out.json"
    sepbench tuning import "$tmp/out.json" --db "$tmp/other.db"
    [ "$(sepbench tuning list --csv)" = "$(sepbench tuning list --csv --db "$tmp/other.db")" ]
    refuses "missing --filter" tuning forget
    sepbench tuning forget --filter 'tiled/*'
    run sepbench tuning list --csv
    [ "${#lines[@]}" -eq 1 ]
}

# database FILE CHANNELS ROWS: makes a database with a winner for CHANNELS channels.
database() {
    printf '{"format": "sepbench-tuning", "version": 1, "winners": [{"machine": "cpu",
"build": "00000000000000ff", "kernel": "tiled/standard", "problem": "n1 c%d 56x56 k64 3x3 s1 p1 threads 2",
"params": "rows=%d", "time_ns": 1500.5, "evaluations": 99, "strategy": "auto", "ties": ""}]}' \
        "$2" "$3" >"$tmp/winner.json"
    sepbench tuning import "$tmp/winner.json" --db "$1"
}

@test "tuning databases of shards are merged: by key, the newest winner" {
    database "$tmp/a.db" 32 1
    database "$tmp/b.db" 16 2
    sleep 1.1
    database "$tmp/b.db" 32 3
    sepbench tuning merge "$tmp/a.db" "$tmp/b.db"
    run sepbench tuning list --csv
    [ "${#lines[@]}" -eq 3 ]
    [[ $output == *rows=2* && $output == *rows=3* && $output != *rows=1* ]]
    sepbench tuning merge "$tmp/a.db"
    [ "$(sepbench tuning list --csv)" = "$output" ]
    sepbench tuning merge "$tmp/b.db" "$tmp/a.db" --db "$tmp/c.db"
    [ "$(sepbench tuning list --csv --db "$tmp/c.db")" = "$output" ]
    cp "$tmp/c.db" "$tmp/d.db"
    run sepbench tuning merge "$tmp"/[cd].db --db "$tmp/c.db" # the database itself, too
    [ "$status" = 0 ]
    refuses "nothing has been tuned" tuning merge "$tmp/none.db"
    head -c 3000 "$spaces/saddle.json" >"$tmp/none.db"
    refuses "not a tuning database" tuning merge "$tmp/none.db"
    refuses "expected one operand" tuning export "$tmp/x.json" "$tmp/y.json"
    refuses "missing operand FILE" tuning merge
}

@test "tuning advise says which defaults are beaten" {
    refuses "nothing has been tuned" tuning advise tiled
    for c in 16 32 64; do
        printf '%s{"machine": "cpu", "build": "0f", "kernel": "tiled/standard", "default_params": "rows=4;pack=0",
"problem": "n1 c%d 56x56 k64 3x3 s1 p1 threads 2", "params": "rows=%d;pack=0", "time_ns": %d, "default_ns": 1500,
"evaluations": 99, "strategy": "auto", "ties": ""}' "$([ $c = 16 ] || echo ,)" $c \
            $((c == 64 ? 4 : 8)) $((c == 64 ? 1500 : 1200))
    done | sed '1s/^/{"format": "sepbench-tuning", "version": 1, "winners": [/; $s/$/]}/' >"$tmp/in.json"
    sepbench tuning import "$tmp/in.json"
    run sepbench tuning advise tiled
    [ "$status" -eq 0 ]
    [[ $output == *"tiled/standard on cpu"*"3 problems tuned; the defaults are beaten on 2"* ]]
    [[ $output == *"rows: 4 is beaten on most problems, mostly by 8"* ]]
    run sepbench tuning advise tiled/standard --csv
    [ "${lines[0]}" = "kernel,machine,parameter,default,problems,beaten,better,chosen,compared,gain,worst,advice" ]
    [ "${lines[1]}" = "tiled/standard,cpu,rows,4,3,2,8,2,0,,,unknown" ]
    [ "${lines[2]}" = "tiled/standard,cpu,pack,0,3,0,,0,0,,,keep" ]
    refuses "nothing of naive is tuned" tuning advise naive
    refuses "missing operand PLUGIN" tuning advise
}

@test "a tuning database that is none is refused" {
    mkdir -p "$XDG_CACHE_HOME/sepbench"
    head -c 5000 "$spaces/saddle.json" >"$XDG_CACHE_HOME/sepbench/tuning.db"
    refuses "not a tuning database" tuning list
    refuses "did you mean" tuning lits
}
