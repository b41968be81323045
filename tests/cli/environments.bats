# SPDX-License-Identifier: Apache-2.0
# Environments that occur in practice: OpenMP variables, and sandboxes that forbid what measuring
# needs.
load common

deny=$BUILDDIR/tests/shims/deny

# refused ERRNO SYSCALL... -- COMMAND...: runs a command for which these system calls fail.
refused() {
    "$deny" EPERM personality -- true || skip "this system allows no filter of system calls"
    run timeout -k 1 180 "$deny" "$@"
}

@test "workers' variables of OpenMP and BLAS are made, not inherited" {
    config 1 '["teller/*"]' 'seed: 1' > "$BATS_TEST_TMPDIR/a.yaml"
    OMP_THREAD_LIMIT=1 OMP_DISPLAY_ENV=verbose OMP_NUM_THREADS=7 KMP_AFFINITY=scatter MKL_NUM_THREADS=9 \
        OPENBLAS_CORETYPE=Prescott GOMP_SPINCOUNT=0 BLIS_JC_NT=3 \
        run --separate-stderr "$SEPBENCH" run "$BATS_TEST_TMPDIR/a.yaml" --quiet --set threads=1 --plugin-dir "$(plugins teller)" \
        -o "$BATS_TEST_TMPDIR/run"
    [ "$status" -eq 0 ]
    [[ $stderr != *"OPENMP DISPLAY ENVIRONMENT"* ]]
    reason=$(grep teller "$BATS_TEST_TMPDIR/run/results.csv")
    [[ $reason == *"OMP_NUM_THREADS=1 "* ]]
    [[ $reason == *"OMP_DYNAMIC=false"* ]]
    [[ $reason != *LIMIT* && $reason != *KMP_* && $reason != *CORETYPE* && $reason != *SPIN* && $reason != *JC_NT* ]]
    [[ $reason == *"MKL_NUM_THREADS=1"* ]]
}

# detail KERNEL: the detail of its rows, once each.
detail() {
    awk -F, -v kernel="${1#*/}" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["kernel"] == kernel { gsub("\"", "", $at["detail"]); print $at["status"] ": " $at["detail"] }' \
        "$BATS_TEST_TMPDIR/run/results.csv" | sort -u
}

# limited KERNELS: a run with two threads, as a user whose variables limit them would start it.
limited() {
    rm -rf "$BATS_TEST_TMPDIR/run"
    config 2 "$1" 'seed: 1, processes: 1' | sed 's/5, 5\]/40, 40]/' > "$BATS_TEST_TMPDIR/a.yaml"
    OMP_THREAD_LIMIT=1 OMP_NUM_THREADS=1 OMP_DYNAMIC=true OMP_MAX_ACTIVE_LEVELS=0 \
        run --separate-stderr "$SEPBENCH" run "$BATS_TEST_TMPDIR/a.yaml" --quiet --set threads=2 --set 'operations=[standard]' \
        --set measure.min_samples=5 --set 'report.formats=[]' --plugin-dir "$(plugins weaver openmp)" -o "$BATS_TEST_TMPDIR/run"
    [ "$status" -eq 0 ]
}

@test "as many threads compute as a row says, whatever the user's variables; fewer are told" {
    [ "$(nproc)" -ge 2 ] || skip "one processor"
    [ -r /proc/self/schedstat ] || skip "the kernel does not account for threads"
    limited '[weaver/together, "openmp/*"]'
    [ "$(detail weaver/together)" = "ok: " ]
    [ "$(grep -c ',openmp,.*,ok,' "$BATS_TEST_TMPDIR/run/results.csv")" -ge 2 ]
    ! grep 'computed on .* threads' "$BATS_TEST_TMPDIR/run/results.csv"
    [[ $stderr != *"computed on fewer"* ]]
    limited '[weaver/alone]'
    [ "$(detail weaver/alone)" = "ok: computed on 1 of 2 threads" ]
    [[ $stderr == *"2 results of kernels that use all threads computed on fewer than the rows say: first weaver/alone on layer0, on 1 of 2"* ]]
    [[ $output == *"computed on"*"fewer than the rows say"* ]]
}

@test "a time from few samples that differ is marked, beside the number and after the run" {
    config 1 '[weaver/unsteady]' 'seed: 1, processes: 1' > "$BATS_TEST_TMPDIR/a.yaml"
    run --separate-stderr "$SEPBENCH" run "$BATS_TEST_TMPDIR/a.yaml" --quiet --set threads=1 --set 'operations=[standard]' \
        --set 'report.formats=[]' --plugin-dir "$(plugins weaver)" -o "$BATS_TEST_TMPDIR/run"
    [ "$status" -eq 0 ]
    [[ $stderr == *"1 of 1 times are not determined: their intervals are wider than a factor of 1.5"* ]]
    [[ $output == *"best kernel per layer"*"ms ["*"], not determined"* ]]
    [[ $output == *"layer0 "*"weaver/unsteady"* ]]
    grep -E '^layer0 .*[0-9]\?' <<< "$output"
}

# busy COMMAND: computes on the first processor that this process may use, until it is killed.
busy() {
    local first
    first=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*\([0-9]*\).*/\1/p' /proc/self/status)
    taskset -c "$first" "$@" > /dev/null 2>&1 3>&- &
    company=$!
}

teardown() {
    [ -z "${company-}" ] || kill "$company" 2> /dev/null || true
}

@test "two runs at once on the same cores: said at the start, and beside the numbers" {
    command -v taskset > /dev/null || skip "no taskset"
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    config 3 '["naive/*"]' 'seed: 1, processes: 1' > a.yaml
    # A run that takes long: its workers compute on the same core.
    sed 's/measure: .*/measure: {min_samples: 1000, max_time: 100s}/; s/5, 5\]/64, 64]/' a.yaml > long.yaml
    "$SEPBENCH" run long.yaml --quiet --set threads=1 --set 'report.formats=[]' -o other > /dev/null 2>&1 3>&- &
    company=$!
    for _ in $(seq 200); do
        [ -e other/run.db ] && pgrep -P "$company" -f '^sepbench worker ' > /dev/null && break
        sleep 0.05
    done
    run --separate-stderr "$SEPBENCH" run a.yaml --set threads=1 --set 'report.formats=[]' -o run
    kill -INT "$company"
    [ "$status" -eq 0 ]
    [[ $stderr == *"another sepbench is measuring on the same cores: sepbench"*" (process "* ]]
    [[ $output == *"Caveats"*"another sepbench"* ]]
    [[ $stderr == *"computed on the same cores during "*" of a layer, most recently "*" (process "*";"* ]]
    grep -q 'another sepbench computed on the same cores' run/results.csv
}

@test "other processes on the same cores are named, whatever their names" {
    command -v taskset > /dev/null || skip "no taskset"
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    config 1 '["naive/*"]' 'seed: 1, processes: 1' > a.yaml
    busy bash -c "exec -a $'bad\e[31m) R 1 <b>' bash -c 'while :; do :; done'"
    sleep 0.3
    run --separate-stderr "$SEPBENCH" run a.yaml --quiet --set threads=1 --set 'report.formats=[]' -o run
    [ "$status" -eq 0 ]
    [[ $stderr == *"compute on the cores that are measured: "* || $stderr == *"another sepbench"* ]]
    [[ $stderr != *$'\e'* && $output != *$'\e'* ]]
    grep -q 'computed on the same cores' run/results.csv
}

@test "where threads may not be pinned, kernels run, and it is told" {
    refused EPERM sched_setaffinity -- "$SEPBENCH" run "$SRCDIR/configs/worked_example.yaml" --quiet --set 'kernels=[naive, openmp]' \
        --set measure.max_time=10ms --set threads=max --set 'report.formats=[]' -o "$BATS_TEST_TMPDIR/run"
    [ "$status" -eq 0 ]
    [[ $output == *"may not be pinned"* ]]
    [ "$(grep -c ',ok,' "$BATS_TEST_TMPDIR/run/results.csv")" -ge 6 ]
    grep -q '"pinning": false' "$BATS_TEST_TMPDIR/run/run.json"
}

@test "where the affinity mask cannot be seen, nothing hangs" {
    refused ENOSYS sched_getaffinity -- "$SEPBENCH" run "$SRCDIR/configs/worked_example.yaml" --quiet --set 'kernels=[naive, openmp]' \
        --set measure.max_time=10ms --set threads=1 --set 'report.formats=[]' -o "$BATS_TEST_TMPDIR/run"
    [ "$status" -eq 0 ]
    [[ $output == *"where this process may run"* ]]
    grep -q '"affinity": false' "$BATS_TEST_TMPDIR/run/run.json"
}

# A worker is bound to one processor, where hwloc needs /sys.
@test "without /sys, workers go on without hwloc" {
    mkdir "$BATS_TEST_TMPDIR/empty"
    HWLOC_FSROOT=$BATS_TEST_TMPDIR/empty run "$SEPBENCH" run "$SRCDIR/configs/worked_example.yaml" --quiet \
        --set 'kernels=[naive, direct]' --set measure.max_time=10ms --set threads=1 --set 'report.formats=[]' \
        -o "$BATS_TEST_TMPDIR/run"
    [ "$status" -eq 0 ]
    [ "$(grep -c ',ok,' "$BATS_TEST_TMPDIR/run/results.csv")" -ge 4 ]
    ! grep -q "hwloc" "$BATS_TEST_TMPDIR/run/results.csv"
}

@test "where address layouts cannot be fixed, it is told with its price" {
    refused EPERM personality -- "$SEPBENCH" machine
    [ "$status" -eq 0 ]
    [[ $output == *"fixed layout refused"* ]]
    [[ $output == *"by up to 5 %"* ]]
}

# swept: checks that the run in `run` is complete, can be read, and can be resumed.
swept() {
    [ "$(grep -c ',ok,' run/results.csv)" -ge 2 ]
    "$@" "$SEPBENCH" report run -o again > /dev/null
    cmp run/results.csv again/results.csv
    "$@" "$SEPBENCH" run tiny.yaml --quiet --resume -o run > /dev/null
}

@test "file systems without locks, or without shared memory maps, hold runs and tuned parameters" {
    "$deny" EPERM personality -- true || skip "this system allows no filter of system calls"
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive) XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    config 1 '["naive/*"]' 'seed: 1' > tiny.yaml
    for error in ENOLCK ENOSYS EPERM; do
        rm -rf run again cache
        "$deny" $error locks flock -- "$SEPBENCH" run tiny.yaml --quiet -o run > /dev/null
        swept "$deny" $error locks flock --
        run "$deny" $error locks flock -- "$SEPBENCH" tuning list
        [[ $output != *locked* && $output != *"in use"* ]]
    done
    rm -rf run again
    LD_PRELOAD=$BUILDDIR/tests/shims/.libs/noshm.so "$SEPBENCH" run tiny.yaml --quiet -o run > /dev/null
    LD_PRELOAD=$BUILDDIR/tests/shims/.libs/noshm.so swept
}

# standing FENCE: prints whether run.json and `machine` say that the fence is there.
standing() {
    sed -n '/"fences": {/,/}/p' "$BATS_TEST_TMPDIR/run/run.json" | sed -n "s/^ *\"$1\": \\([a-z]*\\).*/\\1/p"
    sed -n "s/^  $1  *\\(MISSING\\)\\{0,1\\}.*/\\1/p" <<< "$output"
}

# restricted KERNEL SYSCALL...: a run with this kernel, and `machine`, without these.
restricted() {
    rm -rf "$BATS_TEST_TMPDIR/run"
    config 1 "[$1]" 'timeout: 20s' > "$BATS_TEST_TMPDIR/a.yaml"
    shift
    refused EPERM "$@" -- "$SEPBENCH" run "$BATS_TEST_TMPDIR/a.yaml" --quiet --plugin-dir "$(plugins vandal)" \
        --set 'report.formats=[]' -o "$BATS_TEST_TMPDIR/run"
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    refused EPERM "$@" -- "$SEPBENCH" machine
    [ "$status" -eq 0 ]
}

@test "without PID namespaces orphans are adopted; without that, too, it is told" {
    restricted vandal/daemon_by_the_book unshare
    [ "$(standing processes)" = $'false\nMISSING' ]
    [ "$(standing orphans)" = "true" ]
    [ -z "$(strays sepbench-vandal)" ]
    restricted vandal/good unshare subreaper
    [ "$(standing orphans)" = $'false\nMISSING' ]
    [[ $output == *"MISSING, would keep them from leaving processes behind"* ]]
}

# drawn_by SCRIPT: a run whose gnuplot is this shell script.
drawn_by() {
    cd "$BATS_TEST_TMPDIR"
    rm -rf bin run
    mkdir bin
    printf '#!/bin/sh\n%s\n' "$1" > bin/gnuplot
    chmod +x bin/gnuplot
    config 1 '["naive/*"]' 'seed: 1, processes: 1' | sed 's/\[svg\]/[svg, pdf, png]/' > a.yaml
    PATH=$PWD/bin:$PATH SEPBENCH_PLUGIN_PATH=$(plugins naive) \
        run --separate-stderr "$SEPBENCH" run a.yaml --quiet --set threads=1 -o run
    [ "$status" -eq 0 ]
    [[ $output == *"Layers by cost"* ]]
    [ -s run/results.csv ]
    [ -n "$(ls run/figures/*.gp)" ]
}

@test "a gnuplot that is broken, crashes or cannot draw a format costs figures alone" {
    drawn_by 'echo "gnuplot: error while loading shared libraries: libcaca.so.0" >&2; exit 127'
    [[ $stderr == *"libcaca.so.0"* ]]
    drawn_by 'kill -SEGV $$'
    [[ $stderr == *"gnuplot fails"* ]]
    command -v gnuplot > /dev/null || skip "no gnuplot"
    # Every format but one fails.
    drawn_by "out=\$($(command -v gnuplot) \"\$@\" 2>&1); status=\$?; echo \"\$out\" | sed 's/pdfcairo//; s/pngcairo//' >&2; exit \$status"
    [[ $stderr == *"pdf"* ]]
    [ -n "$(ls run/figures/*.svg)" ]
    [ -z "$(ls run/figures/*.pdf 2> /dev/null)" ]
}
