# SPDX-License-Identifier: Apache-2.0
# A kernel that misbehaves gets the verdict for it, and nothing else is affected.

load common

# Each line: a kernel, its verdict, and a pattern for the detail.
rogue_kernels() {
    cat <<'END'
crasher/segv_in_supports    crashed      killed by SIGSEGV*
crasher/segv_in_plan        crashed      killed by SIGSEGV*
crasher/exit_in_plan        crashed      the plugin ended the process with status 7
crasher/segv_after_calls    crashed      killed by SIGSEGV*
crasher/abort_in_run        crashed      killed by SIGABRT*
crasher/exit_in_run         crashed      the plugin ended the process with status 0
crasher/illegal             crashed      killed by SIGILL*
crasher/stack_overflow      crashed      killed by SIGSEGV*
crasher/writes_input        crashed      killed by SIGSEGV*
crasher/reads_past_input    crashed      killed by SIGSEGV*
crasher/writes_past_output  crashed      killed by SIGSEGV*
crasher/abort_in_destroy    crashed      killed by SIGABRT*
crasher/late_abort          ok
crasher/good                ok
liar/ulp                    wrong        "integer data: output[[]0[]][[]2[]][[]2[]][[]2[]] is *, must be *
liar/hole                   wrong        integer data: output[[]0[]][[]4[]][[]4[]][[]4[]] was never written
liar/beyond                 wrong        integer data: it wrote outside its output
liar/before                 wrong        integer data: it wrote outside its output
liar/nan_value              wrong        "integer data: output[[]0[]][[]0[]][[]0[]][[]0[]] is *nan, must be *
liar/second                 wrong        two runs on the same data gave different results
liar/later                  wrong        after it was timed it gave another result than before
liar/half_separable         wrong        "integer data: output*
liar/unrepeatable           ok
liar/half_standard          ok
liar/good                   ok
meddler/prints              ok
meddler/rounds_upward       ok
meddler/moves               ok
meddler/strict              ok
meddler/forks               ok
meddler/forks_and_aborts    crashed      killed by SIGABRT*
meddler/closes              crashed      *
meddler/good                ok
refuser/no_support          unsupported  odd images are not supported
refuser/mute                unsupported  refused without a reason
refuser/rude                unsupported  ?[[]2Jrude xxx*
refuser/invalid             skipped      these parameters are not valid together for this layer
refuser/plan_fails          error        the wrapped library has no such kernel
refuser/plan_gives_null     error        plan failed without a reason
refuser/run_fails           error        run failed without a reason
refuser/no_layout           error        asks for a layout that does not exist
refuser/illegal_defaults    error        its defaults give a parameter an illegal value
refuser/good                ok
naive/standard              ok
naive/separable             ok
END
}

# Kernels that misbehave after they were verified, some of them only long after, so that they need some
# time. This is found in a timed call, or in the verified call after it.
rogue_turncoats() {
    local way calls late='@(*gave*result*|*real\ data:\ *|?while\ it\ was\ timed:\ output*)'
    for way in idle half bent; do
        for calls in 2 10 1000; do
            echo "turncoat/${way}_after_$calls wrong $late"
        done
    done
    for way in second_later second_later_unrepeatable idle_unrepeatable spills_later shared_standard; do
        echo "turncoat/$way wrong $late"
    done
    cat <<'END'
turncoat/second             wrong        two runs on the same data gave different results
turncoat/second_unrepeatable wrong       "real data: output*error over magnitude*
turncoat/dithers            ok
turncoat/races              ok
turncoat/shared_separable   ok
turncoat/good               ok
lingerer/helper_waited      wrong        *
lingerer/helper_skipped     wrong        *
naive/standard              ok
naive/separable             ok
END
}

rogue_stallers() {
    cat <<'END'
staller/loop_in_plan        timeout      no answer within 2 s
staller/loop_in_run         timeout      no answer within 2 s
staller/stops_itself        timeout      no answer within 2 s
staller/deaf                timeout      no answer within 2 s
staller/good                ok
naive/standard              ok
naive/separable             ok
END
}

# expect TABLE LAYERS: checks that results.csv has every row of the table once for each layer, and no
# other rows.
expect() {
    shopt -s extglob
    local kernel verdict detail row layer failed=0
    [ "$(rows out | uniq -d)" = "" ]
    [ "$(rows out | wc -l)" -eq $(($("$1" | wc -l) * $2)) ]
    while read -r kernel verdict detail; do
        for ((layer = 0; layer < $2; layer++)); do
            row=$(grep -a "^layer$layer,.*,${kernel/\//,}," out/results.csv)
            [ "$(cut -d, -f27 <<< "$row")" = "$verdict" ] || { echo "not $verdict: $row"; failed=1; }
            # shellcheck disable=SC2053 # a pattern is meant
            [ "$verdict" = ok ] || [[ $(cut -d, -f28- <<< "$row") == $detail,* ]] ||
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
    local kernel
    for kernel in peeks peeks_unrepeatably peeks_as_winograd remembers remembers_separably; do
        echo "dodger/$kernel wrong ?while it was timed: output*must be*for the input of that call*"
    done
    cat <<'END'
dodger/good                 ok
direct/standard             ok
direct/separable            ok
winograd/f2                 ok
winograd/f4                 ok
winograd/f6                 ok
naive/standard              ok
naive/separable             ok
END
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
