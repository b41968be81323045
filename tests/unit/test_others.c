/* SPDX-License-Identifier: Apache-2.0 */
/* Processor time of processes that a worker has started. */
#include "measure/others.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
/* cmocka.h needs some of the above */
#include <cmocka.h>

#define MS INT64_C(1000000)

static int ready[2];

static void spin(int64_t ns)
{
    struct timespec used = { 0, 0 };
    while ((int64_t)used.tv_sec * 1000000000 + used.tv_nsec < ns)
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
}

static void tell_and_wait(void)
{
    if (write(ready[1], "x", 1) == 1)
        for (;;)
            pause();
    _exit(1);
}

static void start_child(void *unused)
{
    (void)unused;
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* whatever becomes of the test */
        spin(60000 * MS);
        _exit(0);
    }
    tell_and_wait();
}

static void await_child(void *unused)
{
    (void)unused;
    const pid_t child = fork();
    if (child == 0) {
        spin(100 * MS);
        _exit(0);
    }
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    tell_and_wait();
}

static void start(void (*become)(void *), sb_spawned *worker)
{
    char byte;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(sb_spawn(become, NULL, worker), 0);
    assert_int_equal(read(ready[0], &byte, 1), 1);
}

static void end(sb_spawned *worker)
{
    sb_spawn_end(worker);
    close(ready[0]);
    close(ready[1]);
}

static void time_counts_while_it_may_run(void **state)
{
    (void)state;
    sb_others others = { 0 };
    sb_spawned worker;
    int64_t ran = 0;
    start(start_child, &worker);
    sb_others_stop(&others, &worker, MS);
    if (!others.any) { /* a kernel without lists of children */
        end(&worker);
        skip();
    }
    usleep(10000); /* on a busy machine, until it has noticed the signal */
    sb_others_continue(&others, &worker);
    for (int i = 0; i < 2000 && ran < 5 * MS; i++) {
        usleep(10000);
        ran += sb_others_stop(&others, &worker, 10 * MS);
        usleep(10000);
        assert_true(sb_others_continue(&others, &worker) < 5 * MS);
    }
    assert_true(ran >= 5 * MS);
    end(&worker);
}

static void time_of_ended_ones_counts(void **state)
{
    (void)state;
    sb_others others = { .stops = 16 };
    sb_spawned worker;
    start(await_child, &worker);
    const int64_t all = sb_others_stop(&others, &worker, 200 * MS);
    assert_in_range(all, 60 * MS, 200 * MS);
    assert_int_equal(sb_others_stop(&others, &worker, 200 * MS), 0);
    end(&worker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_counts_while_it_may_run),
        cmocka_unit_test(time_of_ended_ones_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
