# SPDX-License-Identifier: Apache-2.0
# sepbench check beyond the gates: for every rule of the contract, a kernel that breaks it.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
}

# one KERNEL TEXT [OPTION...]: expects that `check --one` of the kernel fails and says TEXT. The kernels
# are those of the plugin $plugin, or of breaker.
one() {
    local from=${plugin:-breaker}
    run timeout 300 "$SEPBENCH" check --one "$from/$1" --threads 1 "${@:3}" "$rogues/$from.so"
    [ "$status" -ne 0 ] || { echo "$output"; false; }
    [[ $output == *"$2"* ]] || { echo "$1: $output"; false; }
}

@test "contract: right kernels keep it" {
    run timeout 300 "$SEPBENCH" check --one naive/standard --layer "one_*" --threads 1 "$BUILDDIR/plugins/.libs/naive.so"
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    [[ $output =~ "naive/standard: "[0-9]+" passed, 0 failed" ]]
    run timeout 300 "$SEPBENCH" check --one good --layer "one_*" --threads 1 "$rogues/breaker.so"
    [ "$status" -eq 0 ]
}

@test "contract: two plans at once are independent" {
    one shares "two plans at once are independent" --layer worked_example
}

@test "contract: what is lent is not kept" {
    one keeps_weights "crashed (SIGSEGV) in run" --layer worked_example
    one keeps_problem "crashed (SIGSEGV) in run" --layer worked_example
}

@test "contract: tensors are not kept, and no process is left" {
    local plugin=lingerer
    one keeps_input "crashed (SIGSEGV) in run" --layer worked_example
    one keeps_output "crashed (SIGSEGV) in run" --layer worked_example
    one leaves_processes "destroy releases the plan: 8 plans, each destroyed, leave 8 processes" \
        --layer worked_example
    [[ $output == *"deinit ends what was started"* ]]
}

@test "contract: nothing is left behind" {
    one leaks_blocks "destroy releases the plan: 1 blocks of the host's memory" --layer worked_example
    one leaks_heap "bytes of memory" --layer worked_example
    one leaks_descriptors "descriptors" --layer worked_example
}

@test "contract: run allocates nothing, and touches nothing else" {
    one allocates "run allocates and logs nothing" --layer worked_example
    one writes_input "crashed (SIGSEGV) in run" --layer worked_example
    one reads_before "crashed (SIGSEGV) in run" --layer worked_example
}

@test "contract: run leaves its process as it was" {
    local plugin=meddler
    one rounds_upward "run leaves its process as it was: it changed the rounding mode" --layer worked_example
    plugin=vandal
    one changes_folder "it changed the current folder" --layer worked_example
    one blocks_signals "it changed which signals are blocked" --layer worked_example
    one tight_stack "it changed the limit of the stack" --layer worked_example
    plugin=saboteur
    LC_ALL=C.UTF-8 one changes_locale "it changed the locale" --layer worked_example
    one few_descriptors "it changed the limit of open files" --layer worked_example
}

@test "contract: answers are pure" {
    one moody_supports_kernel "supports is pure"
    one moody_layouts_kernel "layouts is pure"
    one moody_complete_kernel "complete is pure"
    plugin=lingerer one changes_ranges "ranges is pure"
}

@test "contract: texts are lines" {
    plugin=lingerer one describes_in_red "describe gives a line of text: it contains the control character 27" \
        --layer worked_example
}

# slept CALL: expects that `check` of sleeper_$1 tells once that a call did not return. Each kernel has
# hundreds of cases: the test is too slow if every one waits.
slept() {
    run --separate-stderr timeout 900 "$SEPBENCH" check --timeout 3s "$rogues/sleeper_$1.so"
    [ "$status" -eq 1 ] || { echo "$status: $output $stderr"; false; }
    [ "$(grep -c 'does not return from' <<< "$output")" -eq 1 ] || { echo "$output"; false; }
}

@test "contract: a call that hangs is not repeated for each kernel" {
    slept init
    grep -q "not asked again after the plugin's init did not answer in time" <<< "$output"
    slept deinit
    grep -q '^sleeper/good .* ok$' <<< "$output"
    slept destructor
    grep -q '^sleeper/good .* ok$' <<< "$output"
    slept destroy
    grep -q '^sleeper/good .* ok$' <<< "$output"
}

@test "contract: given parameters stay as they are" {
    one bossy "complete keeps given values: one is changed" --layer worked_example --params one=3
    run timeout 300 "$SEPBENCH" check --one breaker/bossy --threads 1 --layer worked_example --params one=5 "$rogues/breaker.so"
    [ "$status" -eq 0 ] || { echo "$output"; false; }
}

@test "contract: a crash names the phase, the layer and the place" {
    one crashes_in_destroy "crashed (SIGABRT) in destroy, layer " --layer worked_example
    [[ $output == *"breaker.so("* ]]
}

@test "contract: the lines of a crash are a command away" {
    local command
    command -v addr2line > /dev/null || skip "no addr2line"
    readelf -S "$rogues/breaker.so" 2> /dev/null | grep -q debug_line || skip "built without -g"
    one writes_input "The lines, where it was built with -g: addr2line" --layer worked_example
    command=$(sed -n 's/^The lines, where it was built with -g: //p' <<< "$output")
    run bash -c "$command"
    [ "$status" -eq 0 ]
    [[ $output == *"breaker.c:"* ]] || { echo "$command: $output"; false; }
}

@test "contract: what does not conform does not end the check, and can be repeated" {
    local kernel
    run --separate-stderr timeout 900 "$SEPBENCH" check --timeout 5s "$rogues/breaker.so"
    [ "$status" -eq 1 ]
    for kernel in shares keeps_weights keeps_problem leaks_blocks leaks_heap leaks_descriptors \
        allocates writes_input reads_before moody_complete_kernel bossy crashes_in_destroy hangs_in_valid; do
        grep -q "^breaker/$kernel .*FAILED" <<< "$output" || { echo "$kernel: $output"; false; }
        grep -q "^sepbench check --one breaker/$kernel .*breaker.so$" <<< "$output"
    done
    grep -q '^breaker/good .* ok$' <<< "$output"
    grep -q '^breaker/never_runs .* nothing ran$' <<< "$output"
    grep -q '^breaker/never_runs  *it is shy$' <<< "$output"
    [[ $stderr == *"breaker.so exports 1 symbol besides sb_plugin_entry (shown_by_breaker)"* ]]
    [[ $output == *"it does not return from valid within 5 s"* ]]
}

@test "contract: a line a layer, and why nothing ran" {
    run --separate-stderr timeout 60 "$SEPBENCH" check --one naive/standard --layer 'one_*' --threads 1 --verbose \
        "$BUILDDIR/plugins/.libs/naive.so"
    [ "$status" -eq 0 ]
    [[ $stderr =~ "layer one_pixel, threads 1: "[1-9][0-9]*" passed, 0 failed" ]]
    run --separate-stderr timeout 600 "$SEPBENCH" check --verbose --tap "$rogues/refuser.so"
    [[ $stderr =~ "refuser/"[a-z]+", layer one_pixel: " ]]
    grep -qE '^ok [0-9]+ - refuser/[a-z_]+ # SKIP nothing ran: .' <<< "$output"
}

@test "contract: one layer, some parameters, TAP and JUnit" {
    run timeout 60 "$SEPBENCH" check --one naive/standard --layer worked_example --threads 1 \
        --params layout=nhwc "$BUILDDIR/plugins/.libs/naive.so"
    [ "$status" -eq 0 ]
    [ "$output" = "naive/standard: 1 passed, 0 failed, 0 unsupported, 0 invalid" ]
    run "$SEPBENCH" check --one naive/standard --layer nowhere "$BUILDDIR/plugins/.libs/naive.so"
    [ "$status" -eq 2 ]
    [[ $output == *"no layer that this kernel is checked on has such a name; --verbose"* ]]
    run "$SEPBENCH" check --one naive/standard --params layot=nhwc "$BUILDDIR/plugins/.libs/naive.so"
    [ "$status" -eq 2 ]
    [[ $output == *"no parameter 'layot'"* ]]
    run "$SEPBENCH" check --layer x "$BUILDDIR/plugins/.libs/naive.so"
    [ "$status" -eq 2 ]
    run --separate-stderr timeout 600 "$SEPBENCH" check --tap "$rogues/liar.so"
    [ "$status" -eq 1 ]
    [ "${lines[0]}" = "1..11" ]
    grep -q '^not ok [0-9]* - liar/ulp$' <<< "$output"
    grep -q '^ok [0-9]* - liar/good$' <<< "$output"
    run --separate-stderr timeout 600 "$SEPBENCH" check --junit "$rogues/liar.so"
    [ "$status" -eq 1 ]
    grep -q '<testcase name="liar/good" classname="sepbench">' <<< "$output"
    grep -q '<failure type="wrong" message=' <<< "$output"
}
