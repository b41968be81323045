# SPDX-License-Identifier: Apache-2.0
# Finding and loading plugins: a plugin that cannot be used is named with the reason, and does not
# affect the others.

load common

# Each line: a plugin, and what is said about it.
broken_plugins() {
    cat <<'END'
broken_symbol       not a sepbench plugin: it has no symbol sb_plugin_entry
broken_abi          was built for plugin ABI 2.1; this sepbench supports 1.1
broken_size         its table has 16 bytes, fewer than the 88 of ABI 1.0
broken_old          its table has 80 bytes, fewer than the 88 of ABI 1.0: it was built with a header older than 1.0; rebuild it with this version's sepbench/plugin.h
broken_id           its id is not of the form
broken_text         version, summary and license must be set, each one line
broken_twice        duplicate kernel other
broken_parameter    kernel other: parameter tile: needs min <= max and step >= 1
broken_empty        offers no kernel
broken_constructor  crashed when loaded: killed by SIGABRT
END
}

@test "list: each broken plugin is named with its fault, and the good one is listed" {
    cd "$BATS_TEST_TMPDIR"
    mapfile -t names < <(broken_plugins | cut -d' ' -f1)
    export SEPBENCH_PLUGIN_PATH=$(plugins naive "${names[@]}")
    run --separate-stderr "$SEPBENCH" list kernels
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 4 ]
    grep -q '^naive/separable ' <<< "$output"
    [ "$(wc -l <<< "$stderr")" -eq "${#names[@]}" ]
    while read -r name fault; do
        grep -qF "/$name.so: $fault" <<< "$stderr"
    done < <(broken_plugins)
}

@test "list: files that are no shared objects are told apart from plugins" {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    : > "$SEPBENCH_PLUGIN_PATH/empty.so"
    echo text > "$SEPBENCH_PLUGIN_PATH/text.so"
    head -c 3000 "$SEPBENCH_PLUGIN_PATH/naive.so" > "$SEPBENCH_PLUGIN_PATH/truncated.so"
    mkfifo "$SEPBENCH_PLUGIN_PATH/pipe.so"
    mkdir "$SEPBENCH_PLUGIN_PATH/folder.so"
    ln -s nowhere "$SEPBENCH_PLUGIN_PATH/dangling.so"
    run --separate-stderr timeout 20 "$SEPBENCH" list kernels
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 4 ]
    for name in empty text truncated pipe folder dangling; do
        grep -q "/$name.so: ." <<< "$stderr"
    done
    [ "$(wc -l <<< "$stderr")" -eq 6 ]
}

@test "list: the first plugin of an id hides the others, and says so" {
    cd "$BATS_TEST_TMPDIR"
    first=$(plugins liar) second=$(plugins liar naive)
    strip --strip-debug "$second/liar.so" # another build
    run --separate-stderr "$SEPBENCH" list plugins --plugin-dir "$first" --plugin-dir "$second"
    [ "$status" -eq 0 ]
    [ "$(grep -c '^liar ' <<< "$output")" -eq 1 ]
    grep -q "$first/liar.so hides $second/liar.so" <<< "$stderr"
}

@test "list: a plugin folder that does not exist, is no folder, or is open to all is refused" {
    cd "$BATS_TEST_TMPDIR"
    run --separate-stderr "$SEPBENCH" list plugins --plugin-dir absent
    [ "$status" -eq 2 ]
    [[ $stderr == *"plugin folder absent: No such file or directory"* ]]
    : > file
    run --separate-stderr "$SEPBENCH" list plugins --plugin-dir file
    [ "$status" -eq 2 ]
    [[ $stderr == *"not a directory"* ]]
    open=$(plugins naive)
    chmod o+w "$open"
    run --separate-stderr "$SEPBENCH" list plugins --plugin-dir "$open"
    [ "$status" -eq 2 ]
    [[ $stderr == *"chmod o-w"* ]]
}

@test "list: folders named in place of the installed one are looked in last" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    export SEPBENCH_SYSTEM_PLUGIN_PATH=$(plugins naive tiled)
    run --separate-stderr "$SEPBENCH" list plugins --format json
    [ "$status" -eq 0 ]
    [ "$(grep -c "$SEPBENCH_PLUGIN_PATH/naive.so" <<< "$output")" -eq 1 ]
    [ "$(grep -c "$SEPBENCH_SYSTEM_PLUGIN_PATH/tiled.so" <<< "$output")" -eq 1 ]
    [[ $output != *"$SEPBENCH_SYSTEM_PLUGIN_PATH/naive.so"* ]]
}

@test "list: no plugin at all is an error that says where to put some" {
    mkdir "$BATS_TEST_TMPDIR/none"
    SEPBENCH_PLUGIN_PATH=$BATS_TEST_TMPDIR/none run --separate-stderr "$SEPBENCH" list kernels
    [ "$status" -eq 2 ]
    [[ $stderr == *"--plugin-dir"* ]]
}

@test "list: CSV and JSON hold what the text does" {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    text=$("$SEPBENCH" list parameters | wc -l)
    [ "$("$SEPBENCH" list parameters --format csv | wc -l)" -eq "$text" ]
    [ "$("$SEPBENCH" list parameters --format json | grep -c '"parameter":')" -eq $((text - 1)) ]
}

@test "list: our own plugins have the version of sepbench" {
    run --separate-stderr "$SEPBENCH" --version
    version=${output#sepbench }
    run --separate-stderr "$SEPBENCH" list plugins --format csv
    [ "$status" -eq 0 ]
    others=$(tr -d '\r' <<< "$output" | awk -F, -v version="$version" \
        'NR > 1 && $4 == "no" && $2 != version { print $1, $2 }')
    [ -z "$others" ]
}
