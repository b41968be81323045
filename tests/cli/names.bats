# SPDX-License-Identifier: Apache-2.0
# Names in a run: none is lost, none takes another's place, and run.json has those that ran.

load common

# long_name ENDING: prints a name of 120 bytes.
long_name() {
    printf 'n%.0s' {1..110}
    printf '%010d' "$1"
}

# names_of LIST: prints the strings of a list in run.json's member "measured".
names_of() {
    sed -n '/^  "measured": {/,/^  }/p' out/run.json | sed -n "/^    \"$1\": \\[/,/^    \\]/p" |
        sed -n 's/^ *\("label": \)\{0,1\}"\([^"]*\)",\{0,1\}$/\2/p' | sort
}

@test "names: layers and aliases that files or tables could confuse stay apart" {
    cd "$BATS_TEST_TMPDIR"
    local name
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    {
        echo "name: names"
        echo "layers:"
        for name in a/b a_b a%2Fb 'a b' ünï .dot ../up "$(long_name 1)" "$(long_name 2)"; do
            echo "  - {name: '$name', input: [1, 3, 5, 5], kernel: [3, 3], out_channels: 5, padding: 1}"
        done
        echo "kernels: [{kernel: naive/standard, as: na/me}, {kernel: naive/standard, as: na_me}, naive/separable]"
        echo "measure: {min_samples: 3, max_time: 1us, timeout: 20s, processes: 1}"
        echo "report: {formats: []}"
    } > a.yaml
    "$SEPBENCH" run a.yaml -o out > /dev/null
    tail -n +2 out/results.csv | cut -d, -f1 | sort -u > ran
    [ "$(wc -l < ran)" -eq 9 ]
    names_of layers | cmp - ran
    [ "$(names_of kernels | tr '\n' ' ')" = "na/me na_me naive/separable " ]
    ! grep -q '"label": "naive/standard"' out/run.json || return 1
    [ ! -e up ]
    [ ! -e ../up ]
}

@test "names: a filter, a shard and their merge name what they measured" {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    differ 4 '["naive/*"]' > a.yaml
    "$SEPBENCH" run a.yaml -o out --filter layer2 --set 'report.formats=[]' > /dev/null
    [ "$(names_of layers)" = layer2 ]
    "$SEPBENCH" run a.yaml -o one --shard 1/2 --set 'report.formats=[]' > /dev/null
    "$SEPBENCH" run a.yaml -o two --shard 2/2 --set 'report.formats=[]' > /dev/null
    mv one out.1
    rm -rf out && mv out.1 out
    tail -n +2 out/results.csv | cut -d, -f1 | sort -u > ran
    [ "$(wc -l < ran)" -lt 4 ]
    names_of layers | cmp - ran
    mv out one
    "$SEPBENCH" merge -o out one two > /dev/null
    [ "$(names_of layers | tr '\n' ' ')" = "layer0 layer1 layer2 layer3 " ]
    [ "$(names_of kernels | sort -u | tr '\n' ' ')" = "naive/separable naive/standard " ]
}
