# SPDX-License-Identifier: Apache-2.0
# Values that a kernel of ours chooses itself where a rule on the shape decides.

load common

# defaults LAYER [PARAMS [KERNEL]]: prints the row of the kernel (direct/standard) without tuning.
defaults() {
    local kernel=${3:-direct/standard}
    { echo "layers: [{name: only, operations: ${kernel#*/}, $1}]"
      echo "kernels: [{kernel: $kernel, params: {${2:-}}}]"
      echo "tuned: never"
      echo "measure: {min_samples: 3, max_time: 1us, processes: 1}"
      echo "report: {formats: []}"; } > layer.yaml
    rm -rf out
    "$SEPBENCH" run layer.yaml -o out --quiet > /dev/null 2> err || { cat err; return 1; }
    tail -n 1 out/results.csv
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    SEPBENCH_PLUGIN_PATH=$(plugins direct fused)
    export SEPBENCH_PLUGIN_PATH
}

@test "defaults: NHWC where filters do not overlap, blocks of channels where they do" {
    for layer in 'kernel: 1, stride: 2' 'kernel: 2, stride: 2' 'kernel: 3, stride: 4'; do
        run defaults "input: [32, 9, 9], out_channels: 24, $layer"
        [ "$status" -eq 0 ]
        [[ $output == *layout=nhwc* ]]
    done
    for layer in 'kernel: 1' 'kernel: 3, stride: 2' 'kernel: 2, stride: 2, groups: 2'; do
        run defaults "input: [32, 9, 9], out_channels: 32, $layer"
        [ "$status" -eq 0 ]
        [[ $output == *layout=nchw16c* ]]
    done
}

@test "defaults: short rows of outputs are computed as one, from copies or where patches are rows" {
    for layer in 'input: [64, 7, 7], kernel: 5, stride: 2' 'input: [3, 40, 4, 1], kernel: 3, stride: 2, padding: 1' \
        'input: [64, 4, 4], kernel: 1, stride: 2' 'input: [2, 17, 3, 7], kernel: [2, 3], dilation: [1, 3]'; do
        run defaults "$layer, out_channels: 48"
        [ "$status" -eq 0 ]
        [[ $output == *"nhwc patches, "* && $output == *,ok,* ]]
    done
    run defaults 'input: [64, 7, 7], kernel: [2, 7], stride: [2, 1], out_channels: 33'
    [[ $output == *"nhwc rows, "* && $output == *,ok,* ]]
    # Long rows; most taps on padding; little work for each copy.
    for layer in 'input: [64, 7, 7], kernel: 3, stride: 2' 'input: [64, 2, 2], kernel: 5, padding: 2' \
        'input: [3, 4, 4], kernel: 3'; do
        run defaults "$layer, out_channels: 48"
        [ "$status" -eq 0 ]
        [[ $output != *patches* ]]
    done
}

@test "defaults: NHWC for images of one pixel" {
    for images in 1 8; do
        run defaults "input: [$images, 64, 1, 1], out_channels: 100, kernel: 1"
        [ "$status" -eq 0 ]
        [[ $output == *layout=nhwc* ]]
    done
}

@test "defaults: NHWC for one output of a whole image; taps that only read padding are left out" {
    for layer in 'input: [64, 7, 7], kernel: 7' 'input: [48, 4, 4], kernel: 7, stride: 4, padding: 3' \
        'input: [160, 1, 1], kernel: 5, stride: 2, dilation: 3, padding: 6' 'input: [17, 1, 1], kernel: 3, padding: 1'; do
        run defaults "$layer, out_channels: 48"
        [ "$status" -eq 0 ]
        [[ $output == *layout=nhwc* && $output == *,ok,* ]]
    done
    # All of the filter's rows but one are outside, and some of its columns.
    for layer in 'input: [2, 16, 1, 9], out_channels: 16, kernel: [5, 3], padding: [2, 1]' \
        'input: [16, 1, 2], out_channels: 24, kernel: [3, 7], padding: [1, 3], bias: true' \
        'input: [1, 2, 3], out_channels: 5, kernel: [9, 4], padding: [4, 4, 3, 1], stride: [3, 2]'; do
        for kernel in direct/standard direct/separable fused/separable; do
            run defaults "$layer" '' "$kernel"
            [ "$status" -eq 0 ]
            [[ $output == *,ok,* || $output == *"vectors of pixels"* ]]
        done
    done
}

@test "defaults: the pixels of several tiny images are one row in each pointwise step" {
    for kernel in direct/separable direct/bottleneck; do
        for layer in 'input: [6, 33, 1, 1], kernel: 3, padding: 1, out_channels: 40' \
            'input: [4, 48, 2, 1], kernel: [3, 1], padding: [1, 0], out_channels: 48, residual: true'; do
            [ "$kernel" = direct/bottleneck ] && layer="$layer, expand: 96"
            run defaults "$layer" '' "$kernel"
            [ "$status" -eq 0 ]
            [[ $output == *layout=nhwc* && $output == *,ok,* ]]
            run defaults "$layer" '' "fused/${kernel#*/}"
            [[ $output == *unsupported*"small images are faster together"* ]]
        done
    done
    run defaults 'input: [1, 48, 2, 1], kernel: [3, 1], padding: [1, 0], out_channels: 48' '' direct/separable
    [[ $output == *layout=nchw16c* ]]
}

@test "defaults: vectors of pixels where the outputs fill only a part of a vector" {
    for layer in 'kernel: 1' 'kernel: 3, padding: 1' 'kernel: [1, 5]'; do
        run defaults "input: [16, 32, 32], out_channels: 1, $layer"
        [ "$status" -eq 0 ]
        [[ $output == *layout=nchw\;* ]]
    done
    run defaults 'input: [16, 500, 1], out_channels: 1, kernel: [3, 1]'
    [[ $output == *layout=nchw\;* ]]
    run defaults 'input: [16, 32, 32], out_channels: 32, kernel: 3, padding: 1'
    [[ $output == *layout=nchw16c* ]]
    run defaults 'input: [8, 16, 1, 2], out_channels: 1, kernel: 1'
    [[ $output != *layout=nchw\;* ]]
}

@test "defaults: wide strides of a depthwise filter are computed in pieces" {
    run defaults 'input: [32, 32, 32], out_channels: 32, kernel: 4, stride: 4, groups: 32'
    [ "$status" -eq 0 ]
    [[ $output == *dw_f32_1x4s0_* ]]
    run defaults 'input: [32, 16, 16], out_channels: 32, kernel: 3, stride: 3, padding: 1, groups: 32'
    [[ $output == *dw_f32_1x3s0_* ]]
}

@test "defaults: depthwise rows of few outputs that share no input are computed in several vectors" {
    run defaults 'input: [32, 16, 16], out_channels: 32, kernel: 4, stride: 4, groups: 32'
    [ "$status" -eq 0 ]
    [[ $output == *dw_f32_few_1x4__* ]]
    run defaults 'input: [32, 16, 16], out_channels: 32, kernel: 4, groups: 32'
    [[ $output != *dw_f32_few_* ]]
}

@test "defaults: with AVX2, high depthwise tiles in both layouts" {
    grep -qw avx2 /proc/cpuinfo || skip "the processor has no AVX2"
    export SEPBENCH_ISA=avx2
    run defaults 'input: [32, 28, 28], out_channels: 32, kernel: 3, padding: 1, groups: 32' 'layout: nhwc'
    [ "$status" -eq 0 ]
    [[ $output == *dw_f32_3x3s1_7x2_* ]]
    run defaults 'input: [32, 14, 14], out_channels: 32, kernel: 3, stride: 2, padding: 1, groups: 32'
    [ "$status" -eq 0 ]
    [[ $output == *dw_f32_3x3s2_7x2_* ]]
}

@test "defaults: with AVX-512, blocks of 8 channels are dense vectors of 8 lanes with 32 registers" {
    grep -qw avx512vl /proc/cpuinfo || skip "the processor has no AVX-512"
    unset SEPBENCH_ISA
    run defaults 'input: [16, 9, 9], out_channels: 24, kernel: 3, padding: 1' 'layout: nchw8c'
    [ "$status" -eq 0 ]
    [[ $output == *gemm_f32_9x24_strided__avx512vl* ]]
    run defaults 'input: [32, 9, 28], out_channels: 32, kernel: 3, padding: 1, groups: 4' 'layout: nchw8c'
    [ "$status" -eq 0 ]
    [[ $output == *gemm_f32_28x8_strided__avx512vl* ]]
    export SEPBENCH_ISA=avx2
    run defaults 'input: [32, 9, 28], out_channels: 32, kernel: 3, padding: 1, groups: 4' 'layout: nchw8c'
    [ "$status" -eq 0 ]
    [[ $output == *__avx2* ]]
    run defaults 'input: [16, 9, 9], out_channels: 24, kernel: 3, padding: 1'
    [ "$status" -eq 0 ]
    [[ $output == *layout=nchw16c* ]]
}

@test "defaults: blocks of 16 channels for few outputs of short rows, where vectors are started more often" {
    for kernel in direct/separable fused/separable; do
        for size in 1 3 7; do
            run defaults "input: [64, $size, $size], out_channels: 20, kernel: 3, padding: 1" '' "$kernel"
            [ "$status" -eq 0 ]
            [[ $output == *layout=nchw16c* ]]
        done
    done
}

@test "defaults: few channels are computed in the layout with the fewest empty lanes" {
    grep -qw avx2 /proc/cpuinfo || skip "the processor has no AVX2"
    export SEPBENCH_ISA=avx2
    run defaults 'input: [3, 64, 64], out_channels: 11, kernel: 3, stride: 2' # no masks to store 11 with
    [ "$status" -eq 0 ]
    [[ $output == *layout=nchw8c* ]]
    run defaults 'input: [3, 64, 64], out_channels: 40, kernel: 3, stride: 2'
    [ "$status" -eq 0 ]
    [[ $output == *layout=nhwc* ]]
    run defaults 'input: [1, 64, 64], out_channels: 11, kernel: 3, stride: 2'
    [ "$status" -eq 0 ]
    [[ $output == *layout=planar* ]]
    run defaults 'input: [3, 64, 64], out_channels: 96, kernel: 1'
    [ "$status" -eq 0 ]
    [[ $output == *layout=nchw16c* ]]
    run defaults 'input: [2, 56, 56], out_channels: 2, kernel: 3, padding: 1, groups: 2'
    [ "$status" -eq 0 ]
    [[ $output == *layout=nchw\;* ]]
    run defaults 'input: [8, 56, 56], out_channels: 8, kernel: 3, padding: 1, groups: 8'
    [ "$status" -eq 0 ]
    [[ $output == *layout=nchw8c* ]]
}

@test "defaults: few depthwise channels are computed in vectors of pixels, alone and before a dense step" {
    grep -qw avx2 /proc/cpuinfo || skip "the processor has no AVX2"
    export SEPBENCH_ISA=avx2
    for layer in 'input: [2, 28, 28], out_channels: 2, kernel: 9, padding: 4, groups: 2' \
        'input: [3, 28, 28], out_channels: 12, kernel: 5, dilation: 3, groups: 3'; do
        run defaults "$layer"
        [ "$status" -eq 0 ]
        [[ $output == *layout=nchw\;* ]]
    done
    run defaults 'input: [2, 28, 28], out_channels: 20, kernel: 9, padding: 4' '' direct/separable
    [ "$status" -eq 0 ]
    [[ $output == *layout=nchw\;* ]]
    run defaults 'input: [2, 28, 28], out_channels: 20, kernel: 9, padding: 4' '' fused/separable
    [[ $output == *unsupported*'faster in vectors of pixels'* ]]
    run defaults 'input: [32, 28, 28], out_channels: 20, kernel: 9, padding: 4' '' fused/separable
    [ "$status" -eq 0 ]
    [[ $output != *layout=nchw\;* ]]
}

@test "defaults: few depthwise channels are vectors of 8 lanes where these take half as long" {
    grep -qw avx512vl /proc/cpuinfo || skip "the processor has no AVX-512"
    unset SEPBENCH_ISA
    run defaults 'input: [16, 9, 9], out_channels: 24, kernel: 3, padding: 1'
    [ "$status" -eq 0 ]
    [[ $output =~ layout=[a-z0-9]* ]]
    local half=${BASH_REMATCH[0]} # nchw8c if so
    run defaults 'input: [8, 14, 14], out_channels: 8, kernel: 3, padding: 1, groups: 8'
    [[ $output == *$half* ]]
}

@test "defaults: fused prefetches the next rows only where filters read all of them" {
    run defaults 'input: [192, 448, 15], out_channels: 16, kernel: 3, stride: 3' '' fused/separable
    [ "$status" -eq 0 ]
    [[ $output == *fetch=1* ]]
    run defaults 'input: [192, 448, 15], out_channels: 16, kernel: 2, stride: 3' '' fused/separable
    [ "$status" -eq 0 ]
    [[ $output == *fetch=0* ]]
}
