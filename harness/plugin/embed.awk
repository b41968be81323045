# SPDX-License-Identifier: Apache-2.0
# Converts files to a C table: awk -f embed.awk FILE... > templates.c. A file's path in a new
# plugin's folder is its name without ".txt"; files outside of template/ are mapped below.
# plugins/naive.c is the kernel in C; its name is replaced by the new plugin's.
BEGIN {
    files = 0
    print "/* Made by embed.awk. */"
    print "#include \"plugin/templates.h\""
    places["naive.c"] = "@NAME@.c"
    places["plugin.h"] = "include/sepbench/plugin.h"
    places["kernel.cpp.txt"] = "@NAME@.cpp"
    places["Makefile.txt"] = "Makefile"
    places["README.txt"] = "README.md"
    places["layers.txt"] = "layers.yaml"
    places["ranked.txt"] = "tests/ranked"
}
FNR == 1 {
    if (files)
        print "    0\n};"
    name = FILENAME
    sub(/.*\//, "", name)
    place[files] = places[name]
    print "static const char *const lines_" files++ "[] = {"
}
{
    if (name == "naive.c")
        gsub(/naive/, "@NAME@")
    gsub(/\\/, "&&")
    gsub(/"/, "\\\"")
    print "    \"" $0 "\\n\","
}
END {
    print "    0\n};\nconst sb_template sb_templates[] = {"
    for (i = 0; i < files; i++)
        print "    { \"" place[i] "\", lines_" i " },"
    print "    { 0, 0 }\n};"
}
