# SPDX-License-Identifier: Apache-2.0
# report.html: a self-contained page, used in headless Chromium as a reader would use it.

load common

drive=$SRCDIR/tests/page/drive

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
    export SEPBENCH_PLUGIN_PATH=$(plugins naive tiled crasher)
    cat > a.yaml <<'END'
name: "</title><script>window.hacked = 1</script> \"&\" 'it'"
layers:
  - {name: "</script><script>window.hacked = 1</script>", input: [1, 3, 9, 9], kernel: 3, out_channels: 8, padding: 1, operations: standard}
  - {name: "<img src=x onerror='window.hacked = 1'>", input: [1, 8, 9, 9], kernel: 3, out_channels: 16, padding: 1, repeat: 3}
  - {name: "a\\\"bc&amp;\u05d0\u05d1\U0001F600", input: [1, 8, 9, 9], kernel: 3, out_channels: 16, padding: 1}
  - {name: "mobile_net/block 1 ${x} $(ls) `ls`", input: [1, 16, 9, 9], kernel: 1, out_channels: 16, operations: standard, repeat: 5}
  - {name: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", input: [1, 8, 9, 9], kernel: 3, out_channels: 8, padding: 1}
kernels: ["*"]
threads: [1, 2]
measure: {min_samples: 5, max_time: 1us, timeout: 20s}
report: {formats: [html]}
END
    "$SEPBENCH" run a.yaml -o kept > answer 2> talk || [ $? -eq 1 ]
}

setup() {
    cd "$BATS_FILE_TMPDIR"
}

# used PAGE WIDTH: expects that all checks of tests/page/drive.js succeed.
used() {
    run "$drive" "$1" "$2"
    [ "$status" -ne 77 ] || skip "no Chromium"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"1.."2[89]* ]]
    ! grep -q '^not ok' <<< "$output"
}

@test "page: it is there, made again the same, and needs no other file" {
    [ -s kept/report.html ]
    "$SEPBENCH" report kept --format html -o again > /dev/null 2>&1
    cmp kept/report.html again/report.html
    # The page fetches nothing: it has no element with an address and no import. Its links lead to
    # files beside it.
    ! grep -oE '<(script|link|img|iframe|object|embed|use)[^>]* (src|href|data)="?[^#">]+' kept/report.html |
        grep -vE 'href="data:,'
    ! grep -qE '@import|url\((https?:)?//' kept/report.html
    ! grep -oE '(fetch|XMLHttpRequest|importScripts|WebSocket)\(' kept/report.html
}

@test "page: names are shown, never obeyed" {
    [ "$(grep -c '</script>' kept/report.html)" -eq 2 ]
    ! grep -q '<img' kept/report.html
    grep -q '&lt;/title&gt;&lt;script&gt;' kept/report.html
}

@test "page: it says without JavaScript what the run said" {
    sed -n '/<noscript>/,/<\/noscript>/p' kept/report.html | sed '1s/.*<pre>//; s/<\/pre>.*//' |
        sed "s/&lt;/</g; s/&gt;/>/g; s/&quot;/\"/g; s/&#39;/'/g; s/&amp;/\&/g" > told
    [ -s told ]
    head -n "$(($(wc -l < told) - 1))" told | cmp -n "$(($(wc -c < told) - 2))" - answer
}

@test "page: used on a desk" {
    used kept/report.html 1200
}

@test "page: used on a phone, 360 pixels wide" {
    used kept/report.html 360
}

@test "page: a run without results has one" {
    mkdir -p empty
    "$BUILDDIR/tests/page/make_run" none 0
    "$SEPBENCH" report none --format html > /dev/null 2>&1
    grep -q 'id="verdict"' none/report.html
}

@test "page: nine thousand layers are less than 5 MiB, and as usable" {
    "$BUILDDIR/tests/page/make_run" many 9000
    "$SEPBENCH" report many --format html > /dev/null 2>&1
    [ "$(wc -c < many/report.html)" -lt $((5 * 1024 * 1024)) ]
    used many/report.html 1200
}
