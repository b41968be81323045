# SPDX-License-Identifier: Apache-2.0
# sepbench check with plugins that do not conform.

load common

@test "check: a wrong kernel fails with the layer and the reason; a good one beside it passes" {
    cd "$BATS_TEST_TMPDIR"
    run --separate-stderr "$SEPBENCH" check "$rogues/liar.so"
    [ "$status" -eq 1 ]
    grep -q '^liar/ulp .*FAILED' <<< "$output"
    grep -q '^liar/good .* ok$' <<< "$output"
    grep -q 'liar/ulp .*wrong.*must be' <<< "$output"
}

@test "check: a plugin that cannot be loaded fails, one that is not there is an error" {
    cd "$BATS_TEST_TMPDIR"
    run --separate-stderr "$SEPBENCH" check "$rogues/broken_twice.so"
    [ "$status" -eq 1 ]
    [[ $stderr == *"duplicate kernel other"* ]]
    run --separate-stderr "$SEPBENCH" check nothing.so
    [ "$status" -eq 2 ]
    [[ $stderr == *"nothing.so: No such file or directory"* ]]
}

@test "check: a plugin is found by a name without a slash" {
    cp "$rogues/broken_init.so" "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR"
    run --separate-stderr "$SEPBENCH" check broken_init.so
    [[ $output == *"broken/good"* ]]
}
