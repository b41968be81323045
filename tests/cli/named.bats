# SPDX-License-Identifier: Apache-2.0
# Configurations known by name, and their completion in shells.

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir mine
    cat > mine/tiny.yaml <<'END'
# SPDX-License-Identifier: Apache-2.0
# A layer that is
# small. And nothing else.
name: tiny
layers:
- {name: only, input: [1, 3, 5, 5], kernel: 3, out_channels: 5}
END
    export SEPBENCH_CONFIG_PATH=$PWD/mine:$SRCDIR/configs
}

@test "named: with and without the suffix, from any folder" {
    run --separate-stderr "$SEPBENCH" list layers tiny --format csv
    [ "$status" -eq 0 ]
    [[ $output == *only* ]]
    run "$SEPBENCH" list layers tiny.yaml
    [ "$status" -eq 0 ]
    run "$SEPBENCH" theory worked_example
    [ "$status" -eq 0 ]
    [[ $output == *10275* || $output == *10,275* ]]
}

@test "named: a file of that name comes first, a folder does not" {
    mkdir tiny
    run "$SEPBENCH" list layers tiny
    [[ $status -eq 0 && $output == *only* ]]
    rmdir tiny
    sed 's/only/other/' mine/tiny.yaml > tiny
    run "$SEPBENCH" list layers tiny
    [[ $status -eq 0 && $output == *other* ]]
}

@test "named: the first folder with a name wins" {
    sed 's/tiny/quick/' mine/tiny.yaml > mine/quick.yaml
    run "$SEPBENCH" list layers quick
    [[ $status -eq 0 && $output == *only* ]]
    run "$SEPBENCH" list configs --filter quick --format csv
    [ "${#lines[@]}" -eq 2 ]
    [[ ${lines[1]} == quick,"A layer that is small.",$PWD/mine/quick.yaml ]]
}

@test "named: includes find it, and messages say where it is wrong" {
    printf 'layers:\n- {include: tiny, prefix: a_}\n- {include: worked_example.yaml}\n' > a.yaml
    run "$SEPBENCH" list layers a.yaml
    [[ $status -eq 0 && $output == *a_only* ]]
    echo 'kernal: 3' >> mine/tiny.yaml
    run "$SEPBENCH" list layers a.yaml
    [ "$status" -eq 2 ]
    [[ $output == *"$PWD/mine/tiny.yaml:7:1: unknown key 'kernal'"* ]]
}

@test "named: an unknown name is refused with the nearest" {
    run "$SEPBENCH" run mobilenet_v4
    [ "$status" -eq 2 ]
    [[ $output == *"neither a file nor the name of a configuration; did you mean 'mobilenet_v"* ]]
    run "$SEPBENCH" run ../mine/tiny
    [ "$status" -eq 2 ]
    [[ $output == *"cannot be opened: No such file"* ]]
}

@test "named: list configs, in every format, whatever a file's comment holds" {
    printf '# evil \033[31m comment\nlayers: []\n' > mine/evil.yaml
    run "$SEPBENCH" list configs
    [ "$status" -eq 0 ]
    [[ $output == *mobilenet_v2* && $output == *"evil ?[31m comment"* ]]
    run "$SEPBENCH" list configs --format json
    [[ $output == *'"config": "tiny"'* ]]
    SEPBENCH_CONFIG_PATH=/nonexistent run "$SEPBENCH" list configs
    [ "$status" -eq 0 ]
}

@test "named: bash completes commands, options and names" {
    PATH=$(dirname "$SEPBENCH"):$PATH
    source "$SRCDIR/docs/completions/sepbench"
    compopt() { :; }
    complete_words() {
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _sepbench
        echo "${COMPREPLY[*]}"
    }
    [[ " $(complete_words sepbench r) " == *" run "* ]]
    [[ " $(complete_words sepbench run --re) " == *" --resume "* ]]
    [[ " $(complete_words sepbench run mobilenet_v) " == *" mobilenet_v2 "* ]]
}

@test "named: fish completes them" {
    command -v fish > /dev/null || skip "no fish here"
    export PATH=$(dirname "$SEPBENCH"):$PATH HOME=$PWD
    run fish --no-config -c "source $SRCDIR/docs/completions/sepbench.fish; complete -C 'sepbench run --re'; complete -C 'sepbench ru'; complete -C 'sepbench run mobilenet_v'"
    [[ $output == *--resume* && $output == *run* && $output == *mobilenet_v2* ]]
}

@test "named: zsh can read its completion" {
    command -v zsh > /dev/null || skip "no zsh here"
    zsh -n "$SRCDIR/docs/completions/_sepbench"
}
