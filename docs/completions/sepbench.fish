# SPDX-License-Identifier: Apache-2.0
# Fish completion for sepbench. Commands and options come from its own help, so they are never behind.
function __sepbench_commands
    sepbench --help 2>/dev/null | string replace -rf '^  ([a-z][a-z-]*)  +(.*)' '$1\t$2'
end

function __sepbench_command
    set -l words (commandline -opc)
    test (count $words) -ge 2; and echo $words[2]
end

function __sepbench_options
    set -l command (__sepbench_command)
    test -n "$command"; or return
    sepbench $command --help 2>/dev/null |
        string replace -rf '^ +(?:-[a-z], )?(--[a-z-]+=?)\S* +(.*)' '$1\t$2'
end

function __sepbench_configs
    sepbench list configs --format csv 2>/dev/null | string replace -rf '^([^,"]+),.*' '$1' |
        string match -v config
end

function __sepbench_at
    set -l words (commandline -opc)
    test (count $words) -eq 2; and contains -- $words[2] $argv
end

complete -c sepbench -n 'test (count (commandline -opc)) -eq 1' -f -a '(__sepbench_commands)'
complete -c sepbench -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__sepbench_options)'
complete -c sepbench -n '__sepbench_at list' -f -a 'plugins kernels parameters strategies configs layers'
complete -c sepbench -n '__sepbench_at import' -f -a 'onnx tflite benchdnn csv'
complete -c sepbench -n '__sepbench_at run tune theory slurm' -a '(__sepbench_configs)'
