# SPDX-License-Identifier: Apache-2.0
# Plugins that try to get a time without computing, or to do harm. Each kind gets its verdict, the
# correct kernels beside them get theirs, and nothing is left behind.

load common

# menace PLUGINS THREADS KERNELS: runs the plugins together with naive, into out/.
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
measure: {min_samples: 12, max_time: 30s, precision: 0.5, timeout: 20s, processes: 1}
report: {formats: []}
END
    run --separate-stderr "$SEPBENCH" run a.yaml -o out
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
        grep -q ",$plugin,$kernel,.*,1,warm,$verdict," out/results.csv || {
            echo "not $verdict: $(grep ",$plugin,$kernel," out/results.csv)"
            failed=1
        }
    done
    return $failed
}

@test "menaces: whoever does not compute in each call is wrong" {
    cd "$BATS_TEST_TMPDIR"
    menace skipper '"skipper/*"'
    [ "$status" -eq 1 ]
    verdicts ok naive standard separable
    verdicts ok skipper compares good
    verdicts wrong skipper each_{second,third,tenth} all_but_each_{third,tenth} by_chance in_bursts \
        first_{3,5} by_{1,3,16,64,256,pointer}{,_separably} leaves_{1,3,64}{,_separably} \
        {late_,}part_{1,16,32,48,63} late_all_but_one late_{7,10}_bits{,_separably} \
        late_last_{a_little,zero,nan,infinite} late_first_negative late_swapped
    verdicts '(wrong|crashed)' skipper late_next_written || verdicts crashed skipper late_next_written
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
    grep -q ",answers,.*the plugin answered in the worker's place" out/results.csv
    [ "$(uname -m)" = x86_64 ] || skip "clocks are turned back on x86-64 alone"
    # The others are found only if nothing else keeps the processors busy.
    verdicts wrong forger turns_to_a_tenth
}

@test "menaces: nobody else suffers, and nothing is left behind" {
    cd "$BATS_TEST_TMPDIR"
    local made
    menace vandal '"vandal/*"'
    [ "$status" -eq 1 ]
    verdicts ok naive standard separable
    verdicts ok vandal good child_{sleeps,spins,stops,leads_session,is_deaf} grandchild \
        daemon_{by_the_book,spins,while_asked} many_children leaves_its_group \
        {shrinks,grows}_tensors shrinks_descriptors changes_folder
    verdicts crashed vandal forks_then_crashes kills_{itself,parent} replaces_itself exits_quickly \
        exits_in_thread dies_of_{bus,fpe,trap,term,quit,alarm,user,system} talks_{nonsense,zeros,much} \
        hangs_up
    verdicts wrong vandal clears_input
    [ -z "$(workers)" ]
    [ -z "$(pgrep -f '^sepbench-vandal' || true)" ]
    fenced || skip "this system does not have every fence; run.json says which"
    verdicts ok vandal no_{tracing,foreign_memory,foreign_reading,network,local_sockets,namespaces} \
        no_{loud_terminal,renicing,memory_without_end,files_without_end} \
        writes_{here,beside,temporary,shared_memory,in_child} opens_shared_memory \
        {truncates,removes,renames,cuts}_database makes_{folder,link,pipe} changes_mode
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
    [ -z "$(pgrep -f '^sepbench-vandal' || true)" ]
    [ ! -e vandal.file ]
}

@test "menaces: what plugins print is clean, limited, and bears their name" {
    cd "$BATS_TEST_TMPDIR"
    menace shouter '"shouter/*"'
    [ "$status" -eq 0 ]
    verdicts ok naive standard separable
    verdicts ok shouter escapes{,_loudly} logs_escapes breaks_characters turns_direction \
        returns_carriage never_ends_a_line ends_with_nothing long_lines floods writes_past_stdio good
    ! grep -q $'\033' <<< "$stderr$output" || return 1
    ! grep -q $'\r' <<< "$stderr$output" || return 1
    grep -q '^sepbench: plugin shouter: ?\[2J?\]0;title?red' <<< "$stderr"
    grep -q '^sepbench: plugin shouter: warning: ?\[31mred' <<< "$stderr"
    grep -Eq '^sepbench: plugin shouter: [0-9]+ lines more; see out/plugins.log' <<< "$stderr"
    [ "$(grep -c '^sepbench: plugin shouter: ' <<< "$stderr")" -le 21 ]
    grep -q '^shouter: line 1000 of a flood' out/plugins.log
    [ "$(wc -c < out/plugins.log)" -lt 1100000 ]
    ! grep -q $'\033' out/plugins.log || return 1
}
