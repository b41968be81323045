# SPDX-License-Identifier: Apache-2.0
# For scripts that read results.csv: divides the present line, which may hold quoted fields, into
# fields[1..count]. The first line sets at_of[COLUMN]; value(COLUMN) is a field by its column.
function split_line(   rest, at, field) {
    count = 0; rest = $0
    while (rest != "" || count == 0) {
        if (match(rest, /^"([^"]|"")*"/)) {
            field = substr(rest, 2, RLENGTH - 2); rest = substr(rest, RLENGTH + 2)
        } else {
            at = index(rest, ","); if (!at) at = length(rest) + 1
            field = substr(rest, 1, at - 1); rest = substr(rest, at + 1)
        }
        fields[++count] = field
        if (rest == "") break
    }
}
function value(column) { return fields[at_of[column]] }
{ split_line() }
NR == 1 { for (i = 1; i <= count; i++) at_of[fields[i]] = i; next }
