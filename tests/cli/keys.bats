# SPDX-License-Identifier: Apache-2.0
# Every key documented in docs/configuration.md changes something that a user can see.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    export XDG_CACHE_HOME=$BATS_FILE_TMPDIR/cache
    config 4 '["naive/*"]' 'timeout: 20s' > a.yaml
}

# section TITLE: prints the lines of a section of the documentation.
section() {
    awk -v title="## $1" '/^## / { inside = $0 == title } inside' "$SRCDIR/docs/configuration.md"
}

# table_keys TITLE: prints the first column of the section's first table.
table_keys() {
    section "$1" | awk -F'|' '/^\| `/ { print $2; next } /^### / { exit }' | grep -o '[a-z_]*' | grep .
}

# block_keys TITLE: prints the keys in the section's example.
block_keys() {
    section "$1" | sed -n 's/^  \([a-z_]*\):.*/\1/p'
}

# all KIND KEYS...: checks that each key changes something. A key without a test is a failure.
all() {
    local kind=$1 key
    shift
    [ "$#" -gt 1 ]
    for key; do
        declare -F "${kind}_$key" > /dev/null || { echo "no test of $kind $key"; return 1; }
        echo "$kind $key" # shown when it fails
        "${kind}_$key"
    done
}

# measured DIR SETTING...: makes a run in DIR.
measured() {
    local dir=$1 settings=() setting
    shift
    for setting; do
        settings+=(--set "$setting")
    done
    "$SEPBENCH" run a.yaml -o "$dir" --quiet "${settings[@]}" > "$dir.out" 2> "$dir.err"
}

# column DIR NAME: prints a column of the run's results.
column() {
    tr -d '\r' < "$1/results.csv" | awk -F, -v name="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        { print $at }'
}

sum() {
    awk '{ total += $1 } END { print total + 0 }'
}

# differ COMMAND...: checks that the outputs differ when %s is replaced by each of two words.
differ() {
    local a=$1 b=$2
    shift 2
    "$SEPBENCH" "${@//%s/$a}" > a.out 2>&1 || true
    "$SEPBENCH" "${@//%s/$b}" > b.out 2>&1 || true
    ! cmp -s a.out b.out
}

# ------------------------------------------------------------------------------ at the top

top_name() { differ one two list layers a.yaml --format json --set name=%s; }
top_layers() {
    differ 5 7 list layers a.yaml --set 'layers=[{name: x, input: [1, %s, 5], kernel: 3, out_channels: 1}]'
}
top_operations() { differ standard separable list layers a.yaml --set operations=%s; }
top_epilogue() {
    differ layers none list layers a.yaml --format csv --set epilogue=%s \
        --set 'layers=[{name: x, input: [1, 5, 5], kernel: 3, out_channels: 1, bias: true}]'
}
top_kernels() { differ naive tiled run a.yaml --dry-run --set kernels=%s; }
top_threads() { differ 1 '[1, max]' run a.yaml --dry-run --set threads=%s ||
    differ 1 4000 run a.yaml --dry-run --set threads=%s; } # on one core
top_network() {
    measured no
    measured yes network=true measure.max_time=1ms
    [ ! -e no/network.csv ]
    [ -s yes/network.csv ]
}
top_cores() { differ all 1023 run a.yaml --dry-run --set cores=%s; } # that none has
top_tuned() {
    measured never tuned=never
    run ! measured require tuned=require
}
top_measure() { all measure $(block_keys Measuring); }
top_tune() { all tune $(block_keys Tuning); }
top_report() {
    measured svg report.formats=svg
    measured pdf report.formats=pdf
    [ "$(grep -h '^formats' svg/figures/*.gp)" != "$(grep -h '^formats' pdf/figures/*.gp)" ]
}

# -------------------------------------------------------------------------------- measuring

one_layer='layers=[{name: a, input: [1, 3, 5], kernel: 3, out_channels: 1, operations: standard}]'

# covered DIR: prints the part of the samples that lie in the intervals of their results.
covered() {
    paste -d, <(column "$1" layer) <(column "$1" operation) <(column "$1" plugin) <(column "$1" kernel) \
        <(column "$1" ci_low_ns) <(column "$1" ci_high_ns) > "$1.intervals"
    awk -F, 'NR == FNR { key = $1 "," $2 "," $3 "/" $4; low[key] = $5; high[key] = $6; next }
        FNR > 1 { key = $1 "," $2 "," $3; inside += $NF >= low[key] && $NF <= high[key]; all++ }
        END { print inside / all }' "$1.intervals" "$1/samples.csv"
}

# However much the times scatter, a wider interval holds more of them.
measure_confidence() {
    measured narrow measure.confidence=0.5 measure.min_samples=30 measure.max_time=20ms
    measured wide measure.confidence=0.9999 measure.min_samples=30 measure.max_time=20ms
    awk -v narrow="$(covered narrow)" -v wide="$(covered wide)" 'BEGIN { exit !(wide > 1.5 * narrow) }'
}
measure_precision() {
    measured loose measure.precision=1 measure.max_time=500ms measure.processes=1 "$one_layer"
    measured tight measure.precision=1e-6 measure.max_time=500ms measure.processes=1 "$one_layer"
    [ "$(column loose stop_reason | sort -u)" = precision ]
    ! column tight stop_reason | grep -q precision
}
measure_estimator() {
    measured min measure.estimator=min
    [ "$(column min estimator | sort -u)" = min ]
    measured median measure.estimator=median
    [ "$(column median estimator | sort -u)" = median ]
}
measure_min_samples() {
    measured few measure.precision=1 measure.max_time=20s measure.processes=1 "$one_layer"
    measured many measure.precision=1 measure.max_time=20s measure.processes=1 measure.min_samples=1000 \
        "$one_layer"
    [ "$(column few samples | sum)" -lt 1000 ]
    [ "$(column many samples | sum)" -ge 1000 ]
}
# processes DIR: prints the number of processes that the samples come from.
processes() {
    tail -n +2 "$1/samples.csv" | cut -d, -f6 | awk '{ print int($1 / 1000) }' | sort -u | wc -l
}
measure_processes() {
    measured one measure.max_time=50ms measure.processes=1
    measured three measure.max_time=50ms measure.processes=3
    [ "$(processes one)" -eq 1 ]
    [ "$(processes three)" -ge 3 ]
}
measure_max_time() {
    measured short measure.precision=1e-6 measure.max_time=1us "$one_layer"
    measured long measure.precision=1e-6 measure.max_time=2s "$one_layer"
    [ "$(column long samples | sum)" -gt "$((2 * $(column short samples | sum)))" ]
}
measure_timeout() {
    export SEPBENCH_PLUGIN_PATH=$(plugins staller)
    local kernel=kernels=staller/loop_in_plan began=$SECONDS
    run ! measured soon measure.timeout=100ms "$kernel" "$one_layer"
    local soon=$((SECONDS - began))
    began=$SECONDS
    run ! measured late measure.timeout=6s "$kernel" "$one_layer"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled)
    [ "$(column soon status)" = timeout ]
    [ "$((SECONDS - began))" -gt "$soon" ]
}
measure_cache() {
    measured warm measure.cache=warm "$one_layer"
    measured cold measure.cache=cold "$one_layer"
    [ "$(column warm cache | sort -u)" = warm ]
    [ "$(column cold cache | sort -u)" = cold ]
    measured several 'measure.cache=[warm, cold-weights]' "$one_layer"
    [ "$(column several/warm cache | sort -u)" = warm ]
    [ "$(column several/cold-weights cache | sort -u)" = cold-weights ]
    [ ! -e several/run.db ]
    [ "$(grep '^Caches: ' several.out | xargs)" = "Caches: warm Caches: cold-weights" ]
    "$SEPBENCH" run a.yaml -o several --resume --quiet --set 'measure.cache=[warm, cold-weights]' \
        --set "$one_layer" > again.out
    "$SEPBENCH" run several/warm/run.json -o once --quiet > once.out
    [ "$(column once cache | sort -u)" = warm ]
}
# Another seed gives other data, and so other rounding errors.
measure_seed() {
    measured first measure.seed=1
    measured again measure.seed=1
    measured second measure.seed=2
    [ "$(column first max_error)" = "$(column again max_error)" ]
    [ "$(column first max_error)" != "$(column second max_error)" ]
}

# ----------------------------------------------------------------------------------- tuning

# tuned DIR SETTING: tunes into DIR.
tuned() {
    "$SEPBENCH" tune a.yaml -o "$1" --quiet --filter layer0 --set kernels=tiled/standard \
        --set tune.budget=4 --set "$2" > "$1.out" 2> "$1.err"
}
tune_strategy() {
    tuned random tune.strategy=random
    tuned genetic tune.strategy=genetic
    [ "$(tail -n +2 random/evaluations.csv | cut -d, -f6 | sort -u)" = random ]
    [ "$(tail -n +2 genetic/evaluations.csv | cut -d, -f6 | sort -u)" = genetic ]
}
tune_budget() {
    tuned budget3 tune.budget=3
    tuned budget6 tune.budget=6
    [ "$(wc -l < budget3/evaluations.csv)" -eq 4 ]
    [ "$(wc -l < budget6/evaluations.csv)" -eq 7 ]
}

tune_objective() {
    tuned packed tune.objective=packing
    "$SEPBENCH" tuning list --csv | grep -q '^tiled/standard{objective=packing},'
    mkdir none
    ! SEPBENCH_POWERCAP=$PWD/none tuned energy tune.objective=energy
    grep -q 'tune.objective: energy cannot be measured: this system has no energy counters' energy.err
}

tune_constraints() {
    tuned restricted 'tune.constraints=[rows * vectors <= 8]'
    "$SEPBENCH" tuning list --csv | grep -q '^tiled/standard{rows\*vectors<=8},'
}
tune_start() {
    tuned unstarted tune.start=
    tuned started 'tune.start={vectors: 1}'
    ! sed -n 3p unstarted/evaluations.csv | grep -q vectors=1
    sed -n 3p started/evaluations.csv | grep -q vectors=1
}
# After a search of another shape.
tune_hints() {
    "$SEPBENCH" tune a.yaml -o other --quiet --set kernels=tiled/standard --set tune.budget=4 \
        --set "layers=[{name: a, input: [3, 6, 6], kernel: 3, out_channels: 5, padding: 1, operations: standard}]"
    tuned hinted tune.hints=true
    tuned alone tune.hints=false
    # Parameters may be the same by chance, but the model predicts earlier.
    [ "$(cut -d, -f8,13 hinted/evaluations.csv)" != "$(cut -d, -f8,13 alone/evaluations.csv)" ]
}

# ------------------------------------------------------------------------------- the layers

# layer A B: checks that two layers differ.
layer() {
    differ "$1" "$2" list layers a.yaml --format csv --set "layers=[{%s}]"
}
plain='input: [4, 8, 8], kernel: 3, out_channels: 4'
layer_name() { layer "name: a, $plain" "name: b, $plain"; }
layer_input() { layer "name: a, $plain" 'name: a, input: [4, 8, 9], kernel: 3, out_channels: 4'; }
layer_channels() {
    layer 'name: a, channels: 4, size: 8, kernel: 3, out_channels: 4' \
        'name: a, channels: 5, size: 8, kernel: 3, out_channels: 4'
}
layer_size() {
    layer 'name: a, channels: 4, size: 8, kernel: 3, out_channels: 4' \
        'name: a, channels: 4, size: [8, 9], kernel: 3, out_channels: 4'
}
layer_batch() {
    layer 'name: a, channels: 4, size: 8, kernel: 3, out_channels: 4' \
        'name: a, channels: 4, size: 8, kernel: 3, out_channels: 4, batch: 2'
}
layer_out_channels() { layer "name: a, $plain" "name: a, ${plain%4}8"; }
layer_kernel() { layer "name: a, $plain" "name: a, ${plain/kernel: 3/kernel: [3, 1]}"; }
layer_stride() { layer "name: a, $plain" "name: a, $plain, stride: 2"; }
layer_dilation() { layer "name: a, $plain" "name: a, $plain, dilation: [1, 2]"; }
layer_padding() { layer "name: a, $plain" "name: a, $plain, padding: same"; }
layer_groups() { layer "name: a, $plain" "name: a, $plain, groups: 2"; }
layer_multiplier() { layer "name: a, $plain" "name: a, $plain, multiplier: 2"; }
layer_repeat() { layer "name: a, $plain" "name: a, $plain, repeat: 2"; }
layer_bias() { layer "name: a, $plain" "name: a, $plain, bias: true"; }
layer_activation() { layer "name: a, $plain" "name: a, $plain, activation: relu"; }
layer_residual() { layer "name: a, $plain" "name: a, $plain, residual: true"; }
layer_expand() {
    layer "name: a, $plain, expand: 8, operations: bottleneck" \
        "name: a, $plain, expand: 12, operations: bottleneck"
}
layer_operations() { layer "name: a, $plain" "name: a, $plain, operations: separable"; }

@test "keys: each at the top and in its sections" {
    all top $(table_keys "All keys")
}

@test "keys: each of a layer" {
    all layer $(table_keys Layers)
}

@test "keys: sweep, include and prefix" {
    layer "sweep: {stride: [1, 2]}, $plain" "sweep: {stride: [1, 3]}, $plain"
    cp a.yaml b.yaml
    layer "include: b.yaml" "name: a, $plain"
    layer "include: b.yaml" "include: b.yaml, prefix: x_"
    section Sweeps | grep -q '  - sweep:'
    section Includes | grep -q 'include: .*prefix: '
}

@test "keys: kernel, as and params" {
    differ naive tiled run a.yaml --dry-run --set 'kernels=[{kernel: %s/standard}]'
    differ one two run a.yaml --dry-run --set 'kernels=[{kernel: naive/standard, as: %s}]'
    measured nchw 'kernels=[{kernel: naive/standard, params: {layout: nchw}}]'
    measured nhwc 'kernels=[{kernel: naive/standard, params: {layout: nhwc}}]'
    [ "$(column nchw params | sort -u)" != "$(column nhwc params | sort -u)" ]
    section Kernels | grep -q 'kernel: .*as: .*params: '
}
