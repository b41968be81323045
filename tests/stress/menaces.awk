# SPDX-License-Identifier: Apache-2.0
# For all_menaces: judges the rows of a sweep by the listed verdicts. Lines: `listed KERNEL VERDICT
# WHEN DETAIL`, `row KERNEL VERDICT LAYER OPERATION NS LOW HIGH`, `sample` and the fields of samples.csv.
# With doubts=FILE this is the sweep of all kernels: times are not judged, but those to measure again
# are written to FILE.
function fault(text) { print "fault: " text; faults++ }
function doubt(kernel, other, text) {
    if (!doubts) return fault(text)
    print "in doubt: " text
    print kernel > doubts
    print other > doubts
}
function is_sure(kernel) {
    return when[kernel] == "-" || when[kernel] == "fenced" && fenced || when[kernel] == machine
}
# Honest kernels with the same code.
function twin(kernel, operation) {
    if (operation == "separable") return "yesterday/separable"
    if (kernel ~ /^forger/) return "rival/good" # whose clock nobody turns
    sub(/\/.*/, "/good", kernel)
    return kernel
}
function is_honest(kernel) { return kernel ~ /^(naive|tiled|direct)\// }
function median(list, count,   i, j, t) {
    for (i = 2; i <= count; i++)
        for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
    return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
}
# The median over the rounds of the ratio of two names of one kernel, in one layer, by the shortest
# sample of each turn.
function paired(layer, kernel, again,   round, ratios, count) {
    for (round = 0; round <= last_round; round++)
        if (((layer, kernel, round) in least_of) && ((layer, again, round) in least_of))
            ratios[++count] = least_of[layer, again, round] / least_of[layer, kernel, round]
    return count ? median(ratios, count) : 0
}
function compare(layer, kernel, again,   ratio) {
    ratio = paired(layer, kernel, again)
    printf "%s, %s twice: paired ratio %.4f\n", layer, kernel, ratio
    if (ratio < 1 - floor || ratio > 1 + floor)
        doubt(kernel, kernel, sprintf("%s is not itself on %s: %.4f, the noise floor is %.4f", kernel, layer, ratio, floor))
}
$1 == "listed" { verdict[$2] = $3; when[$2] = $4; next }
$1 == "sample" {
    if (!(($2, $4, $7) in least_of) || $NF + 0 < least_of[$2, $4, $7]) least_of[$2, $4, $7] = $NF + 0 # of one call
    if ($7 + 0 > last_round) last_round = $7 + 0
    next
}
{
    rows++; seen[$2]; layers[$4]; got[$3]++
    ns[$4, $2] = $6; low[$4, $2] = $7; high[$4, $2] = $8
    if (is_honest($2)) { if ($3 != "ok") fault($2 " on " $4 " is honest, but " $3); next }
    if (!($2 in verdict)) fault($2 " is not listed")
    else if (is_sure($2) && $3 !~ "^(" verdict[$2] ")$") fault($2 " on " $4 " is " $3 ", not " verdict[$2])
    if ($3 == "ok") { passed[++count] = $2; where[count] = $4; operation[count] = $5 }
}
END {
    smallest = 9
    for (i = 1; i <= count; i++) {
        mine = where[i] SUBSEP passed[i]; other = where[i] SUBSEP twin(passed[i], operation[i])
        if (!ns[other]) continue
        ratio = ns[mine] / ns[other]
        if (ratio < smallest) { smallest = ratio; best = passed[i] " on " where[i] }
        if (high[mine] < least * low[other])
            doubt(passed[i], twin(passed[i], operation[i]), sprintf("%s on %s takes %.3f of an honest kernel", passed[i], where[i], ratio))
        compared++
    }
    for (kernel in verdict) if (doubts && when[kernel] != "alone" && !(kernel in seen)) fault(kernel " did not run")
    for (kernel in seen) fixtures += !is_honest(kernel)
    for (layer in layers) { compare(layer, "direct/standard", "direct_again"); compare(layer, "naive/standard", "naive_again") }
    printf "%d kernels of tests/plugins, %d results:", fixtures, rows
    for (v in got) printf " %d %s", got[v], v
    printf "\n%d of them ok and compared with an honest kernel: the shortest time is %.3f of it (%s)\n", compared, smallest, best
    exit faults > 0 || doubts && compared == 0
}
