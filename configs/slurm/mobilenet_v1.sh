#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What this prints, but for the path of the program: sepbench slurm mobilenet_v1 -o /shared/v1 --shards 4 --partition compute
#SBATCH --job-name=sepbench
#SBATCH --array=1-4
#SBATCH --partition=compute
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --exclusive
#SBATCH --time=0-00:49:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:TERM@120
#SBATCH --output=/shared/v1/slurm-%A_%a.log
# 20 groups in 4 shards, the longest estimated at 1197 s; docs/cluster.md explains each line.
out=/shared/v1
sepbench=sepbench

# The merge waits for all tasks, however they end; the first one asks for it.
if [ "$SLURM_ARRAY_TASK_ID" = "$SLURM_ARRAY_TASK_MIN" ] && mkdir "$out/.merge-asked" 2>/dev/null; then
    sbatch --job-name=sepbench-merge --nodes=1 --ntasks=1 --open-mode=append --output="$out/slurm-merge.log" \
        --dependency="afterany:$SLURM_ARRAY_JOB_ID" --export=ALL,SEPBENCH_OUT="$out",SEPBENCH_PROGRAM="$sepbench" \
        --wrap='"$SEPBENCH_PROGRAM" merge -o "$SEPBENCH_OUT/merged" "$SEPBENCH_OUT"; rmdir "$SEPBENCH_OUT/.merge-asked"'
fi

# Before the time is up, or the node is wanted by others, Slurm sends SIGTERM: the run stops, and goes on
# when the task is queued again.
"$sepbench" run mobilenet_v1 --shard auto -o "$out" --quiet &
trap 'kill -TERM %1' TERM
wait %1
status=$?
while kill -0 %1 2>/dev/null; do
    wait %1
    status=$?
done
[ $status -ne 130 ] || scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
exit $status
