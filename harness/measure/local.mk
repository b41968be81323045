# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += %D%/libmeasure.a
%C%_libmeasure_a_SOURCES = \
	%D%/arena.c %D%/arena.h \
	%D%/attach.c %D%/attach.h \
	%D%/bootstrap.c \
	%D%/bounds.c %D%/bounds.h \
	%D%/choose.c %D%/choose.h \
	%D%/claims.c %D%/claims.h \
	%D%/contest.c %D%/contest.h \
	%D%/contract.c %D%/contract.h \
	%D%/contract_answers.c %D%/contract_answers.h \
	%D%/contract_state.c %D%/contract_state.h \
	%D%/contract_traces.c %D%/contract_traces.h \
	%D%/contract_trial.c %D%/contract_trial.h \
	%D%/contract_watch.c %D%/contract_watch.h \
	%D%/contrast.c %D%/contrast.h \
	%D%/discover.c \
	%D%/environment.c %D%/environment.h \
	%D%/fence.c %D%/fence.h \
	%D%/fence_probe.c \
	%D%/evaluate.c %D%/evaluate.h \
	%D%/gate.c \
	%D%/group.c %D%/group.h \
	%D%/guarded.c %D%/guarded.h \
	%D%/job.c %D%/job.h \
	%D%/misfit.c %D%/misfit.h \
	%D%/others.c %D%/others.h \
	%D%/output.c %D%/output.h \
	%D%/packets.c %D%/packets.h \
	%D%/pairing.c %D%/pairing.h \
	%D%/possible.c %D%/possible.h \
	%D%/landlock.c %D%/landlock.h \
	%D%/legs.c %D%/legs.h \
	%D%/look.c %D%/look.h \
	%D%/objective.c \
	%D%/process.c %D%/process.h \
	%D%/processes.c %D%/processes.h \
	%D%/protocol.h \
	%D%/spawn.c %D%/spawn.h \
	%D%/syscalls.c %D%/syscalls.h \
	%D%/tasks.c %D%/tasks.h \
	%D%/team.c %D%/team.h \
	%D%/turn.c %D%/turn.h \
	%D%/validity.c %D%/validity.h \
	%D%/renewal.c %D%/renewal.h \
	%D%/variation.c %D%/variation.h \
	%D%/flips.h \
	%D%/worker.c %D%/worker.h \
	%D%/worker_alloc.c %D%/worker_alloc.h \
	%D%/worker_ask.c \
	%D%/worker_host.c %D%/worker_host.h \
	%D%/worker_memory.c %D%/worker_memory.h \
	%D%/worker_network.c \
	%D%/worker_plan.c \
	%D%/worker_plugin.c \
	%D%/worker_process.h \
	%D%/worker_refuse.c %D%/worker_refuse.h \
	%D%/worker_run.c \
	%D%/worker_socket.c %D%/worker_socket.h \
	%D%/worker_state.c %D%/worker_state.h \
	%D%/quantile.h \
	%D%/ranks.c %D%/ranks.h \
	%D%/reply.c %D%/reply.h \
	%D%/resample.c %D%/resample.h \
	%D%/result.c %D%/result.h \
	%D%/rounds.c %D%/rounds.h \
	%D%/rounds_run.c %D%/rounds_run.h \
	%D%/route.c %D%/route.h \
	%D%/scaling.c %D%/scaling.h \
	%D%/sequence.c %D%/sequence.h \
	%D%/sequence_ground.c \
	%D%/sequence_join.c %D%/sequence_join.h \
	%D%/sequence_legs.c %D%/sequence_legs.h \
	%D%/sequence_measure.c \
	%D%/sequence_mixes.c \
	%D%/sequence_reorders.c \
	%D%/sequence_results.c \
	%D%/sequence_rounds.c \
	%D%/sequence_run.c %D%/sequence_run.h \
	%D%/sequence_set.h \
	%D%/sequence_sums.c %D%/sequence_sums.h \
	%D%/sequence_verify.c %D%/sequence_verify.h \
	%D%/session.c %D%/session.h \
	%D%/speedup.c %D%/speedup.h \
	%D%/stats.c %D%/stats.h \
	%D%/steps.c %D%/steps.h \
	%D%/stopping.c %D%/stopping.h \
	%D%/tails.c %D%/tails.h
