# SPDX-License-Identifier: Apache-2.0
# The peer whose library the user names. Stand-ins for it are compiled here; the last tests need
# the real one: SEPBENCH_ONNXRUNTIME=/path/to/libonnxruntime.so make check TESTS=...

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    real=${SEPBENCH_ONNXRUNTIME-}
    unset SEPBENCH_ONNXRUNTIME
    config 1 '["*"]' 'timeout: 60s' > a.yaml
    export SEPBENCH_PLUGIN_PATH=$(plugins naive onnxruntime)
}

# needs_real: skips the test without the real library.
needs_real() {
    [ -n "$real" ] || skip "SEPBENCH_ONNXRUNTIME names no library"
    export SEPBENCH_ONNXRUNTIME=$real
}

# lacks_one: skips the test where the system has the library.
lacks_one() {
    "$SEPBENCH" list plugins --format csv | grep -q 'ONNX Runtime was not found' || skip "the system has ONNX Runtime"
}

# verdicts: prints the verdict and the detail of the peer's rows.
verdicts() {
    awk -F, '$20 == "onnxruntime" { print $27 ": " $28 }' out/results.csv | tr -d '"' | sort -u
}

# fake C: compiles a library that offers only what this C text says, and has it used.
fake() {
    printf '#include <stddef.h>\n#include <stdint.h>\n%s\n' "$1" > fake.c
    ${CC:-cc} -shared -fPIC -o fake.so fake.c
    export SEPBENCH_ONNXRUNTIME=$PWD/fake.so
}
base='struct base { const void *(*api)(uint32_t); const char *(*version)(void); };
      static const char *version(void) { return "1.2.3"; }
      static const struct base base = { api, version };
      const struct base *OrtGetApiBase(void) { return &base; }'

@test "onnxruntime: without the library there are no rows of it, and nothing fails" {
    lacks_one
    run --separate-stderr "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 0 ]
    [ -z "$(verdicts)" ]
    [[ $stderr != *onnx* ]]
    grep -q ',naive,.*,ok,' out/results.csv
}

@test "onnxruntime: list says why it is left out, and so does a configuration that names it" {
    lacks_one
    "$SEPBENCH" list plugins --format csv | grep -q '^onnxruntime,.*,0,.*left out: ONNX Runtime was not found'
    [ -z "$("$SEPBENCH" list kernels --format csv | grep onnxruntime)" ]
    run "$SEPBENCH" run a.yaml -o out --set 'kernels=[onnxruntime/*]'
    [ "$status" -eq 2 ]
    [[ $output == *"no kernel matches 'onnxruntime/*': ONNX Runtime was not found; SEPBENCH_ONNXRUNTIME names its library"* ]]
}

@test "onnxruntime: check says that there is nothing to check" {
    lacks_one
    run "$SEPBENCH" check "$SEPBENCH_PLUGIN_PATH/onnxruntime.so"
    [ "$status" -eq 0 ]
    [[ $output == *"ONNX Runtime was not found"* ]]
}

@test "onnxruntime: a file that is no library leaves the kernels unsupported, with the reason" {
    echo nonsense > nonsense.so
    SEPBENCH_ONNXRUNTIME=$PWD/nonsense.so run "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 0 ]
    [[ $(verdicts) == "unsupported: the library cannot be loaded: "*nonsense.so* ]]
}

@test "onnxruntime: another library leaves the kernels unsupported" {
    fake 'int something(void) { return 0; }'
    run "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 0 ]
    [ "$(verdicts)" = "unsupported: the library has no OrtGetApiBase" ]
}

@test "onnxruntime: a version that is too old leaves the kernels unsupported" {
    fake "static const void *api(uint32_t version) { (void)version; return NULL; } $base"
    run "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 0 ]
    [ "$(verdicts)" = "unsupported: ONNX Runtime 1.2.3 is too old; 1.8 or newer is needed" ]
}

@test "onnxruntime: what the library says of an error is the verdict's detail" {
    fake "static void *fail(void) { return (void *)1; }
          static void leave(void *status) { (void)status; }
          static const char *message(const void *status) { (void)status; return \"no luck today\\nand more\"; }
          static const void *table[256];
          static const void *api(uint32_t version) {
              (void)version;
              for (int i = 0; i < 256; i++) table[i] = (const void *)fail;
              for (int i = 92; i < 101; i++) table[i] = (const void *)leave;
              table[122] = (const void *)leave;
              table[2] = (const void *)message;
              return table;
          } $base"
    run "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 1 ]
    [ "$(verdicts)" = "error: ONNX Runtime could not start threads: no luck today" ]
}

@test "onnxruntime: SEPBENCH_ISA leaves the kernels unsupported" {
    fake "static const void *api(uint32_t version) { (void)version; return NULL; } $base"
    SEPBENCH_ISA=generic run "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 0 ]
    [ "$(verdicts)" = "unsupported: ONNX Runtime cannot be kept to an instruction set" ]
}

@test "onnxruntime: the real library computes what the reference does" {
    needs_real
    run "$SEPBENCH" check "$SEPBENCH_PLUGIN_PATH/onnxruntime.so"
    [ "$status" -eq 0 ]
    [[ $output == *onnxruntime/bottleneck*ok* ]]
}

@test "onnxruntime: the real library's version is in run.json" {
    needs_real
    run "$SEPBENCH" run a.yaml -o out
    [ "$status" -eq 0 ]
    [[ $(verdicts) == ok:* ]]
    grep -q '"ONNX Runtime [0-9]*\.[0-9]' out/run.json
}
