# SPDX-License-Identifier: Apache-2.0
# Peers with a missing or faulty library, or limited to fewer instructions than the processor has.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    config 1 '["*"]' 'timeout: 60s' > a.yaml
}

# needs PLUGIN...: skips the test if one of the plugins was not built.
needs() {
    local name
    for name; do
        [ -e "$BUILDDIR/plugins/.libs/$name.so" ] || skip "no $name"
    done
}

# fake C: compiles the C text into a library that the loader finds in place of OpenBLAS.
fake() {
    mkdir -p fake
    printf '#include <stdlib.h>\n%s\n' "$1" > fake/fake.c
    ${CC:-cc} -shared -fPIC -o fake/libopenblas.so.0 fake/fake.c
    cp fake/libopenblas.so.0 fake/libopenblas.so
}

# Prints a cblas_sgemm with this body, for row-major matrices without transposition, as the peer calls
# it.
sgemm() {
    fake "void cblas_sgemm(int o, int ta, int tb, int m, int n, int k, float alpha, const float *a,
                           int lda, const float *b, int ldb, float beta, float *c, int ldc)
          { $1 }"
}
product='for (int i = 0; i < m; i++) for (int j = 0; j < n; j++) {
             float sum = 0;
             for (int p = 0; p < k; p++) sum += a[i * lda + p] * b[p * ldb + j];
             c[i * ldc + j] = sum; }'

# verdicts PLUGIN: prints the status and the detail of its rows.
verdicts() {
    awk -F, -v plugin="$1" '$20 == plugin { print $27 ": " $28 }' out/results.csv | tr -d '"'
}

# run_openblas STATUS: runs OpenBLAS together with a kernel of ours, which must not be affected.
run_openblas() {
    export SEPBENCH_PLUGIN_PATH=$(plugins naive openblas)
    LD_LIBRARY_PATH=$PWD/fake run "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq "$1" ]
    [ "$(verdicts naive | cut -d: -f1 | sort -u)" = ok ]
}

@test "peers: a library that cannot be loaded leaves its kernels unsupported" {
    needs openblas
    mkdir fake
    echo nonsense > fake/libopenblas.so.0
    echo nonsense > fake/libopenblas.so
    run_openblas 0
    [[ $(verdicts openblas) == "unsupported: the library cannot be loaded: "*libopenblas* ]]
}

@test "peers: a library without a function that is needed leaves its kernels unsupported" {
    needs openblas
    fake 'int cblas_of_long_ago(void) { return 0; }'
    run_openblas 0
    [[ $(verdicts openblas) == "unsupported: the library has no cblas_sgemm"* ]]
}

@test "peers: a library that works is used, whatever its cores are called" {
    needs openblas
    sgemm "$product"
    run_openblas 0
    [ "$(grep -c ',openblas,.*,ok,"im2col, sgemm ' out/results.csv)" -eq 2 ]
}

@test "peers: a library that computes wrongly has the verdict wrong" {
    needs openblas
    sgemm "$product c[0] += 1;"
    run_openblas 1
    [[ $(verdicts openblas) == "wrong: integer data: output"* ]]
}

@test "peers: a library that ends its process costs its kernels the verdict crashed" {
    needs openblas
    sgemm 'abort();'
    run_openblas 1
    [[ $(verdicts openblas) == "crashed: killed by SIGABRT"* ]]
}

# Names of implementations that need more than AVX2.
wider='avx512|avx10|skx|SkylakeX|Cooperlake|target (clx|cpx|spr)'

@test "peers: SEPBENCH_ISA keeps kernels of ours and of others to fewer instructions" {
    needs direct
    local name names=()
    for name in direct fused winograd onednn xnnpack libxsmm openblas blis; do
        [ ! -e "$BUILDDIR/plugins/.libs/$name.so" ] || names+=("$name")
    done
    export SEPBENCH_PLUGIN_PATH=$(plugins "${names[@]}")
    for isa in avx2 sse2 generic; do
        SEPBENCH_ISA=$isa run "$SEPBENCH" run a.yaml -o "$isa"
        [ "$status" -eq 0 ]
        grep -q ',direct,.*,ok,' "$isa/results.csv"
        [ -z "$(grep -E ",ok,.*($wider)" "$isa/results.csv")" ]
    done
    [ -z "$(grep -E ',ok,.*(avx2|haswell|zen3|Zen|Haswell)' generic/results.csv)" ]
}

@test "peers: no product of BLIS reads past the output" {
    needs blis
    [ "$(uname -m)" = x86_64 ] || skip "the core types that do are for x86-64"
    SEPBENCH_ISA=avx2 "$SEPBENCH" check --one blis/standard --layer saved_2x2 --threads 1 \
        --params 'layout=nchw;pixels=128' "$BUILDDIR/plugins/.libs/blis.so"
}

@test "peers: oneDNN runs no reference code where it has other code in another way" {
    needs onednn
    cat > one.yaml <<'EOF'
layers:
  - {name: one_channel, input: [1, 28, 28], kernel: 3, padding: 1, out_channels: 32, operations: standard}
  - {name: two_outputs, input: [3, 11, 9], kernel: 5, stride: 2, out_channels: 2, operations: standard}
  - {name: block, input: [24, 14, 14], expand: 72, kernel: 3, padding: 1, out_channels: 24,
     bias: true, activation: [relu6, relu6, none], residual: true, operations: [bottleneck]}
kernels: ["onednn/standard", "onednn/bottleneck"]
measure: {max_time: 10ms, min_samples: 3}
EOF
    export SEPBENCH_PLUGIN_PATH=$(plugins onednn)
    for isa in avx512 avx2 sse2; do
        SEPBENCH_ISA=$isa run "$SEPBENCH" run one.yaml -o "$isa"
        [ "$status" -eq 0 ]
        [ "$(grep -c ',onednn,.*,ok,' "$isa/results.csv")" -ge 3 ]
        [ -z "$(grep -E ',ok,.*ref' "$isa/results.csv")" ]
    done
}
