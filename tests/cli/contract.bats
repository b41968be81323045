# SPDX-License-Identifier: Apache-2.0
# sepbench check beyond the gates: for every rule of the contract, a kernel that breaks it.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
}

# one KERNEL TEXT [OPTION...]: expects that `check --one` of the kernel fails and says TEXT.
one() {
    run timeout 300 "$SEPBENCH" check --one "breaker/$1" --threads 1 "${@:3}" "$rogues/breaker.so"
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

@test "contract: answers are pure" {
    one moody_supports_kernel "supports is pure"
    one moody_layouts_kernel "layouts is pure"
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
        allocates writes_input reads_before crashes_in_destroy hangs_in_valid; do
        grep -q "^breaker/$kernel .*FAILED" <<< "$output" || { echo "$kernel: $output"; false; }
        grep -q "^sepbench check --one breaker/$kernel .*breaker.so$" <<< "$output"
    done
    grep -q '^breaker/good .* ok$' <<< "$output"
    grep -q '^breaker/never_runs .* nothing ran$' <<< "$output"
    grep -q '^breaker/never_runs  *it is shy$' <<< "$output"
    [[ $stderr == *"breaker.so shows 1 name beside sb_plugin_entry (shown_by_breaker)"* ]]
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
    [[ $output == *"there is no such layer"* ]]
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
