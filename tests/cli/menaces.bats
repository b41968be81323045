# SPDX-License-Identifier: Apache-2.0
# Plugins that try to get a time without computing, or to do harm. Each kind gets its verdict, the
# correct kernels beside them get theirs, and nothing is left behind.

load common

# menace PLUGINS KERNELS [KEY=VALUE]: runs the plugins together with naive, into out/.
menace() {
    # shellcheck disable=SC2086 # a list of names
    SEPBENCH_PLUGIN_PATH=$(plugins naive $1)
    export SEPBENCH_PLUGIN_PATH
    cat > a.yaml <<END
name: menaces
layers:
  - {name: layer0, input: [1, 32, 14, 14], kernel: [3, 3], out_channels: 16, padding: 1}
kernels: ["naive/*", $2]
threads: 1
measure: {min_samples: 40, max_time: 30s, precision: 0.5, timeout: 20s, processes: 1}
report: {formats: []}
END
    rm -rf out
    run --separate-stderr "$SEPBENCH" run a.yaml -o out --set "${3:-measure.cache=warm}"
    echo "$stderr"
}

# fenced: succeeds if the whole sandbox is available. Otherwise what it forbids is not tested.
fenced() {
    ! sed -n '/"fences": {/,/}/p' out/run.json | grep -q false
}

# verdicts VERDICT PLUGIN KERNELS...: checks that each of the kernels has the verdict.
verdicts() {
    local verdict=$1 plugin=$2 kernel failed=0
    shift 2
    for kernel; do
        grep -qE ",$plugin,$kernel,.*,1,(warm|cold),$verdict," out/results.csv || {
            echo "not $verdict: $(grep ",$plugin,$kernel," out/results.csv)"
            failed=1
        }
    done
    return $failed
}

# as_listed PLUGIN WHEN: checks that each kernel of the plugin has the verdict of tests/plugins/verdicts,
# if that is sure at such a time.
as_listed() {
    local kernel verdict when failed=0 checked=0
    while read -r kernel verdict when _; do
        [ "$when" = "$2" ] || continue
        checked=$((checked + 1))
        verdicts "($verdict)" "$1" "${kernel#*/}" || failed=1
    done < <(listed "$1")
    [ $checked -gt 0 ] && return $failed
}

@test "menaces: whoever does not compute in each call is wrong" {
    cd "$BATS_TEST_TMPDIR"
    menace "skipper lingerer" '"skipper/*", "lingerer/leaves_half", "lingerer/child_waits"'
    [ "$status" -eq 1 ]
    verdicts ok naive standard separable
    as_listed skipper -
    verdicts ok lingerer child_waits
    # Its pages have another size elsewhere.
    [ "$(uname -m)" != x86_64 ] || verdicts wrong lingerer leaves_half
    # A kernel that had no calls in which to skip work is right.
    [ "$(grep -c ',skipper,.*,ok,' out/results.csv)" -le 6 ]
}

@test "menaces: claimed times are held against what was used" {
    cd "$BATS_TEST_TMPDIR"
    local lies='"forger/answers*"'
    [ "$(uname -m)" != x86_64 ] || lies='"forger/answers*", "forger/turns*"'
    menace forger "$lies"
    [ "$status" -eq 1 ]
    verdicts ok naive standard separable
    verdicts wrong forger answers answers_late
    grep -q ",answers,.*the plugin replied in place of the worker" out/results.csv
    [ "$(uname -m)" = x86_64 ] || skip "clocks are turned back on x86-64 alone"
    verdicts wrong forger turns_to_a_tenth
    menace forger '"forger/turns_to_a_half"' # one at a time: they have one clock
    verdicts ok naive standard separable
    verdicts wrong forger turns_to_a_half
}

@test "menaces: cold caches are no cover" {
    cd "$BATS_TEST_TMPDIR"
    menace "skipper forger" '"skipper/by_*", "skipper/leaves_3", "skipper/each_third", "skipper/late_part_16",
        "skipper/compares", "forger/turns_to_a_tenth", "forger/answers_late"' measure.cache=cold
    [ "$status" -eq 1 ]
    verdicts ok naive standard separable
    verdicts ok skipper compares
    verdicts wrong skipper by_{1,3,16,64,256,pointer} leaves_3 each_third late_part_16
    verdicts wrong forger answers_late
    [ "$(uname -m)" = x86_64 ] || skip "clocks are turned back on x86-64 alone"
    verdicts wrong forger turns_to_a_tenth
}

@test "menaces: nobody else suffers, and nothing is left behind" {
    cd "$BATS_TEST_TMPDIR"
    local made
    menace vandal '"vandal/*"'
    [ "$status" -eq 1 ]
    verdicts ok naive standard separable
    as_listed vandal -
    [ -z "$(workers)" ]
    [ -z "$(strays sepbench-vandal)" ]
    fenced || skip "this system does not have every fence; run.json says which"
    as_listed vandal fenced
    for made in vandal.file ../vandal.file /tmp/sepbench-vandal /dev/shm/sepbench-vandal vandal.db \
        vandal.folder vandal.link vandal.pipe; do
        [ ! -e "$made" ] || { echo "left: $made"; return 1; }
    done
}

@test "menaces: without a namespace and without Landlock, too, no process is left behind" {
    cd "$BATS_TEST_TMPDIR"
    SEPBENCH_WITHOUT_FENCES=processes,landlock menace vandal \
        '"vandal/child_*", "vandal/daemon_*", "vandal/grandchild", "vandal/many_children", "vandal/writes_*"'
    [ "$status" -eq 0 ]
    verdicts ok naive standard separable
    [ -z "$(strays sepbench-vandal)" ]
    [ ! -e vandal.file ]
}

@test "menaces: who spoils its process is found, and costs the others nothing" {
    cd "$BATS_TEST_TMPDIR"
    menace saboteur '"saboteur/good", "saboteur/few_*", "saboteur/little_*", "saboteur/changes_*", "saboteur/nobody_waits",
        "saboteur/*output", "saboteur/unmaps_input", "saboteur/forbids_the_clock", "saboteur/fills_*", "saboteur/floods_*",
        "saboteur/sends_*", "saboteur/no_*"'
    [ "$status" -eq 1 ]
    verdicts ok naive standard separable
    verdicts ok saboteur good changes_{mask,locale,direction} seals_output nobody_waits fills_shared_memory
    verdicts wrong saboteur replaces_output
    verdicts crashed saboteur unmaps_{output,input} forbids_the_clock floods_its_socket sends_descriptors
    verdicts error saboteur few_descriptors little_{time,memory}
    grep -q ',few_descriptors,.*it lowered its process.s limit of open files' out/results.csv
    [ -z "$(workers)" ]
    [ ! -e /dev/shm/sepbench-saboteur ]
    fenced || skip "this system does not have every fence; run.json says which"
    verdicts ok saboteur no_{signals_by_descriptor,priority,setting_of_time,rings,faults_to_handle,shared_segments}
}

@test "menaces: who works while it should be stopped is stopped, or found" {
    cd "$BATS_TEST_TMPDIR"
    menace saboteur '"saboteur/foster_child", "saboteur/never_exits"'
    [ "$status" -eq 0 ]
    verdicts ok saboteur foster_child never_exits
    SEPBENCH_WITHOUT_FENCES=syscalls menace saboteur '"saboteur/wakes_itself"'
    verdicts '(wrong|timeout)' saboteur wakes_itself
    verdicts ok naive standard separable
    grep -Eq ',wakes_itself,.*(it ran while other kernels were timed|it computes outside of its calls|the times that its worker claims are false|no answer)' out/results.csv
    SEPBENCH_WITHOUT_FENCES=syscalls menace saboteur '"saboteur/foster_child"'
    verdicts ok saboteur foster_child
    [ -z "$(workers)" ]
    menace saboteur '"saboteur/wakes_itself"'
    fenced || skip "this system does not have every fence; run.json says which"
    verdicts ok saboteur wakes_itself
}

# Whether they gain by it, and so are found, depends on what else the machine does; tests/unit/test_others
# counts the processor time. The others must not suffer.
@test "menaces: who has other processes compute costs nobody else anything" {
    cd "$BATS_TEST_TMPDIR"
    SEPBENCH_WITHOUT_FENCES=syscalls menace saboteur '"saboteur/assistant", "saboteur/child_for_each_call"'
    verdicts ok naive standard separable
    verdicts '(ok|wrong)' saboteur assistant child_for_each_call
    menace saboteur '"saboteur/spins_when_woken"'
    verdicts ok naive standard separable
    verdicts '(ok|wrong)' saboteur spins_when_woken
    [ -z "$(workers)" ]
}

@test "menaces: what plugins print is clean, limited, and bears their name" {
    cd "$BATS_TEST_TMPDIR"
    menace shouter '"shouter/*"'
    [ "$status" -eq 0 ]
    verdicts ok naive standard separable
    as_listed shouter -
    ! grep -q $'\033' <<< "$stderr$output" || return 1
    ! grep -q $'\r' <<< "$stderr$output" || return 1
    grep -q '^sepbench: plugin shouter: ?\[2J?\]0;title?red' <<< "$stderr"
    grep -q '^sepbench: plugin shouter: warning: ?\[31mred' <<< "$stderr"
    grep -Eq '^sepbench: plugin shouter: [0-9]+ lines more; see out/plugins.log' <<< "$stderr"
    [ "$(grep -c '^sepbench: plugin shouter: ' <<< "$stderr")" -le 21 ]
    grep -q '^shouter: line 1000 of a flood' out/plugins.log
    [ "$(wc -c < out/plugins.log)" -lt 1100000 ]
    ! LC_ALL=C grep -qa '[^ -~]' out/plugins.log || return 1
}

@test "menaces: who divides the work among threads is not accused of what the harness does" {
    [ "$(nproc)" -ge 2 ] || skip "one processor"
    cd "$BATS_TEST_TMPDIR"
    cat > a.yaml <<'YAML'
name: threads
layers:
  - {name: wide, input: [1, 32, 112, 112], kernel: 3, out_channels: 64, padding: 1}
  - {name: deep, input: [1, 64, 112, 112], kernel: 3, out_channels: 128, padding: 1, stride: 2}
kernels: ["direct/*", "openmp/*"]
threads: 2
measure: {min_samples: 40, max_time: 300ms}
report: {formats: []}
YAML
    SEPBENCH_PLUGIN_PATH=$(plugins direct openmp) run "$SEPBENCH" run a.yaml -o out
    echo "$output"
    [ "$status" -eq 0 ]
}
