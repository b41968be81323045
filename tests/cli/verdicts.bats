# SPDX-License-Identifier: Apache-2.0
# A kernel that misbehaves gets the verdict for it, and nothing else is affected.

load common

# The tables that `expect` reads have lines as in tests/plugins/verdicts.
honest() {
    printf '%s ok -\n' naive/standard naive/separable "$@"
}

rogue_kernels() {
    listed crasher liar meddler refuser
    honest
}

# Kernels that misbehave after they were verified, some of them only long after, so that they need some
# time. This is found in a timed call, or in the verified call after it.
rogue_turncoats() {
    listed turncoat
    listed lingerer | grep /helper_
    honest
}

rogue_stallers() {
    listed staller
    honest
}

# expect TABLE LAYERS: checks that results.csv has every row of the table once for each layer, and no
# other rows.
expect() {
    shopt -s extglob
    local kernel verdict got detail row layer failed=0
    [ "$(rows out | uniq -d)" = "" ]
    [ "$(rows out | wc -l)" -eq $(($("$1" | wc -l) * $2)) ]
    while read -r kernel verdict _ detail; do
        for ((layer = 0; layer < $2; layer++)); do
            row=$(grep -a "^layer$layer,.*,${kernel/\//,}," out/results.csv)
            got=$(cut -d, -f27 <<< "$row")
            [[ $got =~ ^($verdict)$ ]] || { echo "not $verdict: $row"; failed=1; }
            # shellcheck disable=SC2053 # a pattern is meant
            [ "$got" = ok ] || [ "$got" != "${verdict%%|*}" ] || [[ $(cut -d, -f28- <<< "$row") == $detail,* ]] ||
                { echo "not '$detail': $row"; failed=1; }
        done
    done < <("$1")
    return $failed
}

@test "verdicts: each of the misbehaving kernels has its own, on two layers in one run" {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive crasher liar meddler refuser)
    config 2 '["*"]' 'timeout: 20s' > a.yaml
    run --separate-stderr "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 1 ]
    expect rogue_kernels 2
    [ -z "$(workers)" ]
    [[ $output$stderr != *$'\033'* ]]
    [ "$(wc -c <<< "$output")" -lt 20000 ]
}

@test "verdicts: kernels that do not come back, even deaf ones, are ended" {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive staller)
    config 1 '["*"]' 'timeout: 2s' > a.yaml
    run "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 1 ]
    expect rogue_stallers 1
    [ -z "$(workers)" ]
}

# no_times: checks that rows of out/ that are not `ok` have no time and no samples and are in no
# speedup.
no_times() {
    local row empty=',0,,,,,,,,,[0-9]+,,[0-9.]*,,,[^,]*,[^,]*,' label failed=0
    while read -r row; do
        [[ $row != *,ok,* ]] || continue
        label=$(cut -d, -f20,21 <<< "$row")
        label=${label/,//}
        [[ $row =~ $empty ]] || { echo "a time: $row"; failed=1; }
        ! grep ",$label," out/samples.csv out/speedups.csv || failed=1
    done < <(tail -n +2 out/results.csv)
    return $failed
}

@test "verdicts: what is wrong only while it is timed is found, in one process or in several" {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive turncoat lingerer)
    for processes in 1 6; do
        rm -rf out
        config 1 '["naive/*", "turncoat/*", "lingerer/helper_*"]' "timeout: 20s, processes: $processes" > a.yaml
        # Seventy rounds per process with at least seventeen calls each: over a thousand calls, however
        # busy the machine is.
        run "$SEPBENCH" run a.yaml -o out --set measure.max_time=20s \
            --set measure.precision=0.5 --set measure.min_samples=$((70 * processes))
        [ "$status" -eq 1 ]
        expect rogue_turncoats 1
        no_times
    done
}

rogue_dodgers() {
    listed dodger
    honest direct/standard direct/separable
    printf '%s ok|unsupported\n' winograd/{f2,f4,f6} # where it costs more than it saves, it refuses
}

@test "verdicts: what is left out while nobody looks is found, with input and output of a call" {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive dodger direct winograd)
    config 1 '["*"]' 'timeout: 60s' |
        sed 's/input: .*, kernel/input: [1, 256, 14, 14], kernel/; s/out_channels: 5/out_channels: 16/' > a.yaml
    # Use one process, so that the whole output is checked only once.
    run "$SEPBENCH" run a.yaml -o out --set measure.processes=1
    [ "$status" -eq 1 ]
    expect rogue_dodgers 1
    no_times
}

@test "verdicts: Winograd's large tiles refuse images that smaller ones fill better" {
    cd "$BATS_TEST_TMPDIR"
    cat > tiles.yaml <<'END'
layers: # 25 tiles of 36 products or 16 of 64; 9 or 4; 16 or 9, as many products
  - {name: smaller, input: [64, 19, 19], kernel: 3, out_channels: 64, padding: 1, operations: standard}
  - {name: larger, input: [64, 12, 12], kernel: 3, out_channels: 64, padding: 1, operations: standard}
  - {name: as many, input: [64, 15, 15], kernel: 3, out_channels: 64, padding: 1, operations: standard}
kernels: [winograd/f4, winograd/f6]
measure: {min_samples: 3, max_time: 1us}
report: {formats: []}
END
    export SEPBENCH_PLUGIN_PATH=$(plugins naive winograd)
    "$SEPBENCH" run tiles.yaml -o tiles --quiet > text
    grep -q '^smaller,.*,f4,.*,ok,' tiles/results.csv
    grep -q '^smaller,.*,f6,.*,unsupported,.*its tiles take 1024 products of two channels, those of 16 outputs 900' \
        tiles/results.csv
    grep -q '^larger,.*,f6,.*,ok,' tiles/results.csv
    grep -q '^as many,.*,f6,.*,unsupported,.*its tiles take 576 products' tiles/results.csv
}

@test "verdicts: the summary names each kernel that failed, with its reason" {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive refuser)
    config 1 '["*"]' 'timeout: 20s' > a.yaml
    run --separate-stderr "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 1 ]
    grep -q 'refuser/run_fails *error *run failed without a reason' <<< "$output"
    [[ $output != *refuser/no_support* ]] # unsupported is no failure
}

@test "verdicts: a layer's name decides on nothing: not on data, not on errors" {
    cd "$BATS_TEST_TMPDIR"
    cat > names.yaml <<'END'
layers:
  - {name: a, input: [48, 12, 13], kernel: 3, out_channels: 48, padding: 1, operations: [standard, separable]}
  - {name: another name, input: [48, 12, 13], kernel: 3, out_channels: 48, padding: 1, operations: [standard, separable]}
measure: {min_samples: 3, max_time: 1us}
report: {formats: []}
END
    export SEPBENCH_PLUGIN_PATH=$(plugins naive winograd)
    "$SEPBENCH" run names.yaml -o names --quiet > text
    sed 's/"[^"]*"//g' names/results.csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { rows++; errors[$at["operation"] "/" $at["kernel"] "/" $at["status"]] = errors[$at["operation"] "/" $at["kernel"] "/" $at["status"]] " " $at["max_error"] }
        END { for (k in errors) { n = split(errors[k], e, " "); if (k ~ /ok$/ && (n != 2 || e[1] != e[2])) { print k errors[k]; bad = 1 } if (k ~ /ok$/ && e[1] > 0) some++ }
            exit bad || some < 3 || rows < 8 }'
}

@test "verdicts: fixed parameters that are not valid for a layer say which, and what would be" {
    cd "$BATS_TEST_TMPDIR"
    cat > fixed.yaml <<'END'
layers: [{name: odd one, input: [24, 9, 9], kernel: 3, out_channels: 40, padding: 1, operations: standard}]
kernels: [{kernel: direct/standard, params: {vectors: 2, pixels: 28}}]
measure: {min_samples: 3, max_time: 1us}
report: {formats: []}
END
    export SEPBENCH_PLUGIN_PATH=$(plugins direct)
    "$SEPBENCH" run fixed.yaml -o fixed --quiet > text
    grep -q 'skipped,"\?vectors=2;pixels=28 are not valid together for this layer: valid with .*pixels=[0-9]' fixed/results.csv
    grep -q '(n1 c24 9x9 k40 3x3' fixed/results.csv
    tr -s ' \n' ' ' < text | grep -q 'were skipped: .* direct/standard on odd one: vectors=2;pixels=28 are not valid'
}

@test "verdicts: where kernels are only unsupported or skipped the status is 0" {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive refuser)
    config 1 '["naive/*", refuser/no_support, refuser/invalid]' 'timeout: 20s' > a.yaml
    run "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 0 ]
}

@test "verdicts: an init that fails makes every kernel of the plugin unsupported" {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive broken_init)
    config 1 '["*"]' 'timeout: 20s' > a.yaml
    run "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 0 ]
    [ "$(grep -c ',unsupported,the wrapped library is too old,' out/results.csv)" -eq 2 ]
    [ "$(grep -c '^layer0,.*,naive,.*,ok,' out/results.csv)" -eq 2 ]
}

@test "verdicts: a kernel that hung twice is not asked again" {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive staller)
    config 4 '["naive/*", staller/loop_in_run, staller/good]' 'timeout: 2s' > a.yaml
    run "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 1 ]
    [ "$(grep -c ',loop_in_run,.*,timeout,no answer within 2 s,' out/results.csv)" -eq 2 ]
    [ "$(grep -c ',loop_in_run,.*,timeout,not asked again after' out/results.csv)" -eq 2 ]
    [ "$(grep -c ',staller,good,.*,ok,' out/results.csv)" -eq 4 ]
}

@test "verdicts: a worker that is killed from outside while it waits costs nothing" {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    config 1 '["*"]' 'timeout: 20s, max_time: 1500ms, precision: 0.000001, min_samples: 200' |
        sed 's/max_time: 1us, //; s/min_samples: 3, //' > a.yaml
    "$SEPBENCH" run a.yaml -o out > log 2>&1 &
    harness=$!
    for _ in $(seq 100); do
        victim=$(ps -ewwo pid=,stat=,args= | awk -v d="$BATS_TEST_TMPDIR" \
            '$2 ~ /^T/ && index($0, "sepbench worker") && index($0, d) { print $1; exit }')
        if [ -n "$victim" ]; then
            kill -9 "$victim"
            break
        fi
        sleep 0.05
    done
    wait "$harness" || true
    [ -n "$victim" ]
    [ "$(rows out | wc -l)" -eq 4 ]
    # It may have been woken between the check and the kill. Then one kernel is `crashed`, but no more.
    [ "$(grep -c ',ok,' out/results.csv)" -ge 3 ]
}
