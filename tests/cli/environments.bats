# SPDX-License-Identifier: Apache-2.0
# Environments that occur in practice: OpenMP variables, and sandboxes that forbid what measuring
# needs.
load common

deny=$BUILDDIR/tests/shims/deny

# refused ERRNO SYSCALL... -- COMMAND...: runs a command for which these system calls fail.
refused() {
    "$deny" EPERM personality -- true || skip "this system allows no filter of system calls"
    run timeout -k 1 60 "$deny" "$@"
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
