# SPDX-License-Identifier: Apache-2.0
# Shards on Slurm, with its real daemons on this machine as the only node. Skipped if slurmctld, slurmd
# and munged are not installed or cannot be started.

load common

slurm_script() {
    "$SEPBENCH" slurm a.yaml -o "$PWD/out" --shards 4 "$@"
}

# Makes a configuration with many groups, so that a job can be killed in the middle.
setup() {
    cd "$BATS_TEST_TMPDIR"
    export SEPBENCH_PLUGIN_PATH=$(plugins naive)
    config 60 '["*"]' 'timeout: 20s' > a.yaml
}

@test "slurm: the script is one that bash can read, with a time, and every word quoted" {
    "$SEPBENCH" slurm a.yaml -o out --shards 2 --partition fast --filter 'layer[0-3]' \
        --set "name=\$(touch gotcha)'" > script
    bash -n script
    grep -qx '#SBATCH --array=1-2' script
    grep -qx '#SBATCH --partition=fast' script
    grep -qxE '#SBATCH --time=[0-9]+-[0-9]{2}:[0-9]{2}:00' script
    grep -qx '#SBATCH --requeue' script
    sbatch() { :; }
    scontrol() { :; }
    export -f sbatch scontrol
    mkdir out
    SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=2 SLURM_ARRAY_TASK_COUNT=2 \
        SLURM_ARRAY_TASK_STEP=1 SLURM_ARRAY_JOB_ID=7 bash script
    [ -s out/shard-1-of-2/run.db ]
    [ ! -e gotcha ]
}

@test "slurm: what cannot stand in a script is refused" {
    for bad in 'a b' $'a\nrm' 'a"b' 'a%b' ''; do
        run --separate-stderr "$SEPBENCH" slurm a.yaml -o "$bad"
        [ "$status" -eq 2 ]
    done
    run --separate-stderr "$SEPBENCH" slurm a.yaml -o out --partition $'x\n#SBATCH --uid=0'
    [ "$status" -eq 2 ]
    run --separate-stderr "$SEPBENCH" slurm a.yaml
    [[ $status -eq 2 && $stderr == *"-o DIR"* ]]
    run --separate-stderr "$SEPBENCH" slurm a.yaml -o out --shards 61
    [[ $status -eq 2 && $stderr == *"only 60 groups"* ]]
}

# ------------------------------------------------------------------------ the daemons themselves

start_slurm() {
    local host=$(hostname -s)
    cluster=$(mktemp -d /tmp/sepbench-slurm.XXXXXX)
    chmod 755 "$cluster"
    head -c 1024 /dev/urandom > "$cluster/key"
    chown munge: "$cluster/key"
    chmod 400 "$cluster/key"
    install -d -o munge -m 755 "$cluster/munge"
    mkdir "$cluster/state" "$cluster/spool"
    cat > "$cluster/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$cluster/munge/socket,cred_expire=5
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
SlurmctldPort=$((20000 + $$ % 20000))
SlurmdPort=$((40000 + $$ % 20000))
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/slurmd.pid
SlurmctldLogFile=$cluster/slurmctld.log
SlurmdLogFile=$cluster/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
    export SLURM_CONF=$cluster/slurm.conf
    runuser -u munge -- munged --key-file="$cluster/key" --socket="$cluster/munge/socket" \
        --pid-file="$cluster/munge/pid" --log-file="$cluster/munge/log" \
        --seed-file="$cluster/munge/seed" --num-threads=1 3>&- &&
        slurmctld 3>&- && slurmd 3>&- || return 1
    wait_for 30 node_is_idle
}

node_is_idle() {
    sinfo -h -o %T 2> /dev/null | grep -qx idle
}

teardown() {
    local file
    [ -n "${cluster-}" ] || return 0
    for file in slurmd.pid slurmctld.pid munge/pid; do
        [ ! -s "$cluster/$file" ] || kill "$(cat "$cluster/$file")" || true
    done
    sleep 0.5
    rm -rf "$cluster"
}

# wait_for SECONDS COMMAND...
wait_for() {
    local tries=$(($1 * 5))
    shift
    while ! "$@"; do
        ((tries-- > 0)) || return 1
        sleep 0.2
    done
}

second_works() {
    [ -s out/shard-2-of-4/run.db ] && [ "$(squeue -h -t R -o %K)" = 2 ]
}

is_merged() {
    [ -s out/merged/results.csv ] && [ -z "$(squeue -h)" ]
}

@test "slurm: an array of four, one killed in the middle and requeued, merged: the unsharded run" {
    for program in munged slurmctld slurmd sbatch runuser; do
        command -v $program > /dev/null || skip "$program is not installed"
    done
    [ "$(id -u)" -eq 0 ] || skip "Slurm's daemons are started by root alone"
    start_slurm || skip "Slurm does not start here: $(tail -n 1 "$cluster/slurmctld.log" "$cluster/slurmd.log" 2>&1)"
    "$SEPBENCH" run a.yaml -o whole
    mkdir out
    # Long enough for a shard to be killed before it is done.
    slurm_script --set measure.precision=1e-6 --set measure.max_time=150ms > script
    job=$(sbatch --parsable script)
    wait_for 120 second_works
    scancel --signal=KILL --full "${job}_2"
    wait_for 60 requeue_second
    wait_for 240 is_merged || {
        squeue
        tail -n 20 out/*.log
        false
    }
    [ "$(rows out/merged)" = "$(rows whole)" ]
    [ "$(cut -d, -f1 out/merged/results.csv)" = "$(cut -d, -f1 whole/results.csv)" ]
    grep -q '"resumed": 1' out/shard-2-of-4/run.json
    [ -z "$(workers)" ]
}

# By default Slurm lets a requeued job wait for two minutes.
requeue_second() {
    scontrol requeue "${job}_2" 2> /dev/null && scontrol update JobId="${job}_2" StartTime=now
}
